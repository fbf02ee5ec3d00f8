#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <span>

#include "augment/polyphase.h"
#include "mote/base/error.h"
#include "mote/data/augment_steps.h"
#include "mote/data/range.h"
#include "mote/data/synth.h"
#include "synth/engines.h"
#include "synth/fork_server.h"

namespace mote::data {
namespace {

constexpr double kTrimBlock_s = 0.005;
constexpr double kTrimShare = 0.01;  // of the peak
constexpr double kPeak = 0.7;

// Without the blocks at both ends whose peak is below a hundredth of the whole.
std::span<const float> trim_silence(std::span<const float> samples, int rate_hz) {
  const auto block = std::max<std::size_t>(1, static_cast<std::size_t>(kTrimBlock_s * rate_hz));
  const double threshold = kTrimShare * peak(samples);
  const auto silent = [&](std::span<const float> part) { return peak(part) < threshold; };
  while (samples.size() > block && silent(samples.first(block))) samples = samples.subspan(block);
  while (samples.size() > block && silent(samples.last(block))) samples = samples.first(samples.size() - block);
  return samples;
}

std::vector<float> to_float(const std::vector<std::int16_t>& samples) {
  std::vector<float> values(samples.size());
  std::transform(samples.begin(), samples.end(), values.begin(),
                 [](std::int16_t x) { return static_cast<float>(x) / 32768.0F; });
  return values;
}

void check_word(const std::string& word) {
  const bool plain = std::none_of(word.begin(), word.end(), [](unsigned char c) { return c < 0x20; });
  if (plain && !word.empty()) return;
  throw Error(ErrorCode::kInvalid,
              "[synth] wanted a word without line breaks, got '" + word + "': write one word or phrase");
}

void check_voice(const SynthRequest& request, const SpeechVoices& voices) {
  const std::string& voice = request.voice;
  const bool flite = request.engine == SpeechEngine::kFlite;
  const std::size_t plus = voice.find('+');
  if (flite || plus == std::string::npos || voices.espeak_speakers.empty()) return;  // the engine itself will tell
  if (std::find(voices.espeak_speakers.begin(), voices.espeak_speakers.end(), voice.substr(plus + 1)) !=
      voices.espeak_speakers.end()) {
    return;
  }
  throw Error(ErrorCode::kNotFound, "[synth] wanted a speaker of espeak-ng after '+', got '" + voice +
                                        "': 'espeak-ng --voices=variant' lists them");
}

}  // namespace

std::string_view to_string(SpeechEngine engine) {
  return engine == SpeechEngine::kEspeak ? "espeak" : "flite";
}

struct Synthesizer::State {
  std::vector<std::unique_ptr<ForkServer>> servers;
  std::vector<ForkServer*> idle;
  std::mutex mutex;
  std::condition_variable returned;
  SpeechVoices voices;

  std::string ask(std::string_view request);
};

// Lends a server for one question.
std::string Synthesizer::State::ask(std::string_view request) {
  ForkServer* server = nullptr;
  {
    std::unique_lock lock(mutex);
    returned.wait(lock, [&] { return !idle.empty(); });
    server = idle.back();
    idle.pop_back();
  }
  const auto give_back = [&](ForkServer* borrowed) {
    const std::lock_guard lock(mutex);
    idle.push_back(borrowed);
    returned.notify_one();
  };
  const std::unique_ptr<ForkServer, decltype(give_back)> guard(server, give_back);
  return server->ask(request);
}

Synthesizer::Synthesizer(int processes, const std::string& espeak_path) : state_(std::make_unique<State>()) {
  check_number("synth processes", processes, 1.0, 1024.0);
  for (int i = 0; i < processes; ++i) {
    state_->servers.push_back(std::make_unique<ForkServer>([&] { return load_engines(espeak_path); }, &answer));
    state_->idle.push_back(state_->servers.back().get());
  }
  state_->voices = parse_voices(state_->servers.front()->greeting());
}

Synthesizer::~Synthesizer() = default;

const SpeechVoices& Synthesizer::voices() const {
  return state_->voices;
}

Recording Synthesizer::speak(const SynthRequest& request, int rate_hz) const {
  check_number("synth rate_hz", rate_hz, 4000.0, 48000.0);
  check_word(request.word);
  check_voice(request, state_->voices);
  const RawSpeech raw = parse_speech(state_->ask(speech_request(request)));
  std::vector<float> values = to_float(raw.samples);
  if (raw.rate_hz != rate_hz) values = Polyphase::shared(rate_hz, raw.rate_hz).apply(values);
  const std::span<const float> kept = trim_silence(values, rate_hz);
  const double loudest = peak(kept);
  if (loudest <= 0.0) {
    throw Error(ErrorCode::kInvalid, "[synth] wanted a word that has a sound, got '" + request.word + "' spoken by " +
                                         request.voice + ": spell it as it is spoken");
  }
  Recording recording;
  recording.values.assign(kept.begin(), kept.end());
  scale(recording.values, kPeak / loudest);
  recording.samples = static_cast<std::int64_t>(recording.values.size());
  recording.rate_hz = rate_hz;
  recording.source = request.id;
  recording.label = request.label;
  recording.group = request.speaker;
  return recording;
}

std::vector<Phonemes> Synthesizer::phonemes(std::span<const std::string> words) const {
  if (words.empty()) return {};
  for (const std::string& word : words) check_word(word);
  std::vector<std::string> checked(words.begin(), words.end());
  std::vector<Phonemes> all = parse_phonemes(state_->ask(phoneme_request(checked)));
  for (std::size_t i = 0; i < checked.size(); ++i) {
    if (!all.at(i).empty()) continue;
    throw Error(ErrorCode::kInvalid,
                "[synth] wanted a word that has a sound, got '" + checked[i] + "': spell it as it is spoken");
  }
  return all;
}

}  // namespace mote::data
