// What layers on the matrix cores share: which core, which requantization, the weights' order, the tables, the calls.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gemm_core.h"
#include "unpacked_gemm.h"

namespace mote::codegen {

// One way to run a layer on the matrix cores.
struct GemmLayer {
  GemmCore core;
  Requantization form;
  GemmWeights weights;                   // all channels; an odd last one comes twice
  std::optional<UnpackedGemm> unpacked;  // of weights of less than a byte

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
  std::int64_t blocks = 0;                      // that packed weights are unpacked for at once; 0: int8 weights
};

// For weights of less than a byte.
constexpr GemmChoice unpacked_choice(std::int64_t blocks, plan::Layout output = plan::Layout::kPlanes) {
  return {Carrier::kPackedWeights, Fit::kAnyDepth, 4, output, blocks};
}

// As KernelOption::reason.
std::string gemm_reason(const GemmChoice& choice);
// Whether half of choice.blocks would do for a loop over `blocks`.
bool has_idle_blocks(const GemmChoice& choice, std::int64_t blocks);

// `slots` and `patch_offset` as GemmWeights; slots may be odd in number and are filled up. Nothing where the weights do
// not pack, no form is exact, or the choice does not go with the layer.
std::optional<GemmLayer> gemm_layer(const Layer& layer, const GemmChoice& choice, std::vector<std::int32_t> slots,
                                    std::int32_t patch_offset);

// Tables of the layer as C text: <symbol>_stream, <symbol>_shape.
std::string gemm_tables(const Layer& layer, const GemmLayer& gemm, const std::string& symbol);

// A loop over blocks in C: `p` counts its positions, `patch` is the scratch.
struct GemmLoop {
  std::string positions;  // how many, a C expression
  std::string output;     // C expression for the first byte of position {}
};
std::string gemm_declarations(const GemmLayer& gemm);  // ahead of the loop
std::string gemm_patch(const GemmLayer& gemm);         // C expression: where the patch of the block belongs
// The calls at the end of the loop's body as C text, indented by four.
std::string gemm_calls(const Layer& layer, const GemmLayer& gemm, const std::string& symbol, const GemmLoop& loop);
std::int64_t gemm_call_bytes(const GemmLayer& gemm);  // of code
// Of all gemm_calls of a loop.
std::int64_t gemm_instructions(const GemmLayer& gemm, std::int64_t blocks);
std::int64_t gemm_scratch_bytes(const GemmLayer& gemm);

std::vector<Core> gemm_cores(const GemmLayer& gemm);
std::vector<std::string> gemm_core_names(const GemmLayer& gemm);
std::int64_t gemm_cores_bytes(const GemmLayer& gemm);  // of all of them
// Tables without the weights as stored and int32 biases.
std::int64_t gemm_table_bytes(const Layer& layer, const GemmLayer& gemm);

}  // namespace mote::codegen
