// What is wrong with a clip that can be read: clipped, silent, a copy of another.
#pragma once

#include <cstdint>
#include <string>

#include "mote/data/recording.h"

namespace mote::data {

struct InspectSettings {
  double clip_level = 0.999;  // of full scale; a recording without a known full scale is never clipped
  int clip_run_samples = 3;   // so many neighbours at the clip level mark a clip as clipped
  double silence_dbfs = -60;  // a clip whose swing stays below is silent; without a full scale: no swing at all
};

struct Inspection {
  double duration_s = 0;
  double peak = 0;      // greatest magnitude
  double rms_dbfs = 0;  // of all channels, 0 dB being full scale (1 where it is not known); -300 for digital silence
  bool clipped = false;
  bool silent = false;
  std::string content_hash;  // SHA-256 of rate, shape and samples: equal for copies under other names
};

// The swing of a channel is half the distance between its greatest and its least sample.
Inspection inspect(const Recording& recording, const InspectSettings& settings = {});

}  // namespace mote::data
