#include "mote/runtime/dsp/frontend.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "make_signal.h"
#include "mote/dsp/bake.h"
#include "mote/dsp/extractor.h"

namespace mote::dsp {
namespace {

std::vector<float> scratch_for(const BakedFrontend& baked) {
  return std::vector<float>(static_cast<std::size_t>(baked.scratch_bytes()) / sizeof(float));
}

// What a device does: frame by frame as samples arrive, then the clip's normalization.
std::vector<float> frame_by_frame(const FeatureSettings& settings, const std::vector<std::int16_t>& interleaved) {
  const BakedFrontend baked(settings);
  const mote_frontend& frontend = baked.frontend();
  std::vector<float> scratch = scratch_for(baked);
  const auto samples = static_cast<std::int32_t>(interleaved.size()) / frontend.channels;
  const std::int32_t frames = mote_frontend_frames(&frontend, samples);
  const std::int32_t count = mote_frontend_feature_count(&frontend);
  std::vector<float> features(static_cast<std::size_t>(frames * count));
  for (std::int32_t t = 0; t < frames; ++t) {
    mote_frontend_frame_s16(&frontend, interleaved.data() + t * frontend.hop_samples * frontend.channels,
                            {frontend.channels, 1}, scratch.data(), features.data() + t * count);
  }
  mote_frontend_normalize(&frontend, frames, features.data());
  return features;
}

TEST(Frontend, FramesOneByOneHaveTheBitsOfTheClip) {
  for (const char* name : {"mlperf-tiny", "mlperf-tiny-log-mel", "kaldi", "kaldi-log-mel"}) {
    FeatureSettings settings = feature_preset(name);
    settings.normalize = ClipNormalization::kMeanVariance;
    const auto samples = test::make_signal(8000, 4);
    EXPECT_EQ(frame_by_frame(settings, samples),
              extract_features(ExtractPath::kDevice, settings, test::to_float(samples)))
        << name;
  }
}

TEST(Frontend, ReadsInterleavedChannelsAsPlanarOnes) {
  const FeatureSettings settings = feature_preset("motion");
  const auto planar = test::make_signal(300, 6);
  std::vector<std::int16_t> interleaved(300);
  for (std::size_t t = 0; t < 100; ++t) {
    for (std::size_t c = 0; c < 3; ++c) interleaved[t * 3 + c] = planar[c * 100 + t];
  }
  EXPECT_EQ(frame_by_frame(settings, interleaved),
            extract_features(ExtractPath::kDevice, settings, test::to_float(planar)));
}

TEST(Frontend, FloatAndInt16SamplesHaveTheSameBits) {
  const BakedFrontend baked(feature_preset("kaldi"));
  const auto samples = test::make_signal(400, 9);
  const auto floats = test::to_float(samples);
  std::vector<float> scratch = scratch_for(baked);
  std::vector<float> from_int(13);
  std::vector<float> from_float(13);
  mote_frontend_frame_s16(&baked.frontend(), samples.data(), {1, 400}, scratch.data(), from_int.data());
  mote_frontend_frame_f32(&baked.frontend(), floats.data(), {1, 400}, scratch.data(), from_float.data());
  EXPECT_EQ(from_int, from_float);
}

// A change of these bits changes what shipped devices compute: it needs a reason in the commit that makes it.
TEST(Frontend, ItsBitsAreThoseOfEveryMachine) {
  const auto features = extract_features(ExtractPath::kDevice, feature_preset("mlperf-tiny"),
                                         test::to_float(test::make_signal(16000, 1)));
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const float value : features) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 16777619U;
  }
  EXPECT_EQ(hash, 3511798661U);
}

TEST(Frontend, KnowsItsTablesAndScratch) {
  const BakedFrontend baked(feature_preset("mlperf-tiny"));
  EXPECT_EQ(baked.scratch_bytes(), 4 * (512 + 40));
  EXPECT_EQ(baked.window().size(), 480U);
  EXPECT_EQ(baked.sine().size(), 512U);
  EXPECT_EQ(baked.dct().size(), 400U);
  EXPECT_GT(baked.table_bytes(), 4 * (480 + 512 + 400));
  EXPECT_EQ(mote_frontend_frames(&baked.frontend(), 479), 0);
  EXPECT_EQ(mote_frontend_frames(&baked.frontend(), 16000), 49);
}

}  // namespace
}  // namespace mote::dsp
