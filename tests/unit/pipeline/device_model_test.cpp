#include "mote/pipeline/device_model.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "error_text.h"
#include "int8_graphs.h"
#include "mote/base/file.h"
#include "mote/pipeline/feature_metadata.h"
#include "mote/tflite/writer.h"

namespace mote::pipeline {
namespace {

class DeviceModelOf : public testing::Test {
 protected:
  DeviceModelOf() {
    metadata_.features = dsp::feature_preset("mlperf-tiny");
    metadata_.labels = {"yes", "_silence_", "no", "_unknown_"};
    metadata_.name = "kws";
    metadata_.postprocess.threshold = 0.75;
    metadata_.postprocess.refractory_ms = 500;
  }
  ~DeviceModelOf() override { std::filesystem::remove(file_); }

  // Written to a .tflite with its metadata, and read again.
  DeviceModel loaded() {
    const dsp::FeatureShape shape = dsp::feature_shape(metadata_.features, 16000);
    test::Int8GraphBuilder b("kws", 5);
    const auto x =
        b.input({1, static_cast<std::int32_t>(shape.frames), static_cast<std::int32_t>(shape.coefficients), 1});
    tflite::WriteOptions options;
    options.metadata[std::string(tflite::kFeaturesMetadata)] = to_text(metadata_);
    const auto outputs = static_cast<std::int32_t>(metadata_.labels.size());
    write_file_atomic(file_, tflite::write_model(b.build(b.softmax(b.dense(x, outputs))), options));
    return load_device_model(file_);
  }

  std::filesystem::path file_ = std::filesystem::temp_directory_path() / (std::to_string(::getpid()) + "kws.tflite");
  FeatureMetadata metadata_;
};

TEST_F(DeviceModelOf, ARecipeFiresForItsWordsAndStepsByATenthOfAClip) {
  const DeviceModel model = loaded();
  const mote_postprocess_settings& settings = *model.options.postprocess.settings;
  EXPECT_EQ(model.options.postprocess.step_frames, 5) << "100 ms of hops of 20 ms";
  EXPECT_EQ(settings.classes, 4);
  EXPECT_EQ(settings.smoothing, 3);
  EXPECT_EQ(settings.refractory_steps, 5);
  EXPECT_EQ(settings.thresholds[0], 64 * 256);
  EXPECT_EQ(settings.thresholds[1], MOTE_NEVER_FIRES);
  EXPECT_EQ(settings.thresholds[2], 64 * 256);
  EXPECT_EQ(settings.thresholds[3], MOTE_NEVER_FIRES);
}

TEST_F(DeviceModelOf, AStepIsRoundedUpToWholeHops) {
  metadata_.postprocess.step_ms = 41;
  const DeviceModel model = loaded();
  EXPECT_EQ(model.options.postprocess.step_frames, 3);
  EXPECT_EQ(model.options.postprocess.settings->refractory_steps, 9) << "500 ms in steps of 60 ms";
}

TEST_F(DeviceModelOf, EachClassMayHaveAThresholdOfItsOwn) {
  metadata_.postprocess.thresholds = {0.5, 0.5, 2, 0.5};
  const DeviceModel model = loaded();
  EXPECT_EQ(model.options.postprocess.settings->thresholds[0], 0);
  EXPECT_EQ(model.options.postprocess.settings->thresholds[2], MOTE_NEVER_FIRES);
  metadata_.postprocess.thresholds.pop_back();
  EXPECT_NE(test::error_text([&] { loaded(); }).find("postprocess.thresholds wants one for each of 4 labels, got 3"),
            std::string::npos);
}

TEST_F(DeviceModelOf, WithoutAWordThereIsNoPostProcessing) {
  metadata_.labels = {"_silence_", "_unknown_"};
  EXPECT_EQ(loaded().options.postprocess.settings, nullptr);
}

TEST_F(DeviceModelOf, FixedArithmeticGetsTheFixedFrontEnd) {
  metadata_.features.arithmetic = dsp::Arithmetic::kFixed;
  const DeviceModel model = loaded();
  EXPECT_TRUE(model.options.frontend.is_fixed());
  EXPECT_EQ(model.options.frontend.tables, nullptr);
  EXPECT_EQ(model.options.frontend.thresholds.size(), std::size_t{MOTE_FIXED_THRESHOLDS});
  EXPECT_EQ(model.options.frontend.frames(), 49);
}

}  // namespace
}  // namespace mote::pipeline
