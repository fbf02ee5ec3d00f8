#include "add_layer.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "mote/runtime/requantize.h"

namespace mote::codegen {
namespace {

// Scaling rises with the value, so that an end of the range is the greatest.
std::int64_t greatest_operand(std::int32_t offset, const mote_scaling& scaling) {
  const std::int64_t least = scaled_operand(std::numeric_limits<std::int8_t>::min(), offset, scaling);
  const std::int64_t most = scaled_operand(std::numeric_limits<std::int8_t>::max(), offset, scaling);
  return std::max(std::abs(least), std::abs(most));
}

}  // namespace

std::int32_t scaled_operand(std::int32_t value, std::int32_t offset, const mote_scaling& scaling) {
  return mote_requantize((value + offset) * (1 << MOTE_ADD_S8_LEFT_SHIFT), scaling.multiplier, scaling.shift);
}

const mote_add_s8_params* exact_add(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp || layer.call.op != &mote_add_s8_op) return nullptr;
  const auto& p = layer.call.parameters_as<mote_add_s8_params>(mote_add_s8_op);
  const std::int32_t right = -p.output.shift;
  if (right < 1 || right > 21 || p.output.multiplier < (1 << 30)) return nullptr;
  if (p.activation.min != -128 || p.activation.max != 127) return nullptr;
  const std::int64_t sum = greatest_operand(p.input1_offset, p.input1) + greatest_operand(p.input2_offset, p.input2);
  const std::int64_t limit = std::int64_t{1} << 31;
  return sum + (std::int64_t{257} << right) < limit ? &p : nullptr;
}

std::int32_t add_end_addend(const mote_add_s8_params& params, plan::Layout layout) {
  const std::int32_t right = -params.output.shift;
  const std::int32_t zero_point = params.output_offset + (layout == plan::Layout::kPlanes ? 128 : 0);
  return (1 << (right - 1)) + zero_point * (1 << right);
}

}  // namespace mote::codegen
