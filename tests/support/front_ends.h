// A small network behind each kind of front end, with post-processing where there is one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "int8_graphs.h"
#include "mote/dsp/bake.h"
#include "mote/dsp/bake_fixed.h"
#include "mote/exporter/bundle.h"

namespace mote::exporter {

enum class Heard { kFloat, kFixed, kPadded, kFixedPadded, kNormalized, kMotion };

class FrontEnd {
 public:
  explicit FrontEnd(Heard heard) {
    const dsp::FeatureSettings settings = settings_of(heard);
    options.name = "heard";
    options.golden_vectors = 2;
    options.labels = {"yes", "_silence_", "no"};
    options.frontend.clip_samples = settings.channels == 1 ? 4000 : 250;
    const bool fixed = settings.arithmetic == dsp::Arithmetic::kFixed;
    if (fixed) {
      fixed_.emplace(settings);
      options.frontend.fixed = &fixed_->frontend();
    } else {
      float_.emplace(settings);
      options.frontend.tables = &float_->frontend();
    }
    graph = network(options.frontend.frames(), options.frontend.coefficients());
    const graph::Quant& input = graph.tensor(graph.inputs.front()).quant;
    if (fixed) options.frontend.thresholds = thresholds_for(input);
    options.postprocess = {&postprocess_, 5};
  }
  FrontEnd(const FrontEnd&) = delete;
  FrontEnd& operator=(const FrontEnd&) = delete;

  // Of a fixed front end, for the input of another network.
  std::vector<std::int16_t> thresholds_for(const graph::Quant& input) const {
    return dsp::quantize_thresholds(fixed_->feature_unit(), input.scales[0], input.zero_points[0]);
  }

  graph::Graph graph;
  BundleOptions options;

 private:
  static dsp::FeatureSettings settings_of(Heard heard) {
    if (heard == Heard::kMotion) return dsp::feature_preset("motion");
    dsp::FeatureSettings settings;
    settings.window_ms = 30;
    settings.hop_ms = 20;
    settings.mfcc_count = 10;
    if (heard == Heard::kFixed || heard == Heard::kFixedPadded) settings.arithmetic = dsp::Arithmetic::kFixed;
    if (heard == Heard::kPadded || heard == Heard::kFixedPadded) settings.padding = dsp::Padding::kReflect;
    if (heard == Heard::kNormalized) settings.normalize = dsp::ClipNormalization::kMeanVariance;
    return settings;
  }

  static graph::Graph network(std::int32_t frames, std::int32_t coefficients) {
    test::Int8GraphBuilder b("heard", 5);
    const auto x = b.input({1, frames, coefficients, 1});
    const auto first = b.conv(x, 4, 1, 1, {1, 1, 1, 1, test::Padding::kSame, test::Activation::kRelu});
    return b.build(b.softmax(b.dense(first, 3)));
  }

  // The first class fires at any output.
  std::vector<std::int32_t> thresholds_{-128 * 256, MOTE_NEVER_FIRES, 12345};
  mote_postprocess_settings postprocess_{3, 2, 2, thresholds_.data()};
  std::optional<dsp::BakedFrontend> float_;
  std::optional<dsp::BakedFixedFrontend> fixed_;
};

}  // namespace mote::exporter
