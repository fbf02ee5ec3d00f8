#include "mote/pipeline/recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

namespace mote::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kMotion = "[dataset]\nlayout = \"motion\"\n[features]\npreset = \"motion\"\n";

Recipe parse(std::string_view text, std::initializer_list<Override> overrides = {}) {
  const std::vector<Override> list(overrides);
  return parse_recipe(text, "/recipes/test.toml", list);
}

TEST(Recipe, CompletesWhatIsNotSaidWithDefaults) {
  const Recipe recipe = parse(kMotion);
  EXPECT_EQ(recipe.project.name, "model");
  EXPECT_EQ(recipe.project.seed, 1U);
  EXPECT_EQ(recipe.train.epochs, trainer::TrainSettings{}.epochs);
}

TEST(Recipe, ReadsEveryTypeOfValue) {
  const Recipe recipe = parse(
      "[project]\nname = \"knock\"\nseed = 18\n[dataset]\nlayout = \"motion\"\nlabels = [\"a\", \"b\"]\npath = "
      "\"x/y\"\n"
      "clip_ms = 500\n[features]\npreset = \"motion\"\nstandardize = true\n[augment.noise]\nsnr_db = [1, 2.5]\n");
  EXPECT_EQ(recipe.project.name, "knock");
  EXPECT_EQ(recipe.project.seed, 18U);
  EXPECT_THAT(recipe.dataset.labels, ElementsAre("a", "b"));
  EXPECT_EQ(recipe.dataset.path, "x/y");
  EXPECT_EQ(recipe.dataset.clip_ms, 500.0);
  EXPECT_TRUE(recipe.features.standardize);
  EXPECT_EQ(recipe.augment.noise.snr_db.low, 1.0);
  EXPECT_EQ(recipe.augment.noise.snr_db.high, 2.5);
}

TEST(Recipe, AppliesAPresetBeforeTheOtherKeysWhereverItStands) {
  const Recipe after =
      parse("[dataset]\nlayout = \"motion\"\n[features]\nkind = \"raw\"\nsample_rate_hz = 50\npreset = \"motion\"\n");
  EXPECT_EQ(after.features.sample_rate_hz, 50);
  EXPECT_EQ(after.features.kind, dsp::FeatureKind::kRaw);
  EXPECT_EQ(after.features.channels, dsp::feature_preset("motion").channels);
}

TEST(Recipe, APresetOnTheCommandLineKeepsTheRecipesOtherKeys) {
  const Recipe recipe =
      parse("[dataset]\nlayout = \"motion\"\n[features]\nlow_hz = 30\n", {{"features.preset", "kaldi"}});
  EXPECT_EQ(recipe.features_preset.preset, "kaldi");
  EXPECT_EQ(recipe.features.low_hz, 30.0);
  EXPECT_EQ(recipe.features.window_ms, dsp::feature_preset("kaldi").window_ms);
}

TEST(Recipe, AnOverrideWinsOverTheRecipe) {
  const Recipe recipe = parse(std::string(kMotion) + "[train]\nepochs = 3\n", {{"train.epochs", "5"}});
  EXPECT_EQ(recipe.train.epochs, 5);
}

TEST(Recipe, AnOverrideOfAKeyThatTakesTextTakesAnyText) {
  const Recipe recipe = parse(kMotion, {{"project.name", "7"},
                                        {"project.description", "with blanks"},
                                        {"dataset.path", "/a/b c"},
                                        {"project.name", "\"quoted\""}});
  EXPECT_EQ(recipe.project.name, "quoted");
  EXPECT_EQ(recipe.project.description, "with blanks");
  EXPECT_EQ(recipe.dataset.path, "/a/b c");
}

TEST(Recipe, AnOverrideOfAnEnumOrAListNeedsNoQuotesInTheEnum) {
  const Recipe recipe = parse(kMotion, {{"dataset.fit", "centre"}, {"dataset.labels", "[\"b\", \"a\"]"}});
  EXPECT_EQ(recipe.dataset.fit, data::Fit::kCentre);
  EXPECT_THAT(recipe.dataset.labels, ElementsAre("b", "a"));
}

TEST(Recipe, SplitsAnOverrideAtTheFirstEqualsSign) {
  const Override change = parse_override(" dataset.group = regex:(a=b) ");
  EXPECT_EQ(change.path, "dataset.group");
  EXPECT_EQ(change.value, "regex:(a=b)");
}

TEST(Recipe, DataPathsStartAtTheRecipesFolder) {
  const Recipe recipe = parse(kMotion);
  EXPECT_EQ(recipe.resolve("data/x"), "/recipes/data/x");
  EXPECT_EQ(recipe.resolve("/data/x"), "/data/x");
  EXPECT_EQ(recipe.resolve(""), "");
}

TEST(Recipe, PrintsAsTomlThatReadsBackEqual) {
  const Recipe recipe =
      parse(std::string(kMotion) +
            "[project]\nname = \"quote \\\" back \\\\ line \\n\"\n[train]\nlearning_rate = 0.1\n[augment]\npreset = "
            "\"light\"\n"
            "[augment.noise]\nprobability = 0.3\n[[model.layers]]\nop = \"conv2d\"\nfilters = 4\nkernel = [1, 3]\n"
            "name = \"first\"\n[[model.layers]]\nop = \"flatten\"\n");
  const std::string text = to_toml(recipe);
  const Recipe again = parse_recipe(text, recipe.file);
  EXPECT_EQ(to_toml(again), text);
  EXPECT_EQ(again.project.name, recipe.project.name);
  ASSERT_EQ(again.layers.size(), 2U);
  EXPECT_EQ(again.layers[0].values, recipe.layers[0].values);
}

TEST(Recipe, EveryPresetReadsBackEqual) {
  for (const std::string preset : {"mlperf-tiny", "librosa", "kaldi", "motion"}) {
    const Recipe recipe = parse("[dataset]\nlayout = \"motion\"\n[features]\npreset = \"" + preset + "\"\n");
    EXPECT_EQ(to_toml(parse_recipe(to_toml(recipe), recipe.file)), to_toml(recipe)) << preset;
  }
}

TEST(Recipe, SectionTextChangesWithItsOwnTablesOnly) {
  const Recipe plain = parse(kMotion);
  const Recipe longer = parse(kMotion, {{"train.epochs", "99"}});
  constexpr std::array<std::string_view, 1> kTrain{"train"};
  constexpr std::array<std::string_view, 2> kOthers{"dataset", "features"};
  EXPECT_NE(section_text(plain, kTrain), section_text(longer, kTrain));
  EXPECT_EQ(section_text(plain, kOthers), section_text(longer, kOthers));
}

TEST(Recipe, SectionTextOfTheModelHoldsItsLayers) {
  const Recipe plain = parse(kMotion);
  const Recipe listed = parse(std::string(kMotion) + "[[model.layers]]\nop = \"flatten\"\n");
  constexpr std::array<std::string_view, 1> kModel{"model"};
  EXPECT_NE(section_text(plain, kModel), section_text(listed, kModel));
}

TEST(Recipe, EveryKeyStandsOnceWithHelpAndType) {
  Recipe recipe;
  std::set<std::string> paths;
  for (const Setting& setting : settings_of(recipe)) {
    EXPECT_TRUE(paths.insert(setting.path).second) << setting.path << " stands twice";
    EXPECT_FALSE(setting.help.empty()) << setting.path;
    EXPECT_FALSE(setting.type().empty()) << setting.path;
  }
}

TEST(Recipe, TheReferenceHoldsEveryKey) {
  Recipe recipe;
  const std::string reference = schema_markdown();
  for (const Setting& setting : settings_of(recipe)) {
    EXPECT_THAT(reference, HasSubstr("| `" + setting.path.substr(setting.path.rfind('.') + 1) + "` |"));
  }
}

TEST(Setting, SaysItsTypeAndItsValueAsToml) {
  std::vector<Setting> settings;
  const SettingCollector collect(settings, "t");
  bool flag = true;
  double number = 40;
  std::string text = "a\"b";
  std::vector<std::string> texts{"x", "y"};
  std::vector<double> numbers{1, 0.5};
  data::Range range{1, 2};
  data::Fit fit = data::Fit::kStart;
  collect("flag", flag, "help");
  collect("number", number, "help");
  collect("text", text, "help");
  collect("texts", texts, "help");
  collect("numbers", numbers, "help");
  collect("range", range, "help");
  collect("fit", fit, "help");
  std::vector<std::string> shown;
  for (const Setting& setting : settings) shown.push_back(setting.path + " " + setting.text() + " " + setting.type());
  EXPECT_THAT(shown,
              ElementsAre("t.flag true true or false", "t.number 40.0 number", "t.text \"a\\\"b\" text",
                          "t.texts [\"x\", \"y\"] list of texts", "t.numbers [1.0, 0.5] list of numbers",
                          "t.range [1.0, 2.0] range [low, high]", "t.fit \"start\" one of loudest, centre, start"));
}

}  // namespace
}  // namespace mote::pipeline
