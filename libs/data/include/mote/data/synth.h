// Speech synthesis: words become a training set, spoken by espeak-ng (7 English accents x about 100 speakers) and by
// flite (5 recorded voices).
//
// Use: make one Synthesizer, plan_synthesis(), then speak() every request from any number of threads. The same request
// gives the same samples in any order and on any thread. Accuracy on such clips says nothing about people: augment them
// (augment_preset("synth")) and judge on recordings. Two engines matter: with espeak-ng alone a keyword spotter lost 13
// points of its accuracy on people.
//
// The engines keep hidden state from one utterance to the next (pitch flutter, noise generators) and change the
// process's locale. Hence they live in child processes: each request is spoken by a process of its own, forked from one
// in which they are loaded and have not spoken yet. Should an engine crash, that request fails and nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mote/data/manifest.h"
#include "mote/data/phonemes.h"
#include "mote/data/range.h"
#include "mote/data/recording.h"

namespace mote::data {

enum class SpeechEngine : std::uint8_t { kEspeak, kFlite };
std::string_view to_string(SpeechEngine engine);  // "espeak", "flite"

// What to speak and how. Every number is drawn evenly from its range, for each clip anew.
struct SynthSettings {
  std::int64_t espeak_clips = 400;         // of each keyword
  std::int64_t flite_clips = 400;          // of each keyword
  std::int64_t unknown_clips = 4000;       // of other words in all, shared by the engines in the same proportion
  std::vector<std::string> unknown_words;  // empty: the built-in list of ordinary words (words.h)
  std::string unknown_label = "_unknown_";
  double validation_share = 0.05;  // of espeak-ng's clips and speakers; none of these is heard in training
  double test_share = 0.05;
  std::vector<std::string> espeak_accents{"en-us",          "en",    "en-gb-scotland", "en-gb-x-gbclan", "en-gb-x-rp",
                                          "en-gb-x-gbcwmd", "en-029"};
  std::string espeak_path;  // folder that holds espeak-ng-data; empty: where the system has it
  Range espeak_speed_wpm{100.0, 230.0};
  Range espeak_pitch{5.0, 95.0};          // espeak-ng's scale of 0 to 100
  Range espeak_pitch_range{10.0, 100.0};  // likewise; 0 is monotone
  Range flite_stretch{0.75, 1.6};         // duration over the voice's own
  Range flite_pitch_factor{0.75, 1.45};   // mean pitch over the voice's own
  Range flite_pitch_deviation_hz{5.0, 40.0};

  // Error(kInvalid) that names the field, what was wanted and what was got.
  void validate() const;
};

// Calls visit(key, value, help) for every field, in order; value is a reference to double, std::int64_t, std::string,
// std::vector<std::string> or Range. The one list of these settings: recipe keys and hashes are made from it.
template <class Settings, class Visitor>
requires std::is_same_v<std::remove_const_t<Settings>, SynthSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("espeak_clips", s.espeak_clips, "clips of each keyword spoken by espeak-ng");
  visit("flite_clips", s.flite_clips, "clips of each keyword spoken by flite");
  visit("unknown_clips", s.unknown_clips, "clips of other words, in all");
  visit("unknown_words", s.unknown_words, "the other words; empty: the built-in list");
  visit("unknown_label", s.unknown_label, "label of the other words");
  visit("validation_share", s.validation_share, "share of espeak-ng's clips and speakers held out for validation");
  visit("test_share", s.test_share, "share of espeak-ng's clips and speakers held out for the test");
  visit("espeak_accents", s.espeak_accents, "espeak-ng voices that give the accent");
  visit("espeak_path", s.espeak_path, "folder that holds espeak-ng-data; empty: where the system has it");
  visit("espeak_speed_wpm", s.espeak_speed_wpm, "range of espeak-ng's speed, words a minute");
  visit("espeak_pitch", s.espeak_pitch, "range of espeak-ng's pitch, 0 to 100");
  visit("espeak_pitch_range", s.espeak_pitch_range, "range of espeak-ng's pitch range, 0 to 100");
  visit("flite_stretch", s.flite_stretch, "range of flite's duration over the voice's own");
  visit("flite_pitch_factor", s.flite_pitch_factor, "range of flite's mean pitch over the voice's own");
  visit("flite_pitch_deviation_hz", s.flite_pitch_deviation_hz, "range of flite's pitch deviation");
}

// One clip to speak.
struct SynthRequest {
  std::string id;  // unique in a plan and stable: "yes/espeak-12"
  std::string word;
  std::string label;
  SpeechEngine engine = SpeechEngine::kEspeak;
  std::string voice;         // espeak: "en-us+f3" (accent+speaker); flite: "slt"
  std::string speaker;       // the group that splits keep together: "espeak:f3", "flite:slt"
  double speed = 0.0;        // espeak: words a minute; flite: duration over the voice's own
  double pitch = 0.0;        // espeak: 0 to 100; flite: mean pitch in Hz
  double pitch_range = 0.0;  // espeak: 0 to 100; flite: standard deviation in Hz
  std::string punctuation;   // "", ".", "!" or "?": the melody
  Split split = Split::kTrain;
  bool operator==(const SynthRequest&) const = default;
};

// The voices that answer on this machine.
struct SpeechVoices {
  std::vector<std::string> espeak_speakers;  // variants: "f3", "klatt2", …; empty when espeak-ng's data is missing
  std::string espeak_version;                // with the data's folder: part of every cache's key
  std::vector<std::string> flite;            // "kal", "kal16", "awb", "rms", "slt"
};

class Synthesizer {
 public:
  // Starts `processes` >= 1 child processes, each of which speaks one request at a time. `espeak_path` as in
  // SynthSettings. Error(kIo) when the system refuses a process.
  Synthesizer(int processes, const std::string& espeak_path);
  ~Synthesizer();
  Synthesizer(const Synthesizer&) = delete;
  Synthesizer& operator=(const Synthesizer&) = delete;

  const SpeechVoices& voices() const;

  // The word alone: one channel at `rate_hz` in [4000, 48000], silence cut off at both ends (5 ms blocks below 1 % of
  // the peak), peak 0.7, with label, group and source filled in. Thread-safe; waits for a free child process.
  // Error(kNotFound) for an unknown voice, Error(kUnsupported) when the engine has no data here, Error(kInvalid) when
  // nothing was to be heard or the rate is out of range, Error(kIo) when the engine crashed or hung.
  Recording speak(const SynthRequest& request, int rate_hz) const;

  // How espeak-ng pronounces each of `words` (American English), in their order; several words in one ("turn left") are
  // fine. Errors as speak().
  std::vector<Phonemes> phonemes(std::span<const std::string> words) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct SynthPlan {
  std::vector<SynthRequest> requests;  // keyword by keyword, then the other words
  std::vector<ClosePair> close_pairs;  // keywords that sound nearly the same
  std::vector<std::string> warnings;   // one line each, for the report
};

// The requests for `keywords` (their labels too) and for other words, none of which sounds like a keyword. Depends on
// keywords, settings, seed and the voices installed only; clip i of a word is the same whatever the other words are.
// Speakers are disjoint between splits. flite's five voices all train when espeak-ng is there to validate; without it
// "kal" and "kal16" (one person) validate and "awb" tests. An engine that is missing is left out with a warning.
// Error(kInvalid) when settings.validate() fails, on no or equal keywords, on one that is the unknown label, and on one
// that has no sound; Error(kNotFound) for an unknown accent; Error(kUnsupported) when no engine is left.
SynthPlan plan_synthesis(const Synthesizer& synthesizer, std::span<const std::string> keywords,
                         const SynthSettings& settings, std::uint64_t seed);

// The plan as a list of clips at `rate_hz`, spoken anew each time that an entry is read. `labels`: the classes in the
// order of the model's outputs; every request's label must be among them (Error(kInvalid)).
Manifest synth_manifest(std::shared_ptr<const Synthesizer> synthesizer, const SynthPlan& plan,
                        std::vector<std::string> labels, int rate_hz);

}  // namespace mote::data
