#include "mote/trainer/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "op_functions.h"
#include "parameter_layout.h"
#include "training_hooks.h"
#include "zero_choice.h"

namespace mote::trainer {
namespace {

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

void require(bool good, std::string_view key, std::string_view wanted, double got) {
  if (!good) fail(fmt::format("[prune] {} must be {}, got {}", key, wanted, got));
}

bool is_open_share(double value) {
  return value > 0 && value < 1;
}

// A layer with weights, whether it is pruned or not.
struct WeightedLayer {
  std::string name;
  PrunedLayer place;
};

std::vector<WeightedLayer> weighted_layers(const graph::Graph& graph, const std::vector<ParameterSlot>& slots) {
  std::vector<WeightedLayer> layers;
  for (const NodeParameter& entry : node_parameters(graph)) {
    if (entry.use.kind != ParameterKind::kWeight) continue;
    const auto slot = std::find_if(slots.begin(), slots.end(),
                                   [&](const ParameterSlot& candidate) { return candidate.tensor == entry.tensor; });
    if (slot == slots.end()) continue;
    const graph::Node& node = graph.nodes[entry.node];
    const bool is_depthwise = std::holds_alternative<graph::DepthwiseConv2d>(node.op);
    const std::int64_t channels = is_depthwise ? 1 : graph.tensor(entry.tensor).shape.back();
    layers.push_back({graph.node_name(node), {slot->offset, slot->count, channels}});
  }
  return layers;
}

// Those that the settings do not keep.
std::vector<PrunedLayer> pruned_layers(const TrainingPlan& plan, const PruneSettings& settings) {
  const std::vector<WeightedLayer> all = weighted_layers(plan.graph, plan.slots);
  std::vector<std::string> names;
  for (const WeightedLayer& layer : all) names.push_back(layer.name);
  for (const std::string& name : settings.keep_layers) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    throw Error(ErrorCode::kNotFound, fmt::format("[prune] keep_layers wanted a layer with weights, got '{}'{}", name,
                                                  did_you_mean(name, names)));
  }
  std::vector<PrunedLayer> result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& kept = settings.keep_layers;
    if (settings.keep_first && i == 0) continue;
    if (settings.keep_last && i + 1 == all.size()) continue;
    if (std::find(kept.begin(), kept.end(), all[i].name) != kept.end()) continue;
    if (settings.group > 0 && all[i].place.channels < settings.group) continue;
    result.push_back(all[i].place);
  }
  if (!result.empty()) return result;
  if (settings.group > 0) {
    fail(fmt::format("[prune] wanted a layer of at least {} input channels for {}:{} sparsity, got none",
                     settings.group, settings.group_keeps, settings.group));
  }
  fail("[prune] wanted a layer to prune, got none: keep_first, keep_last and keep_layers leave nothing");
}

// Weights outside the pruned layers have a mask of 1.
void apply_mask(std::span<const float> mask, std::span<float> parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (mask[i] == 0.0F) parameters[i] = 0.0F;
  }
}

// A masked weight keeps its last value beside the parameters, in `asleep`, and comes back with it when it is chosen
// again.
class Pruning final : public TrainingHooks {
 public:
  explicit Pruning(const PruneSettings& settings) : settings_(settings) {}

  void begin(const TrainingPlan& plan, std::span<const float> parameters) override;
  std::span<float> state() override { return state_; }
  void before_update(std::uint64_t update, std::span<float> parameters, std::span<float> gradients) override;
  void constrain(std::span<float> parameters) const override {
    apply_mask(std::span(state_).first(parameters.size()), parameters);
  }
  std::int32_t first_kept_epoch() const override { return static_cast<std::int32_t>(end_ / steps_of_epoch_); }

 private:
  std::span<float> part(std::size_t index) { return std::span(state_).subspan(index * size_, size_); }
  std::span<float> mask() { return part(0); }
  std::span<float> asleep() { return part(1); }
  std::span<float> movement() { return part(2); }  // kMovement only
  bool is_due(std::int64_t step) const;
  double share(std::int64_t step) const;
  void measure(std::span<const float> weights);
  void choose(double share);

  PruneSettings settings_;
  std::vector<PrunedLayer> layers_;
  std::int64_t steps_of_epoch_ = 1, begin_ = 0, end_ = 0;
  std::size_t size_ = 0;
  std::vector<float> state_;
  std::vector<float> weights_, worth_;  // awake or asleep; what they are worth
};

void Pruning::begin(const TrainingPlan& plan, std::span<const float> parameters) {
  const double end_epoch = settings_.end_epoch > 0 ? settings_.end_epoch : plan.epochs / 2.0;
  if (end_epoch >= plan.epochs) {
    fail(fmt::format("[prune] end_epoch must be before the last epoch ends ({}), got {}", plan.epochs, end_epoch));
  }
  require(settings_.begin_epoch <= end_epoch, "begin_epoch", fmt::format("at most end_epoch ({})", end_epoch),
          settings_.begin_epoch);
  layers_ = pruned_layers(plan, settings_);
  steps_of_epoch_ = plan.steps_of_epoch;
  begin_ = std::llround(settings_.begin_epoch * static_cast<double>(steps_of_epoch_));
  end_ = std::min<std::int64_t>(std::llround(end_epoch * static_cast<double>(steps_of_epoch_)),
                                plan.epochs * steps_of_epoch_ - 1);
  size_ = parameters.size();
  state_.assign((settings_.criterion == PruneCriterion::kMovement ? 3 : 2) * size_, 0.0F);
  std::fill(mask().begin(), mask().end(), 1.0F);
  weights_.assign(size_, 0.0F);
  worth_.assign(size_, 0.0F);
}

bool Pruning::is_due(std::int64_t step) const {
  if (step < begin_ || step > end_) return false;
  return step == end_ || (step - begin_) % settings_.every_steps == 0;
}

double Pruning::share(std::int64_t step) const {
  if (end_ == begin_) return 1.0;
  const double left = 1.0 - static_cast<double>(step - begin_) / static_cast<double>(end_ - begin_);
  return 1.0 - left * left * left;
}

void Pruning::measure(std::span<const float> weights) {
  if (settings_.criterion == PruneCriterion::kMovement) {
    std::copy(movement().begin(), movement().end(), worth_.begin());
    return;
  }
  for (const PrunedLayer& layer : layers_) {
    const auto first = static_cast<std::size_t>(layer.offset), count = static_cast<std::size_t>(layer.count);
    layer_adaptive_magnitude(weights.subspan(first, count), std::span(worth_).subspan(first, count));
  }
}

void Pruning::choose(double share) {
  if (settings_.group > 0) {
    const auto zeros = static_cast<std::int32_t>(std::lround(share * (settings_.group - settings_.group_keeps)));
    for (const PrunedLayer& layer : layers_) choose_group_zeros(layer, worth_, settings_.group, zeros, mask());
    return;
  }
  const double sparsity = settings_.initial_sparsity + share * (settings_.sparsity - settings_.initial_sparsity);
  const auto zeros = [&](std::int64_t count) { return std::llround(sparsity * static_cast<double>(count)); };
  if (settings_.scope == PruneScope::kLayer) {
    for (const PrunedLayer& layer : layers_) {
      choose_zeros(std::span(&layer, 1), worth_, zeros(layer.count), settings_.layer_limit, mask());
    }
    return;
  }
  std::int64_t total = 0;
  for (const PrunedLayer& layer : layers_) total += layer.count;
  choose_zeros(layers_, worth_, zeros(total), settings_.layer_limit, mask());
}

void Pruning::before_update(std::uint64_t update, std::span<float> parameters, std::span<float> gradients) {
  const auto step = static_cast<std::int64_t>(update);
  const bool moves = settings_.criterion == PruneCriterion::kMovement && step >= begin_ && step <= end_;
  for (std::size_t i = 0; i < size_ && moves; ++i) {
    movement()[i] -= gradients[i] * (mask()[i] == 0.0F ? asleep()[i] : parameters[i]);
  }
  if (is_due(step)) {
    for (std::size_t i = 0; i < size_; ++i) weights_[i] = mask()[i] == 0.0F ? asleep()[i] : parameters[i];
    std::copy(weights_.begin(), weights_.end(), asleep().begin());
    measure(weights_);
    choose(share(step));
    std::copy(weights_.begin(), weights_.end(), parameters.begin());
    constrain(parameters);
  }
  apply_mask(mask(), gradients);
}

// Its mask is what the starting weights say, so that it needs no state.
class ZeroHold final : public TrainingHooks {
 public:
  void begin(const TrainingPlan& plan, std::span<const float> parameters) override {
    mask_.assign(parameters.size(), 1.0F);
    for (const WeightedLayer& layer : weighted_layers(plan.graph, plan.slots)) {
      for (std::int64_t i = layer.place.offset; i < layer.place.offset + layer.place.count; ++i) {
        const auto index = static_cast<std::size_t>(i);
        if (parameters[index] == 0.0F) mask_[index] = 0.0F;
      }
    }
  }
  void before_update(std::uint64_t, std::span<float>, std::span<float> gradients) override {
    apply_mask(mask_, gradients);
  }
  void constrain(std::span<float> parameters) const override { apply_mask(mask_, parameters); }

 private:
  std::vector<float> mask_;
};

}  // namespace

void PruneSettings::validate() const {
  require(is_open_share(layer_limit), "layer_limit", "in (0, 1)", layer_limit);
  require(begin_epoch >= 0 && begin_epoch <= 1e9, "begin_epoch", ">= 0", begin_epoch);
  require(end_epoch >= 0 && end_epoch <= 1e9, "end_epoch", ">= 0", end_epoch);
  require(every_steps >= 1, "every_steps", ">= 1", every_steps);
  require(group == 0 || (group >= 2 && group <= 64), "group", "0, or in 2..64", group);
  if (group > 0) {
    require(group_keeps >= 1 && group_keeps < group, "group_keeps", fmt::format("in 1..{}", group - 1), group_keeps);
    return;
  }
  require(group_keeps == 0, "group_keeps", "0 without group", group_keeps);
  require(is_open_share(sparsity), "sparsity", "in (0, 1)", sparsity);
  require(sparsity <= layer_limit, "sparsity", fmt::format("at most layer_limit ({})", layer_limit), sparsity);
  require(initial_sparsity >= 0 && initial_sparsity < sparsity, "initial_sparsity", "in [0, sparsity)",
          initial_sparsity);
}

std::shared_ptr<TrainingHooks> make_pruning(const PruneSettings& settings) {
  settings.validate();
  return std::make_shared<Pruning>(settings);
}

std::shared_ptr<TrainingHooks> hold_zeros() {
  return std::make_shared<ZeroHold>();
}

std::vector<LayerSparsity> layer_sparsity(const graph::Graph& graph) {
  std::vector<LayerSparsity> result;
  for (const NodeParameter& entry : node_parameters(graph)) {
    if (entry.use.kind != ParameterKind::kWeight) continue;
    const auto weights = graph::values<float>(graph.tensor(entry.tensor));
    result.push_back({graph.node_name(graph.nodes[entry.node]), static_cast<std::int64_t>(weights.size()),
                      std::count(weights.begin(), weights.end(), 0.0F)});
  }
  return result;
}

}  // namespace mote::trainer
