#include "synth/flite.h"

#include <flite/flite.h>

#include <array>
#include <memory>
#include <utility>

#include "mote/base/error.h"

// flite's voices come without headers.
extern "C" {
cst_voice* register_cmu_us_kal(const char* folder);
cst_voice* register_cmu_us_kal16(const char* folder);
cst_voice* register_cmu_us_awb(const char* folder);
cst_voice* register_cmu_us_rms(const char* folder);
cst_voice* register_cmu_us_slt(const char* folder);
}

namespace mote::data::flite {
namespace {

struct Voice {
  const char* name;
  cst_voice* (*make)(const char* folder);
  cst_voice* made;
};

std::array<Voice, 5> table = {{
    {"kal", register_cmu_us_kal, nullptr},
    {"kal16", register_cmu_us_kal16, nullptr},
    {"awb", register_cmu_us_awb, nullptr},
    {"rms", register_cmu_us_rms, nullptr},
    {"slt", register_cmu_us_slt, nullptr},
}};

cst_voice* find(const std::string& name) {
  for (const Voice& voice : table) {
    if (name == voice.name && voice.made != nullptr) return voice.made;
  }
  throw Error(ErrorCode::kNotFound, "[synth] wanted a voice of flite (kal, kal16, awb, rms, slt), got '" + name + "'");
}

}  // namespace

void load() {
  flite_init();
  for (Voice& voice : table) voice.made = voice.make(nullptr);
}

std::vector<std::string> voices() {
  std::vector<std::string> names;
  for (const Voice& voice : table) {
    if (voice.made != nullptr) names.emplace_back(voice.name);
  }
  return names;
}

RawSpeech speak(const Speech& speech) {
  cst_voice* voice = find(speech.voice);
  // On the utterance, not on the voice: the voice's own settings stay as they are.
  const std::unique_ptr<cst_utterance, decltype(&delete_utterance)> utterance(new_utterance(), &delete_utterance);
  utt_set_input_text(utterance.get(), speech.text.c_str());
  utt_init(utterance.get(), voice);
  cst_features* features = utterance->features;
  flite_feat_set_float(features, "duration_stretch", static_cast<float>(speech.stretch));
  flite_feat_set_float(features, "int_f0_target_mean", static_cast<float>(speech.pitch_hz));
  flite_feat_set_float(features, "int_f0_target_stddev", static_cast<float>(speech.pitch_deviation_hz));
  if (utt_synth(utterance.get()) == nullptr) {
    throw Error(ErrorCode::kIo, "[synth] wanted '" + speech.text + "' of flite, got nothing: leave out this word");
  }
  const cst_wave* wave = utt_wave(utterance.get());
  return {wave->sample_rate, {wave->samples, wave->samples + wave->num_samples}};
}

}  // namespace mote::data::flite
