// x [N,H,W,C], weights [1,KH,KW,C·M], bias [C·M] → y [N,OH,OW,C·M]; output channel c·M + m reads input channel c.
#include "mote/graph/ops/depthwise_conv2d.h"

#include <algorithm>

#include "activation.h"
#include "op_functions.h"
#include "window.h"

namespace mote::trainer {
namespace {

struct Layout {
  Window window;
  std::int64_t channels = 0;
  std::int64_t outputs = 0;
  std::int64_t multiplier = 1;

  Layout(const graph::DepthwiseConv2d& op, const graph::Shape& input, const graph::Shape& weights)
      : window(make_window(op, input, weights[1], weights[2])),
        channels(input[3]),
        outputs(weights[3]),
        multiplier(outputs / channels) {}
};

// visit(o, c) for each output channel o and the input channel c that it reads.
template <class Visitor>
void for_each_channel(const Layout& layout, Visitor&& visit) {
  if (layout.multiplier == 1) {
    for (std::int64_t c = 0; c < layout.channels; ++c) visit(c, c);
    return;
  }
  for (std::int64_t o = 0; o < layout.outputs; ++o) visit(o, o / layout.multiplier);
}

}  // namespace

std::vector<ParameterUse> parameters(const graph::DepthwiseConv2d&, std::span<const graph::Tensor* const> inputs) {
  const graph::Shape& weights = inputs[1]->shape;
  const std::int64_t taps = std::int64_t{weights[1]} * weights[2];
  const std::int64_t multiplier = weights[3] / inputs[0]->shape[3];
  std::vector<ParameterUse> uses{weight(1, taps, taps * multiplier)};
  if (inputs.size() > 2) uses.push_back(plain(2, 0.0F));
  return uses;
}

void forward(const graph::DepthwiseConv2d& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &w = call.inputs[1], &y = call.outputs[0];
  const Layout layout(op, x.shape(), w.shape());
  const auto zeros = call.scratch->take(layout.outputs);
  std::fill(zeros.begin(), zeros.end(), 0.0F);
  const float* start = call.has_input(2) ? call.inputs[2].values : zeros.data();
  for (std::int64_t n = 0; n < call.samples; ++n) {
    const float* input = x.row(n);
    float* output = y.row(n);
    for (std::int64_t i = 0; i < layout.window.positions(); ++i) {
      std::copy(start, start + layout.outputs, output + i * layout.outputs);
    }
    for_each_tap(layout.window, [&](std::int64_t position, std::int64_t cell, std::int64_t tap) {
      for_each_channel(layout, [&](std::int64_t o, std::int64_t c) {
        output[position * layout.outputs + o] += input[cell * layout.channels + c] * w.values[tap * layout.outputs + o];
      });
    });
    activate(op.activation, output, y.elements());
  }
}

// dz = dy through the activation; dweights += x·dz and dx += weights·dz for each tap; dbias += sums of dz.
void backward(const graph::DepthwiseConv2d& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &w = call.inputs[1], &y = call.outputs[0];
  const Layout layout(op, x.shape(), w.shape());
  const auto dz = call.scratch->take(y.elements());
  const auto unwanted = call.scratch->take(x.elements());
  for (std::int64_t n = 0; n < call.samples; ++n) {
    const float* input = x.row(n);
    float* dx = x.gradient == nullptr ? unwanted.data() : x.gradient_row(n);
    pass_gradient(op.activation, y.row(n), y.gradient_row(n), dz.data(), y.elements());
    for_each_tap(layout.window, [&](std::int64_t position, std::int64_t cell, std::int64_t tap) {
      const float* dz_here = dz.data() + position * layout.outputs;
      for_each_channel(layout, [&](std::int64_t o, std::int64_t c) {
        w.gradient[tap * layout.outputs + o] += input[cell * layout.channels + c] * dz_here[o];
        dx[cell * layout.channels + c] += w.values[tap * layout.outputs + o] * dz_here[o];
      });
    });
    if (!call.has_input(2)) continue;
    for (std::int64_t i = 0; i < y.elements(); ++i) {
      call.inputs[2].gradient[i % layout.outputs] += dz[static_cast<std::size_t>(i)];
    }
  }
}

}  // namespace mote::trainer
