// x [N,H,W,C] → y [N,OH,OW,C]. An average counts the cells inside the input only; a maximum passes its gradient to the
// first of equal cells.
#include "mote/graph/ops/pool2d.h"

#include <algorithm>
#include <limits>

#include "activation.h"
#include "op_functions.h"
#include "window.h"

namespace mote::trainer {
namespace {

void count_cells(const Window& window, std::span<float> counts) {
  std::fill(counts.begin(), counts.end(), 0.0F);
  for_each_tap(window, [&](std::int64_t position, std::int64_t, std::int64_t) {
    counts[static_cast<std::size_t>(position)] += 1.0F;
  });
}

void average(const Window& window, std::int64_t channels, std::span<const float> counts, const float* x, float* y) {
  std::fill_n(y, window.positions() * channels, 0.0F);
  for_each_tap(window, [&](std::int64_t position, std::int64_t cell, std::int64_t) {
    for (std::int64_t c = 0; c < channels; ++c) y[position * channels + c] += x[cell * channels + c];
  });
  for (std::int64_t i = 0; i < window.positions() * channels; ++i)
    y[i] /= counts[static_cast<std::size_t>(i / channels)];
}

void average_gradient(const Window& window, std::int64_t channels, std::span<const float> counts, const float* dz,
                      float* dx) {
  for_each_tap(window, [&](std::int64_t position, std::int64_t cell, std::int64_t) {
    const float share = 1.0F / counts[static_cast<std::size_t>(position)];
    for (std::int64_t c = 0; c < channels; ++c) dx[cell * channels + c] += dz[position * channels + c] * share;
  });
}

void maximum(const Window& window, std::int64_t channels, const float* x, float* y) {
  std::fill_n(y, window.positions() * channels, std::numeric_limits<float>::lowest());
  for_each_tap(window, [&](std::int64_t position, std::int64_t cell, std::int64_t) {
    for (std::int64_t c = 0; c < channels; ++c) {
      y[position * channels + c] = std::max(y[position * channels + c], x[cell * channels + c]);
    }
  });
}

// dz is used up: the cell that takes a gradient leaves zero behind.
void maximum_gradient(const Window& window, std::int64_t channels, const float* x, const float* peak, float* dz,
                      float* dx) {
  for_each_tap(window, [&](std::int64_t position, std::int64_t cell, std::int64_t) {
    for (std::int64_t c = 0; c < channels; ++c) {
      if (x[cell * channels + c] != peak[position * channels + c]) continue;
      dx[cell * channels + c] += dz[position * channels + c];
      dz[position * channels + c] = 0.0F;
    }
  });
}

}  // namespace

std::vector<ParameterUse> parameters(const graph::Pool2d&, std::span<const graph::Tensor* const>) {
  return {};
}

void forward(const graph::Pool2d& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  const Window window = make_window(op, x.shape(), op.kernel_h, op.kernel_w);
  const std::int64_t channels = x.shape()[3];
  const auto counts = call.scratch->take(window.positions());
  count_cells(window, counts);
  for (std::int64_t n = 0; n < call.samples; ++n) {
    if (op.kind == graph::PoolKind::kAverage) average(window, channels, counts, x.row(n), y.row(n));
    if (op.kind == graph::PoolKind::kMax) maximum(window, channels, x.row(n), y.row(n));
    activate(op.activation, y.row(n), y.elements());
  }
}

void backward(const graph::Pool2d& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &y = call.outputs[0];
  if (x.gradient == nullptr) return;
  const Window window = make_window(op, x.shape(), op.kernel_h, op.kernel_w);
  const std::int64_t channels = x.shape()[3];
  const auto counts = call.scratch->take(window.positions());
  const auto peak = call.scratch->take(y.elements());
  const auto dz = call.scratch->take(y.elements());
  count_cells(window, counts);
  for (std::int64_t n = 0; n < call.samples; ++n) {
    pass_gradient(op.activation, y.row(n), y.gradient_row(n), dz.data(), y.elements());
    if (op.kind == graph::PoolKind::kAverage) {
      average_gradient(window, channels, counts, dz.data(), x.gradient_row(n));
      continue;
    }
    maximum(window, channels, x.row(n), peak.data());
    maximum_gradient(window, channels, x.row(n), peak.data(), dz.data(), x.gradient_row(n));
  }
}

}  // namespace mote::trainer
