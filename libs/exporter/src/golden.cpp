#include "golden.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "mote/exporter/bundle_detector.h"
#include "mote/plan/host_runner.h"
#include "mote/plan/streaming_runner.h"
#include "mote/runtime/layer.h"

namespace mote::exporter {
namespace {

constexpr float kFullScale = 32768.0F;

std::int32_t sample_count(const BundleOptions& options) {
  return options.frontend.channels() * options.frontend.clip_samples;
}

// A triangle wave that rises over noise, in integers: every band of a spectrum sees something, the same on any machine.
GoldenClip made_up_clip(const BundleOptions& options, std::int32_t index) {
  Rng rng = Rng::derive(static_cast<std::uint64_t>(index), "golden clip");
  GoldenClip clip{fmt::format("made-up signal {}", index), {}};
  const std::int32_t count = sample_count(options);
  std::int32_t phase = 0;  // of 65536
  for (std::int32_t i = 0; i < count; ++i) {
    phase = (phase + 256 + static_cast<std::int32_t>(std::int64_t{20000} * i / count)) % 65536;
    const std::int32_t wave = std::abs(phase - 32768) - 16384;
    const auto noise = static_cast<std::int32_t>(rng.below(8192)) - 4096;
    clip.samples.push_back(static_cast<float>(wave + noise) / kFullScale);
  }
  return clip;
}

bool is_int16(const std::vector<float>& samples) {
  return std::all_of(samples.begin(), samples.end(), [](float x) {
    const float scaled = x * kFullScale;
    return scaled == std::round(scaled) && scaled >= -kFullScale && scaled < kFullScale;
  });
}

void take_clip(const GoldenClip& clip, const BundleFrontend& frontend, const graph::Tensor& input,
               GoldenVector& vector) {
  vector.name = clip.name;
  if (frontend.is_fixed() || is_int16(clip.samples)) {
    vector.samples_s16 = to_int16(clip.samples);
  } else {
    vector.samples_f32 = clip.samples;
  }
  BundleFeatures features = features_of(frontend, clip.samples, input);
  vector.features_f32 = std::move(features.f32);
  vector.features_s16 = std::move(features.s16);
  vector.input = std::move(features.input);
}

std::vector<std::int8_t> made_up_input(std::int64_t bytes, std::int32_t index) {
  Rng rng = Rng::derive(static_cast<std::uint64_t>(index), "golden input");
  std::vector<std::int8_t> input(static_cast<std::size_t>(bytes));
  for (std::int8_t& value : input) value = static_cast<std::int8_t>(static_cast<int>(rng.below(256)) - 128);
  return input;
}

using Hashes = std::map<graph::TensorId, std::uint64_t>;

plan::HostRunner::Observer into(Hashes& hashes) {
  return [&](graph::TensorId id, std::span<const std::int8_t> values) { hashes[id] = layer_hash(values); };
}

void take_layers(const plan::Plan& plan, const Hashes& hashes, GoldenVector& vector) {
  for (const plan::Step& step : plan.steps) {
    for (graph::TensorId id : step.completes) vector.layer_hashes.push_back(hashes.at(id));
  }
}

void run_network(const plan::Plan& plan, plan::HostRunner& runner, GoldenVector& vector) {
  Hashes hashes;
  runner.run(vector.input, into(hashes));
  take_layers(plan, hashes, vector);
  vector.output.resize(static_cast<std::size_t>(runner.model().output_bytes()));
  runner.run(vector.input, vector.output);
}

void run_hop(const plan::Plan& plan, plan::StreamingRunner& runner, GoldenVector& vector) {
  Hashes hashes;
  vector.output.resize(static_cast<std::size_t>(runner.output_bytes()));
  runner.run(vector.input, vector.output, into(hashes));
  take_layers(plan, hashes, vector);
}

// One inference after another, as a stream would give them.
void detect(const BundlePostprocess& postprocess, std::vector<GoldenVector>& vectors) {
  Detector detector(*postprocess.settings);
  for (GoldenVector& vector : vectors) {
    vector.detection = detector.push(vector.output);
    vector.sums = detector.sums();
  }
}

void check_features(const graph::Graph& graph, const BundleFrontend& frontend) {
  const std::int64_t features = std::int64_t{frontend.frames()} * frontend.coefficients();
  const std::int64_t wanted = graph.tensor(graph.inputs.front()).elements();
  if (features == wanted) return;
  throw Error(ErrorCode::kInvalid,
              fmt::format("[bundle] wanted as many features as the model takes, {}, got {}: do the front end and the "
                          "model belong together?",
                          wanted, features));
}

// One signal, cut into the samples of each hop.
std::vector<GoldenClip> made_up_hops(const BundleOptions& options, std::int32_t hops) {
  const std::int32_t hop_frames = options.streaming->hop_frames;
  BundleOptions all = options;
  all.frontend = options.frontend.of_frames(hops * hop_frames);
  const GoldenClip signal = made_up_clip(all, 0);
  std::vector<GoldenClip> clips;
  for (std::vector<float>& samples : hop_clips(options.frontend, hop_frames, signal.samples))
    clips.push_back({fmt::format("hop {} of a made-up signal", clips.size()), std::move(samples)});
  return clips;
}

// Hops one after the other, until some have left the warm-up behind.
std::vector<GoldenVector> golden_hops(const plan::Plan& plan, const BundleOptions& options) {
  const quant::StreamingGraph& streaming = *options.streaming;
  plan::StreamingRunner runner(streaming);
  const std::int32_t hops = streaming.warmup_hops() + options.golden_vectors;
  const bool has_frontend = options.frontend.exists();
  if (has_frontend) check_features(plan.graph, options.frontend);
  std::vector<GoldenClip> clips = options.clips;
  if (has_frontend && clips.empty()) clips = made_up_hops(options, hops);
  std::vector<GoldenVector> vectors(has_frontend ? clips.size() : static_cast<std::size_t>(hops));
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    GoldenVector& vector = vectors[i];
    if (has_frontend) {
      take_clip(clips[i], options.frontend, plan.graph.tensor(plan.graph.inputs.front()), vector);
    } else {
      vector.name = fmt::format("hop {}", i);
      vector.input = made_up_input(runner.hop_bytes(), static_cast<std::int32_t>(i));
    }
    run_hop(plan, runner, vector);
  }
  if (options.postprocess.settings != nullptr) detect(options.postprocess, vectors);
  return vectors;
}

}  // namespace

std::uint64_t layer_hash(std::span<const std::int8_t> values) {
  mote_layer layer{};
  layer.elements = static_cast<std::uint32_t>(values.size());
  return mote_layer_hash(&layer, values.data());
}

std::vector<GoldenVector> make_golden(const plan::Plan& plan, const BundleOptions& options) {
  if (options.streaming != nullptr) return golden_hops(plan, options);
  // The desktop runs the runtime's kernels, whatever the device does: every kernel has their bits.
  const auto model = std::make_shared<const plan::HostModel>(plan.is_portable() ? plan : plan::make_plan(plan.graph));
  plan::HostRunner runner(model);
  const bool has_frontend = options.frontend.exists();
  if (has_frontend) check_features(plan.graph, options.frontend);
  const auto count = options.clips.empty() ? options.golden_vectors : static_cast<std::int32_t>(options.clips.size());
  std::vector<GoldenVector> vectors(static_cast<std::size_t>(count));
  for (std::int32_t i = 0; i < count; ++i) {
    GoldenVector& vector = vectors[static_cast<std::size_t>(i)];
    if (has_frontend) {
      const GoldenClip clip =
          options.clips.empty() ? made_up_clip(options, i) : options.clips[static_cast<std::size_t>(i)];
      take_clip(clip, options.frontend, model->input_tensor(), vector);
    } else {
      vector.name = fmt::format("random input {}", i);
      vector.input = made_up_input(model->input_bytes(), i);
    }
    run_network(plan, runner, vector);
  }
  if (options.postprocess.settings != nullptr) detect(options.postprocess, vectors);
  return vectors;
}

}  // namespace mote::exporter
