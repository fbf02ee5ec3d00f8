#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "mote/data/synth.h"
#include "mote/data/words.h"

namespace mote::data {
namespace {

constexpr std::array<std::string_view, 4> kEspeakPunctuation = {"", ".", "!", "?"};
constexpr std::array<std::string_view, 3> kFlitePunctuation = {"", ".", "?"};

// How often each of flite's voices speaks, and the pitch it was recorded at. The better voices speak more often.
struct FliteVoice {
  std::string_view name;
  int weight;
  double pitch_hz;
};
constexpr std::array<FliteVoice, 5> kFliteVoices = {
    {{"kal", 1, 105.0}, {"kal16", 1, 105.0}, {"awb", 2, 130.0}, {"rms", 2, 100.0}, {"slt", 3, 170.0}}};

// Who speaks in each split, by Split's number. flite's voices are repeated by their weight.
struct Cast {
  std::array<std::vector<std::string>, 3> espeak;
  std::array<std::vector<FliteVoice>, 3> flite;
};

struct Work {
  std::string word;
  std::string label;
  std::int64_t first = 0;  // number of the first clip of this word
  std::int64_t clips = 0;
};

std::size_t number(Split split) {
  return static_cast<std::size_t>(split);
}

std::int64_t share_of(std::int64_t count, double share) {
  return std::llround(static_cast<double>(count) * share);
}

// At least one speaker for a split that is wanted, as long as there are some.
std::size_t held_out(std::size_t speakers, double share) {
  if (share <= 0.0 || speakers < 3) return 0;
  return static_cast<std::size_t>(std::max<std::int64_t>(1, share_of(static_cast<std::int64_t>(speakers), share)));
}

std::array<std::vector<std::string>, 3> cast_espeak(std::vector<std::string> speakers, const SynthSettings& settings,
                                                    std::uint64_t seed) {
  Rng rng = Rng::derive(seed, "synth.speakers");
  rng.shuffle(std::span(speakers));
  const std::size_t validation = held_out(speakers.size(), settings.validation_share);
  const std::size_t test = held_out(speakers.size(), settings.test_share);
  const auto from = [&](std::size_t at) { return speakers.begin() + static_cast<std::ptrdiff_t>(at); };
  std::array<std::vector<std::string>, 3> cast;
  cast[number(Split::kValidation)].assign(from(0), from(validation));
  cast[number(Split::kTest)].assign(from(validation), from(validation + test));
  cast[number(Split::kTrain)].assign(from(validation + test), speakers.end());
  return cast;
}

Split flite_split(std::string_view voice, const SynthSettings& settings) {
  if (voice.starts_with("kal") && settings.validation_share > 0.0) return Split::kValidation;
  if (voice == "awb" && settings.test_share > 0.0) return Split::kTest;
  return Split::kTrain;
}

Cast make_cast(const SpeechVoices& voices, const SynthSettings& settings, std::uint64_t seed) {
  Cast cast;
  const bool espeak = settings.espeak_clips > 0 && !voices.espeak_speakers.empty();
  if (espeak) cast.espeak = cast_espeak(voices.espeak_speakers, settings, seed);
  if (settings.flite_clips == 0) return cast;
  for (const FliteVoice& voice : kFliteVoices) {
    if (std::find(voices.flite.begin(), voices.flite.end(), voice.name) == voices.flite.end()) continue;
    const Split split = espeak ? Split::kTrain : flite_split(voice.name, settings);
    cast.flite[number(split)].insert(cast.flite[number(split)].end(), static_cast<std::size_t>(voice.weight), voice);
  }
  return cast;
}

template <class List>
bool nobody(const List& splits) {
  return std::all_of(splits.begin(), splits.end(), [](const auto& speakers) { return speakers.empty(); });
}

// Clip `index` of `count` goes to validation, test or train, in that order; to train where nobody is held out.
template <class List>
Split split_of_clip(std::int64_t index, std::int64_t count, const SynthSettings& settings, const List& speakers) {
  const std::int64_t validation = share_of(count, settings.validation_share);
  const std::int64_t test = share_of(count, settings.test_share);
  if (index < validation && !speakers[number(Split::kValidation)].empty()) return Split::kValidation;
  const bool in_test = index >= validation && index < validation + test;
  if (in_test && !speakers[number(Split::kTest)].empty()) return Split::kTest;
  return Split::kTrain;
}

template <class List>
const auto& pick(Rng& rng, const List& list) {
  return list[rng.below(list.size())];
}

double draw(Rng& rng, const Range& range) {
  return rng.uniform(range.low, range.high);
}

SynthRequest start_request(const Work& work, SpeechEngine engine, std::int64_t clip, Split split) {
  SynthRequest request;
  request.id = fmt::format("{}/{}-{}", work.word, to_string(engine), clip);
  request.word = work.word;
  request.label = work.label;
  request.engine = engine;
  request.split = split;
  return request;
}

SynthRequest espeak_request(const Work& work, std::int64_t clip, Split split, const Cast& cast,
                            const SynthSettings& settings, std::uint64_t seed) {
  Rng rng = Rng::derive(seed, "synth.espeak." + work.word, {static_cast<std::uint64_t>(clip)});
  SynthRequest request = start_request(work, SpeechEngine::kEspeak, clip, split);
  const std::string& speaker = pick(rng, cast.espeak[number(split)]);
  request.voice = pick(rng, settings.espeak_accents) + "+" + speaker;
  request.speaker = "espeak:" + speaker;
  request.speed = std::round(draw(rng, settings.espeak_speed_wpm));
  request.pitch = std::round(draw(rng, settings.espeak_pitch));
  request.pitch_range = std::round(draw(rng, settings.espeak_pitch_range));
  request.punctuation = pick(rng, kEspeakPunctuation);
  return request;
}

SynthRequest flite_request(const Work& work, std::int64_t clip, Split split, const Cast& cast,
                           const SynthSettings& settings, std::uint64_t seed) {
  Rng rng = Rng::derive(seed, "synth.flite." + work.word, {static_cast<std::uint64_t>(clip)});
  SynthRequest request = start_request(work, SpeechEngine::kFlite, clip, split);
  const FliteVoice& voice = pick(rng, cast.flite[number(split)]);
  request.voice = voice.name;
  request.speaker = "flite:" + std::string(voice.name == "kal16" ? "kal" : voice.name);  // one person
  request.speed = draw(rng, settings.flite_stretch);
  request.pitch = voice.pitch_hz * draw(rng, settings.flite_pitch_factor);
  request.pitch_range = draw(rng, settings.flite_pitch_deviation_hz);
  request.punctuation = pick(rng, kFlitePunctuation);
  return request;
}

class Planner {
 public:
  Planner(const Synthesizer& synthesizer, std::span<const std::string> keywords, const SynthSettings& settings,
          std::uint64_t seed)
      : synthesizer_(synthesizer),
        keywords_(keywords.begin(), keywords.end()),
        settings_(settings),
        seed_(seed),
        cast_(make_cast(synthesizer.voices(), settings, seed)) {}

  SynthPlan plan() {
    check_keywords();
    check_engines();
    const std::vector<std::string> others = other_words();
    for (const std::string& keyword : keywords_) {
      add_espeak({keyword, keyword, 0, settings_.espeak_clips}, settings_.espeak_clips);
      add_flite({keyword, keyword, 0, settings_.flite_clips}, settings_.flite_clips);
    }
    add_unknown(others);
    return std::move(plan_);
  }

 private:
  bool espeak() const { return !nobody(cast_.espeak); }
  bool flite() const { return !nobody(cast_.flite); }

  void check_keywords() const {
    if (keywords_.empty())
      throw Error(ErrorCode::kInvalid, "[synth] wanted a keyword, got none: list the words to spot");
    std::set<std::string> seen;
    for (const std::string& keyword : keywords_) {
      if (!seen.insert(keyword).second) {
        throw Error(ErrorCode::kInvalid, "[synth] wanted different keywords, got '" + keyword + "' twice: remove one");
      }
      if (keyword != settings_.unknown_label) continue;
      throw Error(ErrorCode::kInvalid, "[synth] wanted a keyword to speak, got '" + keyword +
                                           "', the label of other words: remove it from the keywords");
    }
  }

  void check_engines() {
    if (!espeak() && !flite()) {
      throw Error(ErrorCode::kUnsupported,
                  "[synth] wanted espeak-ng or flite, got neither: install espeak-ng-data, or set synth.espeak_path");
    }
    if (!espeak()) {
      plan_.warnings.emplace_back(
          settings_.espeak_clips == 0
              ? "espeak-ng is switched off: few voices and one accent are left"
              : "espeak-ng's data is missing (install espeak-ng-data): few voices and one accent "
                "are left, and words that sound like a keyword are not recognized");
    }
    if (!flite())
      plan_.warnings.emplace_back(
          "flite is missing or switched off: espeak-ng alone lost about 13 points of accuracy on people");
    if (espeak()) probe_accents();
  }

  // An accent that does not exist is found before thousands of clips are made.
  void probe_accents() const {
    for (const std::string& accent : settings_.espeak_accents) {
      SynthRequest request = start_request({"a", "a", 0, 1}, SpeechEngine::kEspeak, 0, Split::kTrain);
      request.voice = accent;
      request.speed = 175.0;
      request.pitch = 50.0;
      request.pitch_range = 50.0;
      synthesizer_.speak(request, 16000);
    }
  }

  // The words for the unknown class; finds close keywords on the way, as both need the phonemes.
  std::vector<std::string> other_words() {
    std::vector<std::string> words = settings_.unknown_words;
    if (words.empty()) words.assign(ordinary_words().begin(), ordinary_words().end());
    const std::set<std::string> spelled(keywords_.begin(), keywords_.end());
    std::erase_if(words, [&](const std::string& word) { return spelled.contains(word); });
    if (synthesizer_.voices().espeak_speakers.empty()) return words;
    const std::vector<Phonemes> wanted = synthesizer_.phonemes(keywords_);
    plan_.close_pairs = close_pairs(keywords_, wanted);
    const std::vector<Phonemes> sounds = synthesizer_.phonemes(words);
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!sounds_like_one_of(sounds[i], wanted)) kept.push_back(words[i]);
    }
    return kept;
  }

  void add_espeak(const Work& work, std::int64_t of) {
    if (!espeak()) return;
    for (std::int64_t i = 0; i < work.clips; ++i) {
      const Split split = split_of_clip(work.first + i, of, settings_, cast_.espeak);
      plan_.requests.push_back(espeak_request(work, work.first + i, split, cast_, settings_, seed_));
    }
  }

  void add_flite(const Work& work, std::int64_t of) {
    if (!flite()) return;
    for (std::int64_t i = 0; i < work.clips; ++i) {
      const Split split = split_of_clip(work.first + i, of, settings_, cast_.flite);
      plan_.requests.push_back(flite_request(work, work.first + i, split, cast_, settings_, seed_));
    }
  }

  // Clip i speaks word i modulo their number, in shuffled order: every word about as often.
  void add_unknown(std::vector<std::string> words) {
    if (settings_.unknown_clips == 0 || words.empty()) return;
    Rng rng = Rng::derive(seed_, "synth.unknown");
    rng.shuffle(std::span(words));
    const double weight = static_cast<double>(espeak() ? settings_.espeak_clips : 0);
    const double all = weight + static_cast<double>(flite() ? settings_.flite_clips : 0);
    const std::int64_t by_espeak = share_of(settings_.unknown_clips, weight / all);
    for (std::int64_t i = 0; i < by_espeak; ++i) {
      add_espeak({words[static_cast<std::size_t>(i) % words.size()], settings_.unknown_label, i, 1}, by_espeak);
    }
    const std::int64_t by_flite = settings_.unknown_clips - by_espeak;
    for (std::int64_t i = 0; i < by_flite; ++i) {
      add_flite({words[static_cast<std::size_t>(i) % words.size()], settings_.unknown_label, i, 1}, by_flite);
    }
  }

  const Synthesizer& synthesizer_;
  std::vector<std::string> keywords_;
  const SynthSettings& settings_;
  std::uint64_t seed_;
  Cast cast_;
  SynthPlan plan_;
};

}  // namespace

SynthPlan plan_synthesis(const Synthesizer& synthesizer, std::span<const std::string> keywords,
                         const SynthSettings& settings, std::uint64_t seed) {
  settings.validate();
  return Planner(synthesizer, keywords, settings, seed).plan();
}

}  // namespace mote::data
