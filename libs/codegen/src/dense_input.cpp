#include "dense_input.h"

#include "mote/plan/layout.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"
#include "mote/runtime/kernels/mote_dense_s8.h"

namespace mote::codegen {
namespace {

std::optional<std::int64_t> rows_of(const Layer& layer) {
  if (layer.call.op == &mote_dense_s8_op) return layer.call.parameters_as<mote_dense_s8_params>(mote_dense_s8_op).rows;
  if (layer.call.op != &mote_conv2d_s8_op) return std::nullopt;
  const mote_window& w = layer.call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op).window;
  if (w.pad_top != 0 || w.pad_left != 0) return std::nullopt;
  const bool is_whole = w.kernel_h == w.input_h && w.kernel_w == w.input_w;
  if (is_whole && w.dilation_h == 1 && w.dilation_w == 1) return 1;
  const bool is_pointwise = w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 && w.stride_w == 1;
  const std::int64_t positions = std::int64_t{w.output_h} * w.output_w;
  if (is_pointwise && positions < 4) return positions;
  return std::nullopt;
}

// Index of the weight for each byte of the planes.
std::vector<std::int32_t> plane_slots(const graph::Tensor& input) {
  const plan::PlaneGeometry g = plan::plane_geometry(input);
  std::vector<std::int32_t> slots;
  for (std::int32_t c = 0; c < g.channels; ++c) {
    for (std::int32_t p = 0; p < g.pitch_bytes(); ++p) slots.push_back(p < g.positions() ? p * g.channels + c : -1);
  }
  return slots;
}

}  // namespace

std::optional<DenseInput> dense_input(const Layer& layer, plan::Layout input) {
  const auto rows = layer.set == InstructionSet::kArmDsp ? rows_of(layer) : std::nullopt;
  if (!rows) return std::nullopt;
  DenseInput dense;
  dense.rows = *rows;
  dense.inputs = layer.input(0).elements() / *rows;
  dense.outputs = layer.output().elements() / *rows;
  for (std::int32_t i = 0; i < dense.inputs; ++i) dense.slots.push_back(i);
  if (input != plan::Layout::kPlanes) return dense;
  const std::int64_t bytes = plan::stored_bytes(layer.input(0), input);
  const bool mostly_gaps = bytes > dense.inputs + dense.inputs / 4;
  if (*rows != 1 || mostly_gaps) return std::nullopt;
  dense.slots = plane_slots(layer.input(0));
  dense.inputs = bytes;
  dense.kind = ByteKind::kUnsigned;
  return dense;
}

}  // namespace mote::codegen
