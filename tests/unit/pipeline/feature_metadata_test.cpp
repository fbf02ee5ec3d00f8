#include "mote/pipeline/feature_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "error_text.h"

namespace mote::pipeline {
namespace {

using nlohmann::json;
using test::error_text;
using testing::HasSubstr;
using testing::StartsWith;

FeatureMetadata sample() {
  FeatureMetadata metadata;
  metadata.features = dsp::feature_preset("librosa");
  metadata.features.standardize = true;
  const auto bins = static_cast<std::size_t>(dsp::feature_shape(metadata.features, 16000).coefficients);
  metadata.features.feature_mean.assign(bins, 0.1);
  metadata.features.feature_deviation.assign(bins, 1.0 / 3);
  metadata.labels = {"yes", "no \"quoted\"", "نعم"};
  metadata.clip_ms = 750;
  metadata.fit = "centre";
  metadata.postprocess = {0.25, 5, 1000, 40, {0.25, 0.5, 2}};
  metadata.name = "kws";
  metadata.version = "0.1.0";
  metadata.instruction_set = "avx2";
  metadata.seed = 18446744073709551615U;
  metadata.recipe_hash = "ab";
  metadata.data_hash = "cd";
  return metadata;
}

json document() {
  return json::parse(to_text(sample()));
}
std::string error_of(const json& changed) {
  return error_text([&] { parse_feature_metadata(changed.dump()); });
}

TEST(FeatureMetadata, ReadsBackAsItWasWritten) {
  const FeatureMetadata read = parse_feature_metadata(to_text(sample()));
  EXPECT_EQ(to_text(read), to_text(sample()));
  EXPECT_EQ(read.labels, sample().labels);
  EXPECT_EQ(read.seed, sample().seed);
  EXPECT_EQ(read.features.feature_deviation, sample().features.feature_deviation);
  EXPECT_EQ(read.postprocess.smoothing_frames, 5);
  EXPECT_EQ(read.postprocess.step_ms, 40);
  EXPECT_EQ(read.postprocess.thresholds, sample().postprocess.thresholds);
}

TEST(FeatureMetadata, KeysOfANewerMoteArePassedOver) {
  json changed = document();
  changed["features"]["to_come"] = 7;
  changed["to_come"] = "x";
  EXPECT_EQ(to_text(parse_feature_metadata(changed.dump())), to_text(sample()));
}

TEST(FeatureMetadata, KeysThatAreNotThereKeepTheirDefaults) {
  json changed = document();
  changed["postprocess"].erase("threshold");
  EXPECT_EQ(parse_feature_metadata(changed.dump()).postprocess.threshold, PostprocessSettings{}.threshold);
}

TEST(FeatureMetadata, AnotherFormatIsUnsupported) {
  json changed = document();
  changed["format"] = "mote.features/9";
  EXPECT_THAT(error_of(changed), StartsWith("unsupported: metadata mote.features: wanted metadata of format"));
}

TEST(FeatureMetadata, WhatIsNoSuchJsonIsCorrupt) {
  EXPECT_THAT(error_text([] { parse_feature_metadata("half {"); }), StartsWith("corrupt: metadata mote.features"));
  EXPECT_THAT(error_text([] { parse_feature_metadata("[]"); }), StartsWith("corrupt: "));
  json changed = document();
  changed.erase("labels");
  EXPECT_THAT(error_of(changed), StartsWith("corrupt: "));
  changed = document();
  changed["labels"] = 3;
  EXPECT_THAT(error_of(changed), StartsWith("corrupt: "));
}

TEST(FeatureMetadata, NullAndObjectsForASettingAreCorruptNotACrash) {
  json changed = document();
  changed["features"]["low_hz"] = nullptr;
  EXPECT_THAT(error_of(changed), testing::Not(StartsWith("no error")));
  changed = document();
  changed["features"]["low_hz"] = {{"a", 1}};
  EXPECT_THAT(error_of(changed), testing::Not(StartsWith("no error")));
}

TEST(FeatureMetadata, SettingsOutOfRangeAreInvalid) {
  json changed = document();
  changed["features"]["sample_rate_hz"] = -1;
  EXPECT_THAT(error_of(changed), StartsWith("invalid: metadata mote.features"));
  changed = document();
  changed["clip_ms"] = 0;
  EXPECT_THAT(error_of(changed), HasSubstr("clip_ms wants (0, 60000], got 0"));
}

}  // namespace
}  // namespace mote::pipeline
