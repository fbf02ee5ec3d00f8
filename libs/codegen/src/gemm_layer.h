// What layers on the matrix cores share: which core, which requantization, the weights' order, the tables, the calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gemm_core.h"

namespace mote::codegen {

// One way to run a layer on the matrix cores.
struct GemmLayer {
  GemmCore core;
  Requantization form;
  GemmWeights weights;  // all channels; an odd last one comes twice

  std::int64_t pairs() const { return static_cast<std::int64_t>(weights.slots.size()) / 2; }
  std::int64_t channels = 0;
  bool is_nhwc() const { return core.output == plan::Layout::kNhwc; }
  bool has_odd_channel() const { return channels % 2 != 0; }
};

// Whether a core is made for the layer's depth and pitch.
enum class Fit : std::uint8_t { kAnyDepth, kBuiltIn };

struct GemmChoice {
  Carrier carrier = Carrier::kPackedWeights;
  Fit fit = Fit::kAnyDepth;
  std::int32_t positions = 4;
  plan::Layout output = plan::Layout::kPlanes;  // kNhwc: at least two channels
};

// `slots` and `patch_offset` as GemmWeights; slots may be odd in number and are filled up. Nothing where the weights do
// not pack, no form is exact, or the choice does not go with the layer.
std::optional<GemmLayer> gemm_layer(const Layer& layer, const GemmChoice& choice, std::vector<std::int32_t> slots,
                                    std::int32_t patch_offset);

// Tables of the layer as C text: <symbol>_stream, <symbol>_shape.
std::string gemm_tables(const Layer& layer, const GemmLayer& gemm, const std::string& symbol);
// The calls for one block of positions as C text, indented by four; `output` is a C expression for the first byte.
std::string gemm_calls(const Layer& layer, const GemmLayer& gemm, const std::string& symbol, const std::string& output);
std::int64_t gemm_call_count(const GemmLayer& gemm);    // in gemm_calls: 1 or 2
std::int64_t gemm_instructions(const GemmLayer& gemm);  // of gemm_calls, once
// Tables without int8 weights and int32 biases.
std::int64_t gemm_table_bytes(const Layer& layer, const GemmLayer& gemm);

}  // namespace mote::codegen
