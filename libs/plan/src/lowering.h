// The overloads that libs/plan/src/ops/<stem>.cpp supplies for each op of ops.def: from a node of an int8 graph to a
// kernel of the runtime with its parameters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mote/graph/op_functions.h"
#include "mote/plan/kernel_call.h"
#include "mote/plan/kernel_option.h"
#include "mote/plan/strips.h"
#include "mote/quant/multiplier.h"

namespace mote::plan {

// A node with its operands. Of a strip (strips.h), rows of padding lie above its input where the strip ends there.
struct PlannedNode : graph::NodeView {
  std::int32_t pad_top = kPadByRule;
};

struct Lowered {
  KernelCall call;  // on int8 weights one byte each, whatever their type
  std::int64_t scratch_bytes = 0;
  std::vector<Overlap> overlaps;         // how far the output may lie over inputs, exact
  std::int64_t cmsis_scratch_bytes = 0;  // at most what CMSIS-NN's kernel asks of TFLM's arena, for its estimate
  KernelCall coded = {};                 // the same on coded weights, where that is how they are stored; else no op

  const KernelCall& stored() const { return coded.op == nullptr ? call : coded; }
};

// Errors: kInvalid where the result could leave what the kernel computes exactly, kUnsupported for what no kernel does;
// messages start with "[stem]".
#define MOTE_TRAINABLE_OP(Type, stem) Lowered lower(const graph::Type& op, const PlannedNode& node);
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#include "mote/graph/ops.def"

// The same through the variant, with the layer as context.
Lowered lower_node(const graph::Graph& graph, std::size_t index, std::int32_t pad_top = kPadByRule);

// --- what the ops share ---

[[noreturn]] void unsupported(std::string_view op, const std::string& message);
[[noreturn]] void inexact(std::string_view op, const std::string& message);

float scale(const graph::Tensor& tensor);              // of an activation
std::int32_t zero_point(const graph::Tensor& tensor);  // of an activation
mote_activation activation(graph::Activation activation, const graph::Tensor& output);
bool is_wide(const graph::NodeView& node);  // int16 activations
Overlap in_int16(Overlap of_bytes);  // of a kernel that reads and writes as that of int8 does, but two bytes each
// A count that fits 32 bits; graphs whose tensors do not are refused before lowering.
std::int32_t count(const graph::Tensor& tensor);

// Both axes of a sliding window. `Window` has stride_h, stride_w and padding.
struct WindowExtents {
  std::int32_t kernel_h, kernel_w, dilation_h, dilation_w;
};
mote_window window(const PlannedNode& node, const WindowExtents& extents, std::int32_t stride_h, std::int32_t stride_w,
                   graph::Padding padding);

// Largest sum that a filter can reach, by its weights and bias: channel o of a layer whose weight index i belongs to
// channel (i / inner) % channels.
std::vector<std::int64_t> accumulator_bounds(const PlannedNode& node, std::int64_t inner, std::int64_t channels);

// Refuses a left shift that could overflow on accumulators up to `bound`, and shifts that the kernels do not have.
mote_scaling checked_scaling(std::string_view op, double factor, std::int64_t bound);

// The call of a coded kernel: `call` with the parameters that have `coding` beside those of the plain kernel.
template <class Parameters>
KernelCall coded_call(const mote_op& op, Parameters parameters, ChannelTables tables,
                      std::shared_ptr<const CodedWeights> weights) {
  parameters.coding = weights->coding;
  KernelCall call = make_call(op, parameters, 3, std::move(tables));
  call.coded = std::move(weights);
  return call;
}

// One multiplier for each channel (or one in all, as of a dense layer) of the int16 path, whose kernels shift left by
// at most MOTE_MAX_WIDE_SHIFT.
ChannelTables wide_tables(std::string_view op, const graph::NodeView& node, std::int64_t channels);

// One multiplier for each channel, in double.
ChannelTables channel_tables(std::string_view op, const PlannedNode& node, const std::vector<std::int64_t>& bounds);

}  // namespace mote::plan
