#include "synth/engines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "mote/base/text.h"
#include "synth/espeak.h"
#include "synth/flite.h"

namespace mote::data {
namespace {

constexpr char kField = '\n';  // between the fields of a message; no field but the last may hold it

// Stress and length of syllables: the same word whoever stresses it how.
constexpr std::string_view kStressMarks[] = {"ˈ", "ˌ"};

double number(const std::string& text) {
  return parse_double(text).value();
}

int whole(const std::string& text) {
  return static_cast<int>(std::lround(number(text)));
}

RawSpeech speak(const std::vector<std::string>& fields) {
  if (fields[0] == "espeak")
    return espeak::speak({fields[1], whole(fields[2]), whole(fields[3]), whole(fields[4]), fields[5]});
  return flite::speak({fields[1], number(fields[2]), number(fields[3]), number(fields[4]), fields[5]});
}

std::string pack(const RawSpeech& speech) {
  const auto rate = static_cast<std::int32_t>(speech.rate_hz);
  std::string bytes(sizeof rate + speech.samples.size() * sizeof(std::int16_t), '\0');
  std::memcpy(bytes.data(), &rate, sizeof rate);
  if (!speech.samples.empty()) {
    std::memcpy(bytes.data() + sizeof rate, speech.samples.data(), speech.samples.size() * sizeof(std::int16_t));
  }
  return bytes;
}

Phonemes symbols_of(std::string_view spoken) {
  Phonemes symbols;
  for (std::string& symbol : split(spoken, ' ')) {
    for (std::string_view mark : kStressMarks) {
      for (std::size_t at = symbol.find(mark); at != std::string::npos; at = symbol.find(mark))
        symbol.erase(at, mark.size());
    }
    if (!symbol.empty()) symbols.push_back(std::move(symbol));
  }
  return symbols;
}

}  // namespace

std::string load_engines(const std::string& espeak_path) {
  const bool espeak_there = espeak::load(espeak_path);
  flite::load();
  const std::vector<std::string> speakers = espeak_there ? espeak::speakers() : std::vector<std::string>{};
  return join(std::vector<std::string>{espeak::version(), join(speakers, ","), join(flite::voices(), ",")},
              std::string_view(&kField, 1));
}

SpeechVoices parse_voices(std::string_view greeting) {
  const std::vector<std::string> fields = split(greeting, kField);
  const auto list = [](const std::string& text) {
    return text.empty() ? std::vector<std::string>{} : split(text, ',');
  };
  SpeechVoices voices;
  voices.espeak_version = fields.at(0);
  voices.espeak_speakers = list(fields.at(1));
  voices.flite = list(fields.at(2));
  return voices;
}

std::string answer(std::string_view request) {
  // Breath and fricatives of both engines come from the C library's generator. This process is the request's own.
  std::srand(1);
  const std::vector<std::string> fields = split(request, kField);
  if (fields[0] != "phonemes") return pack(speak(fields));
  std::vector<std::string> lines;
  for (std::size_t i = 1; i < fields.size(); ++i) lines.push_back(espeak::phonemes(fields[i]));
  return join(lines, std::string_view(&kField, 1));
}

std::string speech_request(const SynthRequest& request) {
  return fmt::format("{}\n{}\n{:.17g}\n{:.17g}\n{:.17g}\n{}{}", to_string(request.engine), request.voice, request.speed,
                     request.pitch, request.pitch_range, request.word, request.punctuation);
}

RawSpeech parse_speech(std::string_view answer) {
  std::int32_t rate = 0;
  assert(answer.size() >= sizeof rate);
  std::memcpy(&rate, answer.data(), sizeof rate);
  answer.remove_prefix(sizeof rate);
  RawSpeech speech{rate, std::vector<std::int16_t>(answer.size() / sizeof(std::int16_t))};
  if (!speech.samples.empty()) std::memcpy(speech.samples.data(), answer.data(), answer.size());
  return speech;
}

std::string phoneme_request(const std::vector<std::string>& words) {
  return "phonemes\n" + join(words, "\n");
}

std::vector<Phonemes> parse_phonemes(std::string_view answer) {
  std::vector<Phonemes> all;
  for (const std::string& line : split(answer, kField)) all.push_back(symbols_of(line));
  return all;
}

}  // namespace mote::data
