// espeak-ng and flite as functions from text to text, for ForkServer: they run in its child processes only, since both
// engines keep state and espeak-ng changes the locale of its process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mote/data/synth.h"

namespace mote::data {

// Samples as the engine made them.
struct RawSpeech {
  int rate_hz = 0;
  std::vector<std::int16_t> samples;
};

// Loads both engines; returns the voices, for parse_voices(). Without espeak-ng's data its list of speakers is empty.
std::string load_engines(const std::string& espeak_path);
SpeechVoices parse_voices(std::string_view greeting);

// Handles a request made by one of the two functions below.
std::string answer(std::string_view request);

std::string speech_request(const SynthRequest& request);
RawSpeech parse_speech(std::string_view answer);

std::string phoneme_request(const std::vector<std::string>& words);
std::vector<Phonemes> parse_phonemes(std::string_view answer);

}  // namespace mote::data
