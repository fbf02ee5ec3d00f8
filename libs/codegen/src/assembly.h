// Thumb-2 assembly as text inside a C file, with what it costs: how many instructions a straight run through it
// executes and how many bytes they take. For generators; estimates come from the text itself.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "mote/codegen/layer_kernels.h"

namespace mote::codegen {

class Assembly {
 public:
  // One instruction in unified syntax, "smlad r6, r2, r4, r6".
  void add(const std::string& instruction);
  // A local label, referred to as 1b or 1f.
  void label(int number);
  // The body `times` times over, at least once. Not nested.
  void repeat(int times, const std::function<void()>& body);

  std::int64_t instructions() const { return instructions_; }
  std::int64_t bytes() const { return bytes_; }
  // As C string literals, one a line.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::int64_t instructions_ = 0;
  std::int64_t bytes_ = 0;
  int times_ = 1;
};

// Compilers for which the assembly is meant: "#if " and this.
inline constexpr const char* kArmDspCondition = "defined(__ARM_FEATURE_DSP) && !defined(MOTE_PORTABLE)";

// A core: the function `name` in assembly, and `fallback` with the same bits in C. `declaration` without ';'.
struct CoreParts {
  std::string name;
  std::string includes;     // and types, ahead of the declaration
  std::string declaration;  // "void mote_expand_4(const uint8_t* planes, …)"
  std::string fallback;     // C at file scope that defines the function
};
Core arm_dsp_core(const CoreParts& parts, const Assembly& assembly);

}  // namespace mote::codegen
