// The C core of depthwise_taps.cpp: planes copied to scratch as int16, then four outputs of a row at a time, two taps
// an instruction.
#pragma once

#include <cstdint>
#include <string>

#include "mote/codegen/layer_kernels.h"
#include "requantization.h"

namespace mote::codegen {

inline constexpr std::int32_t kTapsOutputs = 4;  // of a turn

struct TapsCore {
  std::int32_t pairs = 1;   // of taps in a kernel row, an odd last one included
  std::int32_t stride = 1;  // along the width
  EndForm form = EndForm::kPrescaled;

  // Words of an output channel's end: bias, M, C, and r where the form has it by channel.
  std::int32_t end_words() const { return form == EndForm::kPrescaled ? 3 : 4; }
};

std::string taps_core_name(const TapsCore& core);
// void name(const mote_depthwise_taps_layer* layer, const uint8_t* input, uint8_t* output, void* scratch); scratch: the
// widened weights of a channel (2·pairs halves a kernel row), then the padded plane.
Core taps_core_text(const TapsCore& core);
std::int64_t taps_core_bytes(const TapsCore& core);

}  // namespace mote::codegen
