// Every way in which a recipe can be wrong, with what the user reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "error_text.h"
#include "mote/pipeline/recipe.h"

namespace mote::pipeline {
namespace {

using test::error_text;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kMotion = "[dataset]\nlayout = \"motion\"\n[features]\npreset = \"motion\"\n";

std::string error_of(std::string_view text) {
  return error_text([&] { parse_recipe(text, "kws.toml"); });
}
std::string error_with(std::string_view more) {
  return error_of(std::string(kMotion) + std::string(more));
}
std::string error_of_override(Override change) {
  return error_text([&] { parse_recipe(kMotion, "kws.toml", std::span(&change, 1)); });
}

TEST(RecipeErrors, NamesTheLineOfWhatIsNoToml) {
  EXPECT_THAT(error_of("[project]\nname = \n"), AllOf(StartsWith("corrupt: recipe kws.toml:2"), HasSubstr("not TOML")));
}

TEST(RecipeErrors, NamesAnUnknownKeyItsLineAndTheNearestKey) {
  EXPECT_EQ(error_with("[train]\nepoch = 3\n"),
            "invalid: recipe kws.toml:6: unknown key 'train.epoch' (did you mean 'train.epochs'?)");
  EXPECT_THAT(error_with("[zzz]\nqqqqqqqqq = 3\n"), HasSubstr("'mote schema' lists them all"));
}

TEST(RecipeErrors, NamesTheWantedTypeAndTheValue) {
  EXPECT_THAT(error_with("[train]\nepochs = \"many\"\n"),
              AllOf(HasSubstr("kws.toml:6"), HasSubstr("train.epochs wants integer, got 'many'")));
  EXPECT_THAT(error_with("[train]\nepochs = 2.5\n"), HasSubstr("train.epochs wants integer, got 2.5"));
  EXPECT_THAT(error_with("[project]\nname = 7\n"), HasSubstr("project.name wants text, got 7"));
  EXPECT_THAT(error_with("[project]\nseed = -1\n"), HasSubstr("project.seed wants integer, got -1"));
  EXPECT_THAT(error_with("[augment.noise]\nsnr_db = [1, 2, 3]\n"), HasSubstr("range [low, high]"));
}

TEST(RecipeErrors, NamesTheNearestOfTheKnownNames) {
  EXPECT_THAT(error_of("[dataset]\nlayout = \"motoin\"\n"),
              AllOf(HasSubstr("kws.toml:2"), HasSubstr("did you mean 'motion'?")));
  EXPECT_THAT(error_with("[augment]\npreset = \"ligth\"\n"), HasSubstr("light"));
}

TEST(RecipeErrors, RefusesValuesOutOfTheirRange) {
  EXPECT_THAT(error_with("[train]\nepochs = -2\n"), HasSubstr("-2"));
  EXPECT_THAT(error_with("[train]\nlearning_rate = nan\n"), HasSubstr("nan"));
  EXPECT_THAT(error_with("[quantize]\nsamples = -5\n"), HasSubstr("-5"));
  EXPECT_THAT(error_with("[augment]\npasses = 0\n"), HasSubstr("augment.passes wants 1..64, got 0"));
  EXPECT_THAT(error_with("[augment]\nwarp = 0.9\n"), HasSubstr("augment.warp wants [0, 0.5], got 0.9"));
  EXPECT_THAT(error_with("[narrow]\ndropout = 1\n"), HasSubstr("narrow.dropout wants [0, 1) or -1, got 1"));
  EXPECT_THAT(error_with("[distill]\nmixup_alpha = -2\n"),
              HasSubstr("distill.mixup_alpha wants [0, 100] or -1, got -2"));
  EXPECT_THAT(error_with("[postprocess]\nthreshold = 2\n"), HasSubstr("postprocess.threshold wants [0, 1], got 2"));
  EXPECT_THAT(error_with("[postprocess]\nsmoothing_frames = 0\n"), HasSubstr("postprocess.smoothing_frames"));
  EXPECT_THAT(error_with("[postprocess]\nsmoothing_frames = 4097\n"), HasSubstr("postprocess.smoothing_frames"));
  EXPECT_THAT(error_with("[postprocess]\nstep_ms = -1\n"), HasSubstr("postprocess.step_ms"));
  EXPECT_THAT(
      error_of("[dataset]\nlayout = \"motion\"\nlabels = [\"tap\", \"still\"]\n[postprocess]\nthresholds = [0.5]\n"),
      HasSubstr("postprocess.thresholds wants one for each of the 2 dataset.labels, got 1"));
  EXPECT_THAT(error_with("[postprocess]\nrefractory_ms = -1\n"), HasSubstr("postprocess.refractory_ms"));
  EXPECT_THAT(error_with("[gates]\nleast_accuracy = 90\n"), HasSubstr("gates.least_accuracy wants [0, 1], got 90"));
  EXPECT_THAT(error_with("[project]\nname = \"\"\n"), HasSubstr("project.name"));
}

TEST(RecipeErrors, RefusesDatasetSettingsThatCannotBe) {
  EXPECT_THAT(error_of("[dataset]\nlayout = \"folders\"\n"), HasSubstr("wants dataset.path"));
  EXPECT_THAT(error_of("[dataset]\nlayout = \"synth\"\n"), HasSubstr("wants dataset.labels"));
  EXPECT_THAT(error_of("[dataset]\nlayout = \"motion\"\nclip_ms = -10\n"), HasSubstr("dataset.clip_ms"));
  EXPECT_THAT(error_of("[dataset]\nlayout = \"motion\"\nrecorded_share = 1\n"), HasSubstr("dataset.recorded_share"));
  EXPECT_THAT(error_of("[dataset]\nlayout = \"motion\"\ngroup = \"regex:(\"\n"),
              StartsWith("invalid: recipe kws.toml"));
}

TEST(RecipeErrors, RefusesStepsThatCannotBe) {
  EXPECT_THAT(error_with("[compress]\nsteps = []\n"), HasSubstr("compress.steps wants at least one step, got none"));
  EXPECT_THAT(error_with("[compress]\nsteps = [\"trian\"]\n"), HasSubstr("got 'trian' (did you mean 'train'?)"));
  EXPECT_THAT(error_with("[compress]\nsteps = [\"train\", \"train\"]\n"),
              HasSubstr("each step once, got 'train' twice"));
}

TEST(RecipeErrors, RefusesMixedPrecisionThatCannotBe) {
  const auto with = [](std::string_view more, std::string_view steps = "\"train\", \"mixed\", \"qat\"") {
    return error_with("[compress]\nsteps = [" + std::string(steps) + "]\n" + std::string(more));
  };
  EXPECT_EQ(with("[mixed]\nweight_share = 0.6\n"), "no error");
  EXPECT_THAT(with(""), HasSubstr("[mixed]: wanted a budget, got none"));
  EXPECT_THAT(with("[mixed]\nweight_share = -1\n"), HasSubstr("weight_share wants [0, 100], got -1"));
  EXPECT_THAT(with("[mixed]\ngreatest_arena_bytes = -1\n"), HasSubstr("greatest_arena_bytes wants >= 0, got -1"));
  EXPECT_THAT(with("[mixed]\nweight_share = 0.6\ntypes = [\"int5\"]\n"), HasSubstr("got 'int5' (did you mean 'int"));
  EXPECT_THAT(with("[mixed]\nweight_share = 0.6\ntypes = [\"int4\", \"int4\"]\n"), HasSubstr("'int4' twice"));
  EXPECT_THAT(with("[mixed]\nweight_share = 0.6\nclips = 0\n"), HasSubstr("clips wants >= 1, got 0"));
  EXPECT_THAT(with("[mixed]\nweight_share = 0.6\n[quantize]\nweights = \"int4\"\n"),
              HasSubstr("wants quantize.weights = \"int8\", got \"int4\""));
  EXPECT_THAT(with("[mixed]\nweight_share = 0.6\n[quantize]\nactivations = \"int16\"\n"),
              HasSubstr("wants quantize.activations = \"int8\", got \"int16\""));
  EXPECT_THAT(with("[mixed]\nweight_share = 0.6\n[quantize]\nint8_layers = [\"conv0\"]\n"),
              HasSubstr("wants quantize.int8_layers = [], got 'conv0'"));
  EXPECT_THAT(with("", "\"mixed\""), HasSubstr("wants a step that trains before 'mixed'"));
  EXPECT_THAT(with("", "\"train\", \"mixed\", \"prune\""),
              HasSubstr("wants 'mixed' last or 'qat' behind it, got 'prune'"));
  EXPECT_THAT(with("[mixed]\nweight_share = 0.6\n[distill]\nalso_in = [\"mixed\"]\n"),
              HasSubstr("distill.also_in wants steps among distill, prune, narrow, qat, got 'mixed'"));
}

TEST(RecipeErrors, RefusesLayersThatAreNoTables) {
  EXPECT_THAT(error_with("[model]\nlayers = 3\n"), HasSubstr("[[model.layers]]"));
  EXPECT_THAT(error_with("[model]\nlayers = [3]\n"), HasSubstr("wanted a table in model.layers, got 3"));
  EXPECT_THAT(error_with("[[model.layers]]\nfilters = 4\n"),
              AllOf(HasSubstr("kws.toml:5"), HasSubstr("wants a key op")));
}

TEST(RecipeErrors, NamesTheOverride) {
  EXPECT_THAT(error_of_override({"train.epoch", "5"}),
              AllOf(HasSubstr("--set train.epoch=5"), HasSubstr("train.epochs")));
  EXPECT_THAT(error_of_override({"train.epochs", "five"}), HasSubstr("train.epochs wants integer"));
  EXPECT_THAT(error_of_override({"model.layers", "[]"}), HasSubstr("--set model.layers=[]"));
  EXPECT_THAT(error_of_override({"features.preset", "nothing"}), HasSubstr("nothing"));
}

TEST(RecipeErrors, WantsAnEqualsSignInAnOverride) {
  EXPECT_THAT(error_text([] { parse_override("train.epochs"); }), StartsWith("usage: "));
  EXPECT_THAT(error_text([] { parse_override("=5"); }), StartsWith("usage: "));
}

TEST(RecipeErrors, NamesAMissingFile) {
  EXPECT_THAT(error_text([] { load_recipe("/nowhere/kws.toml"); }),
              AllOf(StartsWith("not_found: "), HasSubstr("kws.toml")));
}

}  // namespace
}  // namespace mote::pipeline
