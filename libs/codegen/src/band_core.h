// Rows of a feature map with their padding, as a convolution's windows read them: NHWC bytes, padded cells filled with
// the zero point. C only: compilers do well on it.
#pragma once

#include <cstdint>

#include "mote/codegen/layer_kernels.h"
#include "mote/plan/layout.h"

namespace mote::codegen {

// void name(const uint8_t* input, uint8_t* band, int32_t first_row, int32_t rows, const mote_band_shape* shape): rows
// first_row … first_row + rows - 1 of the input, of which those outside it are padding.
Core band_core(plan::Layout input);
std::int64_t band_core_bytes(plan::Layout input);
// For one row of `columns` copied and `padding` filled columns.
std::int64_t band_row_instructions(plan::Layout input, std::int64_t columns, std::int64_t padding,
                                   std::int64_t channels);

}  // namespace mote::codegen
