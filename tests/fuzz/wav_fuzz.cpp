// Bytes as an audio file: read_audio must give a recording or a reason, never more.
#include <cmath>
#include <cstdlib>
#include <span>

#include "mote/data/audio.h"
#include "mote/data/inspect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  mote::data::AudioSettings settings;
  settings.resampling = mote::data::Resampling::kMedium;
  settings.longest_s = 2;
  const auto result = mote::data::decode_audio(std::span(bytes, size), "fuzz.wav", settings);
  if (!result) return result.failure().problem.empty() ? std::abort(), 0 : 0;
  const mote::data::Recording& clip = result.value();
  if (clip.samples <= 0 || clip.values.size() != static_cast<std::size_t>(clip.samples)) std::abort();
  for (const float value : clip.values) {
    if (!std::isfinite(value)) std::abort();
  }
  mote::data::inspect(clip);
  return 0;
}
