// espeak-ng. One instance a process; not thread-safe. See engines.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "synth/engines.h"

namespace mote::data::espeak {

// False when its data is not found below `path` (empty: where the system has it).
bool load(const std::string& path);
std::string version();
// The variants, sorted by name: "f3", "klatt2", …
std::vector<std::string> speakers();

struct Speech {
  std::string voice;  // "en-us+f3"
  int speed_wpm;
  int pitch;        // 0 to 100
  int pitch_range;  // 0 to 100
  std::string text;
};
// Error(kNotFound) for an unknown voice; Error(kUnsupported) when not loaded.
RawSpeech speak(const Speech& speech);

// IPA symbols separated by spaces, without stress marks. Error(kUnsupported) when not loaded.
std::string phonemes(const std::string& text);

}  // namespace mote::data::espeak
