// The matrix cores in C, with the bits of the assembly (gemm_core.h).
#pragma once

#include <string>

#include "gemm_core.h"

namespace mote::codegen {

std::string gemm_declaration(const GemmCore& core);  // without ';'
std::string gemm_fallback(const GemmCore& core);     // defines the function

}  // namespace mote::codegen
