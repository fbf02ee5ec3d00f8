// What the generators for Helium share: C text of tables and copies, and the core with which kernels gather their
// input.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "mote/codegen/layer_kernels.h"

namespace mote::codegen::helium {

inline constexpr std::int64_t kLanes = 16;  // bytes of a vector

// "static const int8_t name[] = {…};\n"
std::string table(std::string_view name, std::span<const std::int8_t> values);
std::string table(std::string_view name, std::span<const std::int16_t> values);
std::string table(std::string_view name, std::span<const std::int32_t> values);

// Statements that copy `bytes` from `from` to `to` (C expressions of type int8_t*, indented by two) and touch no byte
// beside them; the last of two copies may repeat bytes of the one before.
std::string copy_bytes(std::string_view to, std::string_view from, std::int64_t bytes);
// Whether copy_bytes calls copy_core().
constexpr bool copies_by_call(std::int64_t bytes) {
  return bytes > 256;
}
// Instructions that copy_bytes takes on Helium, when `to` and `from` are so many bytes off a pointer that is at hand:
// an address further than 127 bytes off takes one more.
std::int64_t copy_instructions(std::int64_t bytes, std::int64_t to_offset = 0, std::int64_t from_offset = 0);

// A function in assembler (lines that start with a line break) as a C statement at file scope.
std::string function_assembly(std::string_view name, std::string_view body);

// Header only: copies of 16, 8 and 4 bytes, and requantization, of vectors and for the C fallbacks.
const Core& base_core();

// What copy_bytes calls for many bytes.
const Core& copy_core();
inline constexpr std::int64_t kCopyFlashBytes = 60;

// The patch of a window that crosses the input's border.
const Core& patch_core();
inline constexpr std::int64_t kPatchFlashBytes = 440;

constexpr std::int64_t round_up(std::int64_t value, std::int64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

}  // namespace mote::codegen::helium
