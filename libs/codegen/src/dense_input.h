// What a dense layer multiplies on kArmDsp: a dense node, or a convolution that is such, and its vectors as they lie in
// memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "dense_core.h"
#include "generator.h"

namespace mote::codegen {

struct DenseInput {
  std::int64_t rows = 1;    // vectors, one behind the other
  std::int64_t inputs = 0;  // bytes of a vector
  std::int64_t outputs = 0;
  ByteKind kind = ByteKind::kSigned;
  std::vector<std::int32_t> slots;  // index of the weight for each byte of the vector; -1: none

  // What the core multiplies less the int8 value.
  std::int32_t value_offset() const { return kind == ByteKind::kUnsigned ? 128 : 0; }
};

// A dense layer, a window over the whole input, or 1×1 over fewer than four positions; nothing for other layers, and
// from planes nothing for several rows or planes with wide gaps.
std::optional<DenseInput> dense_input(const Layer& layer, plan::Layout input);

}  // namespace mote::codegen
