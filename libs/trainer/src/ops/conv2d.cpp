// x [N,H,W,C], weights [O,KH,KW,C], bias [O] → y [N,OH,OW,O]. As a product of matrices a sample: patches
// [OH·OW, KH·KW·C] × weightsᵀ [KH·KW·C, O].
#include "mote/graph/ops/conv2d.h"

#include <algorithm>

#include "activation.h"
#include "eigen.h"
#include "op_functions.h"
#include "window.h"

namespace mote::trainer {
namespace {

struct Layout {
  Window window;
  std::int64_t channels = 0;
  std::int64_t outputs = 0;
  std::int64_t patch = 0;  // KH·KW·C

  Layout(const graph::Conv2d& op, const graph::Shape& input, const graph::Shape& weights)
      : window(make_window(op, input, weights[1], weights[2])),
        channels(weights[3]),
        outputs(weights[0]),
        patch(window.taps() * channels) {}
};

// Patches of one sample, zeros where the window leaves the input. A pointwise window needs no copy.
const float* gather(const Layout& layout, const float* x, std::span<float> patches) {
  if (layout.window.is_pointwise()) return x;
  std::fill(patches.begin(), patches.end(), 0.0F);
  for_each_tap(layout.window, [&](std::int64_t position, std::int64_t cell, std::int64_t tap) {
    const float* from = x + cell * layout.channels;
    std::copy(from, from + layout.channels, patches.data() + position * layout.patch + tap * layout.channels);
  });
  return patches.data();
}

// The transpose of gather: adds the gradient of patches to that of x.
void scatter_add(const Layout& layout, const float* patches, float* dx) {
  for_each_tap(layout.window, [&](std::int64_t position, std::int64_t cell, std::int64_t tap) {
    const float* from = patches + position * layout.patch + tap * layout.channels;
    for (std::int64_t c = 0; c < layout.channels; ++c) dx[cell * layout.channels + c] += from[c];
  });
}

}  // namespace

std::vector<ParameterUse> parameters(const graph::Conv2d&, std::span<const graph::Tensor* const> inputs) {
  const graph::Shape& weights = inputs[1]->shape;
  const std::int64_t taps = std::int64_t{weights[1]} * weights[2];
  std::vector<ParameterUse> uses{weight(1, taps * weights[3], taps * weights[0])};
  if (inputs.size() > 2) uses.push_back(plain(2, 0.0F));
  return uses;
}

void forward(const graph::Conv2d& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &w = call.inputs[1], &y = call.outputs[0];
  const Layout layout(op, x.shape(), w.shape());
  const std::int64_t positions = layout.window.positions();
  const ConstMatrixMap weights(w.values, layout.outputs, layout.patch);
  const auto patches = call.scratch->take(positions * layout.patch);
  for (std::int64_t n = 0; n < call.samples; ++n) {
    const ConstMatrixMap input(gather(layout, x.row(n), patches), positions, layout.patch);
    MatrixMap output(y.row(n), positions, layout.outputs);
    output.noalias() = input * weights.transpose();
    if (call.has_input(2)) output.rowwise() += ConstRowMap(call.inputs[2].values, layout.outputs);
    activate(op.activation, y.row(n), y.elements());
  }
}

// dz = dy through the activation; dweights += dzᵀ · patches; dbias += column sums of dz; dx += scatter(dz · weights).
void backward(const graph::Conv2d& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &w = call.inputs[1], &y = call.outputs[0];
  const Layout layout(op, x.shape(), w.shape());
  const std::int64_t positions = layout.window.positions();
  const ConstMatrixMap weights(w.values, layout.outputs, layout.patch);
  const auto patches = call.scratch->take(positions * layout.patch);
  const auto dpatches = call.scratch->take(positions * layout.patch);
  const auto dz_values = call.scratch->take(y.elements());
  for (std::int64_t n = 0; n < call.samples; ++n) {
    pass_gradient(op.activation, y.row(n), y.gradient_row(n), dz_values.data(), y.elements());
    const ConstMatrixMap dz(dz_values.data(), positions, layout.outputs);
    const ConstMatrixMap input(gather(layout, x.row(n), patches), positions, layout.patch);
    MatrixMap(w.gradient, layout.outputs, layout.patch).noalias() += dz.transpose() * input;
    if (call.has_input(2)) RowMap(call.inputs[2].gradient, layout.outputs) += dz.colwise().sum();
    if (x.gradient == nullptr) continue;
    MatrixMap(dpatches.data(), positions, layout.patch).noalias() = dz * weights;
    scatter_add(layout, dpatches.data(), x.gradient_row(n));
  }
}

}  // namespace mote::trainer
