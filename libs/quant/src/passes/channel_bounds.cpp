#include "channel_bounds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "filters.h"
#include "mote/quant/multiplier.h"
#include "mote/runtime/kernels/mote_add_s8.h"
#include "mote/runtime/requantize.h"

namespace mote::quant {
namespace {

constexpr Bounds kWhole{};

// A node with its tensors and what is known of its inputs.
struct Call {
  graph::NodeView node;
  std::vector<const ChannelBounds*> inputs;

  const graph::Tensor& input(std::size_t i) const { return *node.inputs[i]; }
  const graph::Tensor& output() const { return *node.outputs[0]; }
  std::size_t channels() const { return static_cast<std::size_t>(channel_count(output())); }
};

float scale(const graph::Tensor& tensor) {
  return tensor.quant.scales[0];
}

std::int32_t zero_point(const graph::Tensor& tensor) {
  return tensor.quant.zero_points[0];
}

Bounds clamped(Bounds bounds, const ActivationBounds& activation) {
  return {mote_clamp(bounds.low, activation.min, activation.max),
          mote_clamp(bounds.high, activation.min, activation.max)};
}

// Sums, wide enough for any number of products.
struct SumBounds {
  std::int64_t low = 0;
  std::int64_t high = 0;

  void add(std::int64_t a, std::int64_t b) {
    low += std::min(a, b);
    high += std::max(a, b);
  }
};

// Where the kernel would leave 32 bits (the planner refuses that), nothing is claimed.
bool fits(const SumBounds& sums, double factor, const Multiplier& multiplier) {
  const std::int32_t left = std::max(multiplier.shift, 0);
  if (!std::isfinite(factor) || left > MOTE_MAX_SHIFT) return false;
  const std::int64_t most = std::numeric_limits<std::int32_t>::max() >> left;
  return sums.low >= -most && sums.high <= most;
}

struct Requantization {
  Multiplier multiplier;
  std::int32_t output_offset = 0;
  ActivationBounds activation;
};

Bounds requantized(const SumBounds& sums, const Requantization& to) {
  const auto value = [&](std::int64_t sum) {
    return std::int32_t{mote_requantize_s8(static_cast<std::int32_t>(sum), to.multiplier.value, to.multiplier.shift,
                                           to.output_offset, {to.activation.min, to.activation.max})};
  };
  return {value(sums.low), value(sums.high)};
}

// Least and greatest share of each tap in the sum of one filter.
std::vector<SumBounds> tap_sums(const Filters& filters, std::int32_t output, const Call& call) {
  const std::int32_t zero = zero_point(call.input(0));
  std::vector<SumBounds> sums(static_cast<std::size_t>(filters.taps()));
  for (std::int32_t tap = 0; tap < filters.taps(); ++tap) {
    for (std::int32_t i = 0; i < filters.inputs; ++i) {
      const Bounds& x = (*call.inputs[0])[static_cast<std::size_t>(filters.channel(output, i))];
      const std::int64_t weight = filters.weight(output, tap, i);
      sums[static_cast<std::size_t>(tap)].add(weight * (x.low - zero), weight * (x.high - zero));
    }
  }
  return sums;
}

// Over all windows: those at a border lack taps.
SumBounds filter_sums(const Filters& filters, std::int32_t output, const Call& call) {
  const std::vector<SumBounds> taps = tap_sums(filters, output, call);
  SumBounds result{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
  for (const TapRange& rows : filters.row_ranges) {
    for (const TapRange& columns : filters.column_ranges) {
      SumBounds sum{filters.bias(output), filters.bias(output)};
      for (std::int32_t row = rows.begin; row < rows.end; ++row) {
        for (std::int32_t column = columns.begin; column < columns.end; ++column) {
          const std::int32_t index = row * filters.tap_columns + column;
          const SumBounds& tap = taps[static_cast<std::size_t>(index)];
          sum.add(tap.low, tap.high);
        }
      }
      result = {std::min(result.low, sum.low), std::max(result.high, sum.high)};
    }
  }
  return result;
}

template <class Op>
double weighted_factor(const Op&, const Call& call, std::size_t output) {
  const graph::Quant& weights = call.input(1).quant;
  const float input = scale(call.input(0));
  if constexpr (std::is_same_v<Op, graph::Dense>) {
    if (!weights.per_channel()) return dense_factor(input, weights.scales[0], scale(call.output()));
  }
  return channel_factor(input, weights.scales[weights.per_channel() ? output : 0], scale(call.output()));
}

template <Weighted Op>
ChannelBounds bounds_of(const Op& op, const Call& call) {
  const Filters all = filters(op, call.node);
  const ActivationBounds activation = activation_bounds(op.activation, call.output().quant);
  ChannelBounds result;
  for (std::size_t output = 0; output < call.channels(); ++output) {
    const SumBounds sums = filter_sums(all, static_cast<std::int32_t>(output), call);
    const double factor = weighted_factor(op, call, output);
    const Multiplier multiplier = std::isfinite(factor) ? quantize_multiplier(factor) : Multiplier{};
    const bool exact = fits(sums, factor, multiplier);
    result.push_back(exact ? requantized(sums, {multiplier, zero_point(call.output()), activation})
                           : clamped(kWhole, activation));
  }
  return result;
}

ChannelBounds bounds_of(const graph::Unary& op, const Call& call) {
  const auto kind = op.kind == graph::UnaryKind::kRelu6 ? graph::Activation::kRelu6 : graph::Activation::kRelu;
  const ActivationBounds activation = activation_bounds(kind, call.output().quant);
  const auto factor = static_cast<double>(scale(call.input(0)) / scale(call.output()));
  const Multiplier multiplier = std::isfinite(factor) ? quantize_multiplier(factor) : Multiplier{};
  ChannelBounds result;
  for (const Bounds& x : *call.inputs[0]) {
    const std::int32_t zero = zero_point(call.input(0));
    const SumBounds sums{x.low - zero, x.high - zero};
    const bool exact = fits(sums, factor, multiplier);
    result.push_back(exact ? requantized(sums, {multiplier, zero_point(call.output()), activation})
                           : clamped(kWhole, activation));
  }
  return result;
}

ChannelBounds bounds_of(const graph::Binary& op, const Call& call) {
  const SumFactors factors = sum_factors(scale(call.input(0)), scale(call.input(1)), scale(call.output()));
  const ActivationBounds activation = activation_bounds(op.activation, call.output().quant);
  const Multiplier sum = std::isfinite(factors.sum) ? quantize_multiplier(factors.sum) : Multiplier{0, 1};
  // The kernel's headroom holds for factors below 1 only; the planner refuses others.
  if (sum.shift > 0) return ChannelBounds(call.channels(), clamped(kWhole, activation));
  const auto operand = [&](std::size_t i, std::int32_t raw) {
    const Multiplier multiplier = quantize_multiplier(i == 0 ? factors.first : factors.second);
    const std::int32_t shifted = (raw - zero_point(call.input(i))) * (1 << MOTE_ADD_S8_LEFT_SHIFT);
    return std::int64_t{mote_requantize(shifted, multiplier.value, multiplier.shift)};
  };
  ChannelBounds result;
  for (std::size_t c = 0; c < call.channels(); ++c) {
    const Bounds a = (*call.inputs[0])[c];
    const Bounds b = (*call.inputs[1])[c];
    const SumBounds sums{operand(0, a.low) + operand(1, b.low), operand(0, a.high) + operand(1, b.high)};
    result.push_back(requantized(sums, {sum, zero_point(call.output()), activation}));
  }
  return result;
}

ChannelBounds bounds_of(const graph::Reduce& op, const Call& call) {
  const auto last = static_cast<std::int32_t>(call.input(0).shape.size()) - 1;
  if (op.axes.back() == last) return ChannelBounds(call.channels(), kWhole);
  std::int32_t reduced = 1;
  for (std::int32_t axis : op.axes) reduced *= call.input(0).shape[static_cast<std::size_t>(axis)];
  const double factor = static_cast<double>(scale(call.input(0))) / static_cast<double>(scale(call.output()));
  const Multiplier multiplier = std::isfinite(factor) ? mean_multiplier(factor, reduced) : Multiplier{};
  ChannelBounds result;
  for (const Bounds& x : *call.inputs[0]) {
    const std::int32_t zero = zero_point(call.input(0));
    const SumBounds sums{std::int64_t{reduced} * (x.low - zero), std::int64_t{reduced} * (x.high - zero)};
    const bool exact = fits(sums, factor, multiplier);
    result.push_back(exact ? requantized(sums, {multiplier, zero_point(call.output()), {}}) : kWhole);
  }
  return result;
}

// Padded cells do not count, so that averages and maxima stay within the bounds of what they are made of.
ChannelBounds bounds_of(const graph::Pool2d& op, const Call& call) {
  ChannelBounds result = *call.inputs[0];
  const ActivationBounds activation = activation_bounds(op.activation, call.output().quant);
  for (Bounds& bounds : result) bounds = clamped(bounds, activation);
  return result;
}

ChannelBounds bounds_of(const graph::Pad& op, const Call& call) {
  const std::int32_t zero = zero_point(call.output());
  ChannelBounds result(call.channels(), Bounds{zero, zero});
  const bool pads_cells = std::any_of(op.before.begin(), op.before.end() - 1, [](auto n) { return n > 0; }) ||
                          std::any_of(op.after.begin(), op.after.end() - 1, [](auto n) { return n > 0; });
  for (std::size_t c = 0; c < call.inputs[0]->size(); ++c) {
    Bounds& bounds = result[static_cast<std::size_t>(op.before.back()) + c];
    bounds = (*call.inputs[0])[c];
    if (pads_cells) bounds.include({zero, zero});
  }
  return result;
}

ChannelBounds bounds_of(const graph::Concat& op, const Call& call) {
  const bool joins_channels = static_cast<std::size_t>(op.axis) + 1 == call.output().shape.size();
  ChannelBounds result = *call.inputs[0];
  for (std::size_t i = 1; i < call.inputs.size(); ++i) {
    const ChannelBounds& more = *call.inputs[i];
    if (joins_channels) result.insert(result.end(), more.begin(), more.end());
    for (std::size_t c = 0; !joins_channels && c < result.size(); ++c) result[c].include(more[c]);
  }
  return result;
}

// Element i lies in channel i mod C before and i mod D after: channels meet where they are equal modulo gcd(C, D).
ChannelBounds bounds_of(const graph::Reshape&, const Call& call) {
  const ChannelBounds& x = *call.inputs[0];
  const std::size_t period = std::gcd(x.size(), call.channels());
  ChannelBounds classes(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(period));
  for (std::size_t c = period; c < x.size(); ++c) classes[c % period].include(x[c]);
  ChannelBounds result;
  for (std::size_t d = 0; d < call.channels(); ++d) result.push_back(classes[d % period]);
  return result;
}

// Softmax, and ops that this analysis does not know.
template <class Op>
ChannelBounds bounds_of(const Op&, const Call& call) {
  return ChannelBounds(call.channels(), kWhole);
}

ChannelBounds bounds_of_constant(const graph::Tensor& tensor) {
  if (tensor.type != graph::DType::kInt8) return {};
  const auto values = graph::values<std::int8_t>(tensor);
  const auto channels = static_cast<std::size_t>(channel_count(tensor));
  ChannelBounds result;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Bounds value{values[i], values[i]};
    if (i < channels) result.push_back(value);
    result[i % channels].include(value);
  }
  return result;
}

}  // namespace

std::vector<ChannelBounds> channel_bounds(const graph::Graph& graph) {
  std::vector<ChannelBounds> result;
  for (const graph::Tensor& tensor : graph.tensors) {
    result.push_back(tensor.constant ? bounds_of_constant(tensor)
                                     : ChannelBounds(static_cast<std::size_t>(channel_count(tensor)), kWhole));
  }
  for (const graph::Node& node : graph.nodes) {
    Call call{view_of(graph, node), {}};
    for (graph::TensorId id : node.inputs) call.inputs.push_back(&result[static_cast<std::size_t>(id)]);
    result[static_cast<std::size_t>(node.outputs[0])] =
        std::visit([&](const auto& op) { return bounds_of(op, call); }, node.op);
  }
  return result;
}

}  // namespace mote::quant
