// Features equal those of TensorFlow, librosa and Kaldi: |a - b| <= 1e-4 max(1, |b|), on both paths.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "make_signal.h"
#include "mote/base/enum_names.h"
#include "mote/dsp/extractor.h"
#include "mote/dsp/feature_settings.h"

namespace mote::dsp {
namespace {

struct Vectors {
  FeatureShape shape;
  std::vector<float> values;
};

Vectors read_vectors(const std::string& name) {
  std::ifstream file(std::string(MOTE_TEST_DATA_DIR) + "/" + name + ".txt");
  file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');  // the line that names the generator
  Vectors vectors;
  file >> vectors.shape.frames >> vectors.shape.coefficients;
  vectors.values.resize(static_cast<std::size_t>(vectors.shape.size()));
  for (float& value : vectors.values) file >> value;
  EXPECT_TRUE(file) << name;
  return vectors;
}

// librosa_vectors.py: "librosa-other".
FeatureSettings librosa_other() {
  FeatureSettings s = feature_preset("librosa-log-mel");
  s.fft_size = 1024;
  s.window_samples = 800;
  s.hop_samples = 400;
  s.window_function = WindowFunction::kHamming;
  s.padding = Padding::kReflect;
  s.spectrum = Spectrum::kMagnitude;
  s.mel_count = 48;
  s.low_hz = 100.0;
  s.high_hz = 9000.0;
  s.mel_scale = MelScale::kHtk;
  s.mel_norm = MelNorm::kNone;
  s.log = LogKind::kNone;
  return s;
}

struct Case {
  std::string vectors;
  std::int64_t samples;
  std::uint32_t seed;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.vectors;
}

class FeaturesConformance : public testing::TestWithParam<std::tuple<Case, ExtractPath>> {};

TEST_P(FeaturesConformance, EqualsTheOriginalWithinOneInTenThousand) {
  const auto& [c, path] = GetParam();
  const FeatureSettings settings = c.vectors == "librosa-other" ? librosa_other() : feature_preset(c.vectors);
  const Vectors wanted = read_vectors(c.vectors);
  const std::vector<float> samples = test::to_float(test::make_signal(c.samples, c.seed));
  ASSERT_EQ(feature_shape(settings, c.samples), wanted.shape);
  const std::vector<float> got = extract_features(path, settings, samples);
  double worst = 0.0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double distance = std::abs(got[i] - wanted.values[i]) / std::max(1.0F, std::abs(wanted.values[i]));
    ASSERT_LE(distance, 1e-4) << "at " << i << ": " << got[i] << " against " << wanted.values[i];
    worst = std::max(worst, distance);
  }
  RecordProperty("worst", std::to_string(worst));
}

INSTANTIATE_TEST_SUITE_P(Vectors, FeaturesConformance,
                         testing::Combine(testing::Values(Case{"mlperf-tiny", 16000, 1},
                                                          Case{"mlperf-tiny-log-mel", 16000, 1},
                                                          Case{"librosa", 11025, 2}, Case{"librosa-log-mel", 11025, 2},
                                                          Case{"librosa-other", 11025, 2}, Case{"kaldi", 8000, 3},
                                                          Case{"kaldi-log-mel", 8000, 3}),
                                          testing::Values(ExtractPath::kFast, ExtractPath::kDevice)),
                         [](const auto& info) {
                           std::string name =
                               std::get<0>(info.param).vectors + "_" + std::string(enum_name(std::get<1>(info.param)));
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace mote::dsp
