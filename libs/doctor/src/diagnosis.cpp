#include "mote/doctor/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "channels.h"
#include "layer_noise.h"
#include "mote/base/error.h"
#include "mote/plan/border.h"
#include "mote/plan/host_runner.h"
#include "mote/quant/weights.h"

namespace mote::doctor {
namespace {

// The steps of an int8 softmax: less than half of one reads as zero there.
constexpr double kLeastScore = 1.0 / 512;

std::size_t best_class(std::span<const float> scores) {
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

std::vector<double> probabilities(std::span<const float> scores) {
  std::vector<double> result;
  double total = 0;
  for (float score : scores) {
    result.push_back(std::max(kLeastScore, static_cast<double>(score)));
    total += result.back();
  }
  for (double& share : result) share /= total;
  return result;
}

double divergence(std::span<const float> wanted, std::span<const float> got) {
  const std::vector<double> p = probabilities(wanted), q = probabilities(got);
  double sum = 0;
  for (std::size_t c = 0; c < p.size(); ++c) sum += p[c] * std::log(p[c] / q[c]);
  return std::max(0.0, sum);
}

quant::Range kept_range(const graph::Tensor& tensor) {
  const float half = tensor.type == graph::DType::kInt16 ? 32768.0F : 128.0F;  // of the values of its type
  const auto zero = static_cast<float>(tensor.quant.zero_points[0]);
  return {tensor.quant.scales[0] * (-half - zero), tensor.quant.scales[0] * (half - 1 - zero)};
}

graph::TensorId output_of(const graph::Graph& graph, std::int32_t layer) {
  return layer < 0 ? graph.inputs[0] : graph.nodes[static_cast<std::size_t>(layer)].outputs[0];
}

class Examination {
 public:
  Examination(const graph::Graph& reference, const graph::Graph& int8_graph, const JudgedSet& clips, ThreadPool& pool)
      : reference_(reference),
        int8_(int8_graph),
        clips_(clips),
        simulation_(reference, int8_graph),
        ablations_(reference, simulation_, clips.inputs),
        channels_(channel_statistics(reference, clips.inputs)),
        whole_(whole_noise(reference, int8_graph, clips.inputs, pool)),
        float_scores_(float_scores(reference, clips.inputs)),
        int8_scores_(int8_scores(int8_graph, clips.inputs, pool)) {}

  Diagnosis run() const {
    Diagnosis result;
    result.clips = clips_.inputs.samples;
    result.float_accuracy = accuracy_of(float_scores_, clips_.truth);
    result.int8_accuracy = accuracy_of(int8_scores_, clips_.truth);
    result.whole = effect(int8_scores_);
    result.layers.push_back(finding(-1));
    for (std::size_t i = 0; i < reference_.nodes.size(); ++i) {
      // A reshape computes nothing.
      if (!std::holds_alternative<graph::Reshape>(reference_.nodes[i].op))
        result.layers.push_back(finding(static_cast<std::int32_t>(i)));
    }
    return result;
  }

 private:
  Effect effect(std::span<const float> scores) const { return effect_of(float_scores_, scores, clips_.truth); }

  LayerFinding finding(std::int32_t layer) const {
    const graph::Graph& graph = reference_;
    const graph::TensorId output = output_of(graph, layer);
    const auto index = static_cast<std::size_t>(output);
    LayerFinding result;
    result.name = graph.tensor(output).name;
    result.op = layer < 0 ? "input" : std::string(graph::op_name(graph.nodes[static_cast<std::size_t>(layer)].op));
    result.seen = channels_[index].range;
    result.kept = kept_range(int8_.tensor(output_of(int8_, layer)));
    result.clipped_share = whole_.clipped_share[index];
    result.whole_sqnr_db = whole_.noise[index].sqnr_db();
    const Ablation only = ablations_.only(layer);
    result.alone_sqnr_db = only.noise.sqnr_db();
    result.alone = effect(only.scores);
    result.as_float = effect(ablations_.all_but(layer).scores);
    result.channel_spread = channels_[index].spread();
    result.outlier_channels = channels_[index].outliers();
    result.dead_channels = channels_[index].dead();
    if (layer >= 0) add_weights(static_cast<std::size_t>(layer), result);
    return result;
  }

  void add_weights(std::size_t layer, LayerFinding& result) const {
    const graph::Node& node = reference_.nodes[layer];
    if (!quant::weight_layout(reference_, node, quant::WeightType::kInt8, quant::DenseScales::kPerTensor)) return;
    result.weights = reference_.tensor(node.inputs[1]).elements();
    result.weight_spread = weight_spread(reference_, node);
    const graph::Tensor& weights = int8_.tensor(int8_.nodes[layer].inputs[1]);
    result.one_weight_scale =
        weights.quant.scales.size() == 1 && int8_.tensor(int8_.nodes[layer].outputs[0]).shape.back() > 1;
  }

  const graph::Graph& reference_;
  const graph::Graph& int8_;
  const JudgedSet& clips_;
  quant::Simulation simulation_;
  Ablations ablations_;
  std::vector<ChannelStatistics> channels_;
  WholeNoise whole_;
  std::vector<float> float_scores_;
  std::vector<float> int8_scores_;
};

}  // namespace

void JudgedSet::validate(const graph::Graph& graph) const {
  inputs.validate(graph);
  if (static_cast<std::int64_t>(truth.size()) != inputs.samples) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[doctor] wanted a class for each of {} clips, got {}", inputs.samples, truth.size()));
  }
  const std::int64_t classes = graph.tensor(graph.outputs[0]).elements();
  for (int label : truth) {
    if (label >= 0 && label < classes) continue;
    throw Error(ErrorCode::kInvalid, fmt::format("[doctor] wanted classes below {}, got {}", classes, label));
  }
}

Diagnosis diagnose(const graph::Graph& reference, const graph::Graph& int8_graph, const JudgedSet& clips,
                   ThreadPool& pool) {
  clips.validate(reference);
  return Examination(reference, int8_graph, clips, pool).run();
}

std::vector<float> int8_scores(const graph::Graph& int8_graph, const quant::MeasuringSet& set, ThreadPool& pool) {
  constexpr std::int64_t kChunk = 16;
  const plan::HostRunner prototype(int8_graph);
  const plan::HostModel& model = prototype.model();
  const auto in = static_cast<std::size_t>(model.input_tensor().elements());
  const auto out = static_cast<std::size_t>(model.output_tensor().elements());
  std::vector<float> scores(static_cast<std::size_t>(set.samples) * out);
  pool.run((set.samples + kChunk - 1) / kChunk, [&](std::int64_t chunk) {
    plan::HostRunner runner(prototype);
    std::vector<std::int8_t> input(static_cast<std::size_t>(model.input_bytes()));
    std::vector<std::int8_t> output(static_cast<std::size_t>(model.output_bytes()));
    for (std::int64_t clip = chunk * kChunk; clip < std::min(set.samples, (chunk + 1) * kChunk); ++clip) {
      const auto index = static_cast<std::size_t>(clip);
      plan::quantize(set.inputs.subspan(index * in, in), model.input_tensor(), input);
      runner.run(input, output);
      plan::dequantize(output, model.output_tensor(), std::span(scores).subspan(index * out, out));
    }
  });
  return scores;
}

std::vector<float> float_scores(const graph::Graph& graph, const quant::MeasuringSet& set) {
  std::vector<float> scores;
  quant::run_groups(graph, set, [&](graph::TensorId id, std::span<float> values) {
    if (id == graph.outputs[0]) scores.insert(scores.end(), values.begin(), values.end());
  });
  return scores;
}

double accuracy_of(std::span<const float> scores, std::span<const int> truth) {
  const std::size_t classes = scores.size() / truth.size();
  std::int64_t right = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (best_class(scores.subspan(i * classes, classes)) == static_cast<std::size_t>(truth[i])) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(truth.size());
}

Effect effect_of(std::span<const float> float_scores, std::span<const float> scores, std::span<const int> truth) {
  const std::size_t classes = scores.size() / truth.size();
  Effect effect;
  for (std::size_t i = 0; i < truth.size(); ++i)
    effect.divergence += divergence(float_scores.subspan(i * classes, classes), scores.subspan(i * classes, classes));
  effect.divergence /= static_cast<double>(truth.size());
  effect.accuracy_lost = accuracy_of(float_scores, truth) - accuracy_of(scores, truth);
  return effect;
}

}  // namespace mote::doctor
