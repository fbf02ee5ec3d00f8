#include "stages/generated.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"
#include "mote/data/motion.h"
#include "mote/data/synth.h"

namespace mote::pipeline {
namespace {

// Labels with a meaning of their own are not spoken.
std::vector<std::string> spoken_words(const std::vector<std::string>& labels) {
  std::vector<std::string> words;
  std::copy_if(labels.begin(), labels.end(), std::back_inserter(words),
               [](const std::string& label) { return label != data::kUnknownLabel && label != data::kSilenceLabel; });
  return words;
}

void add_silence(const Recipe& recipe, data::Manifest& manifest) {
  if (std::find(manifest.labels.begin(), manifest.labels.end(), data::kSilenceLabel) == manifest.labels.end()) return;
  data::AudioSettings audio;
  audio.rate_hz = static_cast<int>(recipe.features.sample_rate_hz);
  audio.length_samples = static_cast<std::int64_t>(recipe.dataset.clip_ms * audio.rate_hz / 1000);
  const auto source = data::silence_clips({}, audio, recipe.project.seed);
  for (data::Split split : data::kSplits) {
    const auto clips = static_cast<double>(data::entries_of(manifest, split).size());
    const auto count = static_cast<std::uint64_t>(clips * recipe.dataset.silence_share);
    for (std::uint64_t i = 0; i < count; ++i) {
      data::Entry entry;
      entry.id = fmt::format("silence/{}/{:05d}", to_string(split), i);
      entry.label = data::kSilenceLabel;
      entry.group = entry.id;
      entry.split = split;
      entry.origin = data::Origin::kGenerated;
      entry.source = source;
      entry.item = i;
      manifest.entries.push_back(std::move(entry));
    }
  }
}

void warn_of_close_pairs(const std::vector<data::ClosePair>& pairs, std::vector<Notice>& notices) {
  for (const data::ClosePair& pair : pairs) {
    notices.push_back(
        {"warning", "close words",
         fmt::format("'{}' and '{}' {}: they will be confused most; a longer word or one with other consonants "
                     "helps",
                     pair.first, pair.second, pair.distance == 0 ? "sound the same" : "differ in one sound only")});
  }
}

}  // namespace

data::Manifest speech_manifest(const Recipe& recipe, int processes, std::vector<Notice>& notices) {
  const auto synthesizer = std::make_shared<const data::Synthesizer>(processes, recipe.synth.espeak_path);
  data::SynthSettings settings = recipe.synth;
  const auto& labels = recipe.dataset.labels;
  if (std::find(labels.begin(), labels.end(), settings.unknown_label) == labels.end()) settings.unknown_clips = 0;
  const data::SynthPlan plan = data::plan_synthesis(*synthesizer, spoken_words(labels), settings, recipe.project.seed);
  notices.push_back(
      {"warning", "synthesized speech",
       "The words were spoken by a machine: accuracy on such clips is no estimate for people. Expect about 7 in 10 "
       "right on real voices. Record 10 to 20 clips a word, from several people, put them in folders (word/clip.wav), "
       "and train with --set dataset.recorded_path=FOLDER; judge by mote eval on other recordings."});
  for (const std::string& warning : plan.warnings) notices.push_back({"warning", "speech synthesis", warning});
  warn_of_close_pairs(plan.close_pairs, notices);
  data::Manifest manifest =
      data::synth_manifest(synthesizer, plan, labels, static_cast<int>(recipe.features.sample_rate_hz));
  add_silence(recipe, manifest);
  return manifest;
}

data::Manifest motion_manifest(const Recipe& recipe) {
  data::MotionSettings settings = recipe.motion;
  settings.rate_hz = static_cast<double>(recipe.features.sample_rate_hz);
  settings.duration_s = recipe.dataset.clip_ms / 1000;
  return data::motion_manifest(settings, recipe.project.seed);
}

}  // namespace mote::pipeline
