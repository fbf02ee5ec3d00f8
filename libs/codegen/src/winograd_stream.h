// The weight side of Winograd's F(2×2, 3×3), in integers: U = (2G) g (2G)^T with 2G = {2 0 0; 1 1 1; 1 -1 1; 0 0 2},
// four times the usual transform, so that the outputs are four times the convolution's accumulators.
//
// The licence is that of requantization.h on the actual constants: U·2^(k-2) within int16 for every weight, the final
// sums within 32 bits. Everything in between is exact modulo 2^32.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "requantization.h"

namespace mote::codegen {

// Of a 3×3 convolution; nothing where no form is exact.
std::optional<Requantization> winograd_requantization(const Layer& layer);

// The stream of winograd_core.h; `value_offset` is stored value - int8 value: 128 from planes, 0 from NHWC. An even
// number of output channels.
std::vector<std::uint32_t> winograd_stream(const Layer& layer, const Requantization& form, std::int32_t value_offset);

}  // namespace mote::codegen
