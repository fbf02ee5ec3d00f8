#include "mote/data/synth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "mote/base/error.h"
#include "mote/data/augment_steps.h"
#include "mote/data/words.h"

namespace mote::data {
namespace {

using ::testing::HasSubstr;

constexpr int kRate_hz = 16000;

const std::vector<std::string>& keywords() {
  static const std::vector<std::string> words = {"yes", "no", "go", "marvin"};
  return words;
}

SynthSettings small_settings() {
  SynthSettings settings;
  settings.espeak_clips = 40;
  settings.flite_clips = 10;
  settings.unknown_clips = 100;
  settings.unknown_words = {"house", "water", "seven", "table", "window", "follow"};
  settings.espeak_accents = {"en-us", "en-gb-scotland"};
  settings.validation_share = 0.1;
  settings.test_share = 0.1;
  return settings;
}

SynthRequest espeak(const std::string& word, const std::string& voice) {
  SynthRequest request;
  request.id = word;
  request.word = word;
  request.label = word;
  request.voice = voice;
  request.speed = 160.0;
  request.pitch = 50.0;
  request.pitch_range = 50.0;
  return request;
}

SynthRequest flite(const std::string& word, const std::string& voice) {
  SynthRequest request = espeak(word, voice);
  request.engine = SpeechEngine::kFlite;
  request.speed = 1.1;
  request.pitch = 120.0;
  request.pitch_range = 20.0;
  return request;
}

ErrorCode code_of(const std::function<void()>& body, std::string* message = nullptr) {
  try {
    body();
  } catch (const Error& error) {
    if (message != nullptr) *message = error.what();
    return error.code();
  }
  return ErrorCode::kGate;  // which nothing here throws
}

class Speech : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { shared() = std::make_shared<Synthesizer>(2, ""); }
  static void TearDownTestSuite() { shared().reset(); }
  static std::shared_ptr<Synthesizer>& shared() {
    static std::shared_ptr<Synthesizer> synthesizer;
    return synthesizer;
  }
  void SetUp() override {
    if (shared()->voices().espeak_speakers.empty()) GTEST_SKIP() << "espeak-ng has no voices here";
  }
  const Synthesizer& synthesizer() const { return *shared(); }
};

TEST_F(Speech, IsTheSameInAnyOrderAndOnAnyThread) {
  std::vector<SynthRequest> requests;
  // whisper and breathy voices draw noise, f3 flutters, klatt has its own generator; flite's awb and slt draw noise
  // too.
  for (const char* voice : {"en-us+f3", "en+whisper", "en-029+klatt2", "en-us+grandma", "en-us+f3"}) {
    for (const char* word : {"yes", "shush"}) requests.push_back(espeak(word, voice));
  }
  for (const char* voice : {"kal", "kal16", "awb", "rms", "slt"}) requests.push_back(flite("seven", voice));
  std::vector<std::vector<float>> forward;
  for (const SynthRequest& request : requests) forward.push_back(synthesizer().speak(request, kRate_hz).values);
  std::vector<std::vector<float>> backward(requests.size());
  const auto half = [&](std::size_t odd) {
    for (std::size_t i = requests.size(); i-- > 0;) {
      if (i % 2 == odd) backward[i] = synthesizer().speak(requests[i], kRate_hz).values;
    }
  };
  std::thread other(half, 1);
  half(0);
  other.join();
  for (std::size_t i = 0; i < requests.size(); ++i) EXPECT_EQ(forward[i], backward[i]) << requests[i].voice;
  const Synthesizer another(1, "");
  for (std::size_t i = 0; i < requests.size(); i += 3) {
    EXPECT_EQ(another.speak(requests[i], kRate_hz).values, forward[i]) << requests[i].voice;
  }
}

TEST_F(Speech, SoundsPlausibleForTwentyWordsAndEveryVoice) {
  const std::vector<std::string> words = {"yes",    "no",   "up",  "down",  "left",  "right", "on",
                                          "off",    "stop", "go",  "bird",  "happy", "nine",  "zebra",
                                          "marvin", "two",  "six", "water", "house", "learn"};
  std::vector<std::string> voices = {"kal", "kal16", "awb", "rms", "slt"};
  for (const std::string& accent : SynthSettings().espeak_accents) voices.push_back(accent + "+m3");
  for (const char* speaker : {"f1", "f5", "klatt4", "croak", "whisperf", "Annie"})
    voices.push_back(std::string("en-us+") + speaker);
  for (std::size_t v = 0; v < voices.size(); ++v) {
    const std::string& voice = voices[v];
    const bool by_flite = voice.find_first_of("-+") == std::string::npos;
    for (std::size_t w = v % 3; w < words.size(); w += 3) {  // every voice a third of the words
      const std::string& word = words[w];
      const Recording clip = synthesizer().speak(by_flite ? flite(word, voice) : espeak(word, voice), kRate_hz);
      EXPECT_GT(clip.duration_s(), 0.1) << word << " " << voice;
      EXPECT_LT(clip.duration_s(), 1.3) << word << " " << voice;
      EXPECT_NEAR(peak(clip.values), 0.7, 1e-4);
      EXPECT_GT(rms(clip.values), 0.03) << word << " " << voice;
    }
  }
}

TEST_F(Speech, FollowsSpeedAndPunctuation) {
  SynthRequest slow = espeak("marvin", "en-us+m3");
  SynthRequest fast = slow;
  slow.speed = 100.0;
  fast.speed = 220.0;
  EXPECT_GT(synthesizer().speak(slow, kRate_hz).samples, synthesizer().speak(fast, kRate_hz).samples * 5 / 4);
  SynthRequest asked = slow;
  asked.punctuation = "?";
  EXPECT_NE(synthesizer().speak(slow, kRate_hz).values, synthesizer().speak(asked, kRate_hz).values);
  SynthRequest stretched = flite("marvin", "slt");
  stretched.speed = 1.6;
  EXPECT_GT(synthesizer().speak(stretched, kRate_hz).samples,
            synthesizer().speak(flite("marvin", "slt"), kRate_hz).samples);
}

TEST_F(Speech, ComesAtTheRateAskedForWithItsNames) {
  SynthRequest request = espeak("seven", "en-us+f3");
  request.id = "seven/espeak-3";
  request.label = "_unknown_";
  request.speaker = "espeak:f3";
  const Recording low = synthesizer().speak(request, 8000);
  const Recording high = synthesizer().speak(request, 16000);
  EXPECT_EQ(low.rate_hz, 8000.0);
  EXPECT_NEAR(low.duration_s(), high.duration_s(), 0.03);
  EXPECT_EQ(low.channels, 1);
  EXPECT_EQ(low.source, "seven/espeak-3");
  EXPECT_EQ(low.label, "_unknown_");
  EXPECT_EQ(low.group, "espeak:f3");
}

TEST_F(Speech, StartsAndEndsWithSound) {
  const Recording clip = synthesizer().speak(flite("stop", "rms"), kRate_hz);
  EXPECT_GE(peak(std::span(clip.values).first(80)), 0.007 * 0.999);
  EXPECT_GE(peak(std::span(clip.values).last(80)), 0.007 * 0.999);
}

TEST_F(Speech, NamesTheVoiceThatDoesNotExist) {
  std::string message;
  EXPECT_EQ(code_of([&] { synthesizer().speak(espeak("yes", "en-atlantis"), kRate_hz); }, &message),
            ErrorCode::kNotFound);
  EXPECT_THAT(message, HasSubstr("got 'en-atlantis'"));
  EXPECT_EQ(code_of([&] { synthesizer().speak(espeak("yes", "en-us+nobody"), kRate_hz); }, &message),
            ErrorCode::kNotFound);
  EXPECT_THAT(message, HasSubstr("got 'en-us+nobody'"));
  EXPECT_EQ(code_of([&] { synthesizer().speak(flite("yes", "bob"), kRate_hz); }, &message), ErrorCode::kNotFound);
  EXPECT_THAT(message, HasSubstr("got 'bob'"));
}

TEST_F(Speech, RefusesWordsWithoutSoundAndRatesOutOfRange) {
  EXPECT_EQ(code_of([&] { synthesizer().speak(espeak(" ", "en-us+f3"), kRate_hz); }), ErrorCode::kInvalid);
  EXPECT_EQ(code_of([&] { synthesizer().speak(espeak("", "en-us+f3"), kRate_hz); }), ErrorCode::kInvalid);
  EXPECT_EQ(code_of([&] { synthesizer().speak(espeak("a\nb", "en-us+f3"), kRate_hz); }), ErrorCode::kInvalid);
  EXPECT_EQ(code_of([&] { synthesizer().speak(espeak("yes", "en-us+f3"), 100); }), ErrorCode::kInvalid);
  EXPECT_EQ(code_of([&] { Synthesizer(0, ""); }), ErrorCode::kInvalid);
}

TEST_F(Speech, PhonemesAreSymbolsWithoutStress) {
  const std::vector<std::string> words = {"yes", "go", "know", "no", "turn left"};
  const std::vector<Phonemes> phonemes = synthesizer().phonemes(words);
  ASSERT_EQ(phonemes.size(), 5U);
  EXPECT_EQ(phonemes[0], (Phonemes{"j", "ɛ", "s"}));
  EXPECT_EQ(phonemes[1].size(), 2U);
  EXPECT_EQ(phonemes[2], phonemes[3]);
  EXPECT_GE(phonemes[4].size(), 6U);
  EXPECT_EQ(code_of([&] { synthesizer().phonemes(std::vector<std::string>{"?!"}); }), ErrorCode::kInvalid);
}

TEST_F(Speech, ThePlanSpeaksEveryWordAsOftenAsAsked) {
  const SynthPlan plan = plan_synthesis(synthesizer(), keywords(), small_settings(), 1);
  std::map<std::string, int> clips;
  std::set<std::string> ids;
  for (const SynthRequest& request : plan.requests) {
    ++clips[request.label + " " + std::string(to_string(request.engine))];
    EXPECT_TRUE(ids.insert(request.id).second) << request.id;
  }
  for (const std::string& word : keywords()) {
    EXPECT_EQ(clips[word + " espeak"], 40);
    EXPECT_EQ(clips[word + " flite"], 10);
  }
  EXPECT_EQ(clips["_unknown_ espeak"], 80);
  EXPECT_EQ(clips["_unknown_ flite"], 20);
  EXPECT_TRUE(plan.warnings.empty());
}

TEST_F(Speech, ThePlanKeepsEachSpeakerInOneSplit) {
  const SynthPlan plan = plan_synthesis(synthesizer(), keywords(), small_settings(), 1);
  std::map<std::string, std::set<Split>> splits;
  std::map<Split, int> clips;
  for (const SynthRequest& request : plan.requests) {
    splits[request.speaker].insert(request.split);
    ++clips[request.split];
  }
  for (const auto& [speaker, seen] : splits) EXPECT_EQ(seen.size(), 1U) << speaker;
  EXPECT_EQ(clips[Split::kValidation], 4 * 4 + 8);
  EXPECT_EQ(clips[Split::kTest], 4 * 4 + 8);
}

TEST_F(Speech, ThePlanDependsOnTheSeedAndNotOnTheOtherWords) {
  const SynthPlan plan = plan_synthesis(synthesizer(), keywords(), small_settings(), 1);
  EXPECT_EQ(plan.requests, plan_synthesis(synthesizer(), keywords(), small_settings(), 1).requests);
  EXPECT_NE(plan.requests, plan_synthesis(synthesizer(), keywords(), small_settings(), 2).requests);
  const SynthPlan alone = plan_synthesis(synthesizer(), std::vector<std::string>{"go"}, small_settings(), 1);
  const auto of_go = [](const SynthPlan& from) {
    std::vector<SynthRequest> found;
    std::copy_if(from.requests.begin(), from.requests.end(), std::back_inserter(found),
                 [](const SynthRequest& request) { return request.label == "go"; });
    return found;
  };
  EXPECT_EQ(of_go(plan), of_go(alone));
}

TEST_F(Speech, ThePlanStaysInItsRanges) {
  const SynthSettings settings;  // with the built-in words and all accents
  const SynthPlan plan = plan_synthesis(synthesizer(), keywords(), settings, 3);
  EXPECT_EQ(plan.requests.size(), 4U * 800U + 4000U);
  for (const SynthRequest& request : plan.requests) {
    if (request.engine == SpeechEngine::kFlite) {
      EXPECT_GE(request.speed, settings.flite_stretch.low);
      EXPECT_LE(request.speed, settings.flite_stretch.high);
      continue;
    }
    EXPECT_GE(request.speed, settings.espeak_speed_wpm.low);
    EXPECT_LE(request.speed, settings.espeak_speed_wpm.high);
    EXPECT_EQ(request.speaker, "espeak:" + request.voice.substr(request.voice.find('+') + 1));
  }
}

TEST_F(Speech, OtherWordsNeverSoundLikeAKeyword) {
  SynthSettings settings = small_settings();
  settings.unknown_words = {"know", "no", "yes", "house", "marvin"};
  const SynthPlan plan = plan_synthesis(synthesizer(), keywords(), settings, 1);
  for (const SynthRequest& request : plan.requests) {
    if (request.label != settings.unknown_label) continue;
    EXPECT_EQ(request.word, "house");
  }
}

TEST_F(Speech, ThePlanNamesKeywordsThatSoundNearlyTheSame) {
  const SynthPlan plan = plan_synthesis(synthesizer(), keywords(), small_settings(), 1);
  ASSERT_EQ(plan.close_pairs.size(), 1U);
  EXPECT_EQ(plan.close_pairs[0].first, "no");
  EXPECT_EQ(plan.close_pairs[0].second, "go");
}

TEST_F(Speech, ThePlanRefusesWhatCannotBeSpoken) {
  const auto code = [&](const std::vector<std::string>& words, const SynthSettings& settings) {
    return code_of([&] { plan_synthesis(synthesizer(), words, settings, 1); });
  };
  EXPECT_EQ(code({}, small_settings()), ErrorCode::kInvalid);
  EXPECT_EQ(code({"go", "go"}, small_settings()), ErrorCode::kInvalid);
  EXPECT_EQ(code({"go", "_unknown_"}, small_settings()), ErrorCode::kInvalid);
  EXPECT_EQ(code({"?!"}, small_settings()), ErrorCode::kInvalid);
  SynthSettings settings = small_settings();
  settings.espeak_accents = {"en-atlantis"};
  EXPECT_EQ(code({"go"}, settings), ErrorCode::kNotFound);
  settings.espeak_accents = {};
  EXPECT_EQ(code({"go"}, settings), ErrorCode::kInvalid);
}

TEST_F(Speech, TheManifestReadsTheClipThatEachEntryNames) {
  SynthSettings settings = small_settings();
  settings.espeak_clips = settings.flite_clips = settings.unknown_clips = 4;
  const SynthPlan plan = plan_synthesis(synthesizer(), keywords(), settings, 1);
  const std::vector<std::string> labels = {"yes", "no", "go", "marvin", "_unknown_"};
  const Manifest manifest = synth_manifest(shared(), plan, labels, kRate_hz);
  ASSERT_EQ(manifest.entries.size(), plan.requests.size());
  EXPECT_EQ(manifest.labels, labels);
  for (const Entry& entry : manifest.entries) {
    const Result<Recording> clip = entry.source->read(entry);
    ASSERT_TRUE(clip.ok());
    EXPECT_EQ("synth/" + clip.value().source, entry.id);
    EXPECT_EQ(clip.value().label, entry.label);
    EXPECT_EQ(clip.value().group, entry.group);
    EXPECT_EQ(entry.origin, Origin::kGenerated);
  }
  EXPECT_EQ(code_of([&] { synth_manifest(shared(), plan, {"yes"}, kRate_hz); }), ErrorCode::kInvalid);
  EXPECT_EQ(code_of([&] { synth_manifest(shared(), plan, labels, 0); }), ErrorCode::kInvalid);
}

TEST_F(Speech, TheManifestGivesAFailureForAClipThatCannotBeSpoken) {
  SynthPlan plan;
  plan.requests.push_back(espeak("yes", "en-atlantis"));
  const Manifest manifest = synth_manifest(shared(), plan, {"yes"}, kRate_hz);
  const Result<Recording> clip = manifest.entries[0].source->read(manifest.entries[0]);
  ASSERT_FALSE(clip.ok());
  EXPECT_THAT(clip.failure().problem, HasSubstr("en-atlantis"));
}

TEST(SpeechWithoutEspeak, SaysWhatIsLostAndSplitsFlitesVoices) {
  const Synthesizer synthesizer(1, "/nonexistent");
  EXPECT_TRUE(synthesizer.voices().espeak_speakers.empty());
  std::string message;
  EXPECT_EQ(code_of([&] { synthesizer.speak(espeak("yes", "en-us+f3"), kRate_hz); }, &message),
            ErrorCode::kUnsupported);
  EXPECT_THAT(message, HasSubstr("install espeak-ng-data"));
  EXPECT_EQ(code_of([&] { synthesizer.phonemes(keywords()); }), ErrorCode::kUnsupported);
  const SynthPlan plan = plan_synthesis(synthesizer, keywords(), small_settings(), 1);
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_THAT(plan.warnings[0], HasSubstr("espeak-ng's data is missing"));
  std::map<std::string, std::set<Split>> splits;
  for (const SynthRequest& request : plan.requests) splits[request.speaker].insert(request.split);
  for (const auto& [speaker, seen] : splits) EXPECT_EQ(seen.size(), 1U) << speaker;
  EXPECT_EQ(splits["flite:kal"], std::set<Split>{Split::kValidation});
  EXPECT_EQ(splits["flite:awb"], std::set<Split>{Split::kTest});
  SynthSettings settings = small_settings();
  settings.flite_clips = 0;
  EXPECT_EQ(code_of([&] { plan_synthesis(synthesizer, keywords(), settings, 1); }), ErrorCode::kUnsupported);
}

TEST(SpeechWithoutFlite, WarnsOfWhatASecondEngineWouldBring) {
  const Synthesizer synthesizer(1, "");
  if (synthesizer.voices().espeak_speakers.empty()) GTEST_SKIP() << "espeak-ng has no voices here";
  SynthSettings settings = small_settings();
  settings.flite_clips = 0;
  const SynthPlan plan = plan_synthesis(synthesizer, keywords(), settings, 1);
  ASSERT_EQ(plan.warnings.size(), 1U);
  EXPECT_THAT(plan.warnings[0], HasSubstr("13 points"));
}

TEST(SynthSettings, NameTheFieldThatIsOutOfRange) {
  const auto message = [](const SynthSettings& settings) {
    std::string text;
    EXPECT_EQ(code_of([&] { settings.validate(); }, &text), ErrorCode::kInvalid);
    return text;
  };
  EXPECT_NO_THROW(SynthSettings().validate());
  SynthSettings settings;
  settings.espeak_clips = -1;
  EXPECT_THAT(message(settings), HasSubstr("[synth.espeak_clips]"));
  settings = {};
  settings.espeak_clips = settings.flite_clips = 0;
  EXPECT_THAT(message(settings), HasSubstr("[synth.espeak_clips + synth.flite_clips]"));
  settings = {};
  settings.espeak_speed_wpm = {200.0, 100.0};
  EXPECT_THAT(message(settings), HasSubstr("[synth.espeak_speed_wpm]"));
  settings = {};
  settings.validation_share = 0.9;
  EXPECT_THAT(message(settings), HasSubstr("[synth.validation_share]"));
  settings = {};
  settings.unknown_label = "";
  EXPECT_THAT(message(settings), HasSubstr("[synth.unknown_label]"));
}

TEST(OrdinaryWords, AreManyDifferentAndPlain) {
  const auto words = ordinary_words();
  EXPECT_GE(words.size(), 500U);
  EXPECT_EQ(std::set<std::string_view>(words.begin(), words.end()).size(), words.size());
  for (std::string_view word : words) {
    EXPECT_TRUE(std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; })) << word;
  }
}

}  // namespace
}  // namespace mote::data
