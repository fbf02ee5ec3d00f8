// The end of a layer of int16 activations and int8 weights in two instructions: SMMULR and a saturation.
//
// The runtime's rule (requantize_s16.h) for accumulator a, multiplier m of 15 bits and right shift r is
//   floor((a·m + 2^(r-1)) / 2^r) within int32, then within the activation.
// SMMULR gives floor((a·M + 2^31) / 2^32): with M = m·2^(32-r) the same number, where M is an integer below 2^31 and a
// fits int32. Both are proved for the layer's actual constants: a lies between bias + the least and bias + the greatest
// sum that inputs of int16 can reach, and every sum on the way may wrap, because the last one does not. A filter
// without weights has one output; it is stored as a = output·2^16, M = 2^16.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assembly.h"
#include "generator.h"
#include "mote/runtime/types.h"

namespace mote::codegen {

// How the result of SMMULR is bounded: SSAT to int16, USAT to 15 bits, or SSAT and two saturating additions.
enum class Int16Bounds : std::uint8_t { kInt16, kNotNegative, kAny };

struct Int16End {
  std::vector<std::int32_t> biases;       // of each channel
  std::vector<std::int32_t> multipliers;  // M
  Int16Bounds bounds = Int16Bounds::kInt16;
  mote_activation activation{};
};

// Nothing for other layers, and where a channel's proof fails.
std::optional<Int16End> int16_end(const Layer& layer);

std::string_view bounds_suffix(Int16Bounds bounds);  // of a core's name

// Bounds a register; of kAny, `above` and `below` hold bounds_above() and bounds_below().
void add_bounds(Assembly& a, Int16Bounds bounds, std::string_view value, std::string_view above,
                std::string_view below);
std::int32_t bounds_above(const Int16End& end);
std::int32_t bounds_below(const Int16End& end);

// C text of: static int16_t NAME_end(int32_t sum, int32_t multiplier, int32_t above, int32_t below)
std::string int16_end_text(std::string_view name, Int16Bounds bounds);

}  // namespace mote::codegen
