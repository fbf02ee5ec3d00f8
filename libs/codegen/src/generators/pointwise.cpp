// 1×1 convolutions of stride 1 on planes (kArmDsp): blocks of 4 positions, or 3, of all channels.
//
// Each block is read into the patch whole (expand_core.h) before a byte of its output is written, and no later block
// reads or writes its columns. So the output may lie over the input at any whole number of planes, up or down, whether
// channels grow or shrink. The last block runs into the bytes between H·W and the pitch. Weights of less than a byte
// are unpacked for several blocks at once (unpacked_gemm.h), which are read as one.
#include <fmt/format.h>

#include "../expand_core.h"
#include "../gemm_layer.h"
#include "mote/graph/ops/conv2d.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"

namespace mote::codegen {
namespace {

constexpr std::int64_t kLayerInstructions = 16;
constexpr std::int64_t kBlockInstructions = 10;
constexpr std::int64_t kCodeBytes = 44;
constexpr std::int64_t kLoopBytes = 20;

struct Variant {
  const char* name;
  GemmChoice choice;
};

constexpr Variant kVariants[] = {
    {"pointwise_4x2_s8", {Carrier::kPackedWeights, Fit::kAnyDepth, 4}},
    {"pointwise_4x2_s8_unrolled", {Carrier::kPackedWeights, Fit::kBuiltIn, 4}},
    {"pointwise_3x2_s8", {Carrier::kPackedWeights, Fit::kAnyDepth, 3}},
    {"pointwise_3x2_s8_unrolled", {Carrier::kPackedWeights, Fit::kBuiltIn, 3}},
    {"pointwise_4x2_s16", {Carrier::kWideWeights, Fit::kAnyDepth, 4}},
    {"pointwise_4x2_s16_unrolled", {Carrier::kWideWeights, Fit::kBuiltIn, 4}},
    {"pointwise_3x2_s16_unrolled", {Carrier::kWideWeights, Fit::kBuiltIn, 3}},
    {"narrow_pointwise_x2", unpacked_choice(2)},
    {"narrow_pointwise_x4", unpacked_choice(4)},
    {"narrow_pointwise_x8", unpacked_choice(8)},
};

const mote_conv2d_s8_params* parameters(const Layer& layer) {
  if (layer.set != InstructionSet::kArmDsp || layer.call.op != &mote_conv2d_s8_op) return nullptr;
  const auto& p = layer.call.parameters_as<mote_conv2d_s8_params>(mote_conv2d_s8_op);
  const mote_window& w = p.window;
  const bool is_pointwise = w.kernel_h == 1 && w.kernel_w == 1 && w.stride_h == 1 && w.stride_w == 1;
  return is_pointwise && w.pad_top == 0 && w.pad_left == 0 ? &p : nullptr;
}

struct Geometry {
  std::int64_t positions = 0;
  std::int64_t pitch = 0;
  std::int64_t input_planes = 0;
};

Geometry geometry_of(const Layer& layer) {
  const plan::PlaneGeometry g = plan::plane_geometry(layer.input(0));
  return {g.positions(), g.pitch_bytes(), g.channels};
}

// Blocks of 3 must end inside the pitch, with the byte that expand_core reads beyond them.
bool blocks_fit(const Geometry& geometry, std::int32_t positions) {
  return positions == 4 || (geometry.positions + 2) / 3 * 3 < geometry.pitch;
}

std::optional<GemmLayer> gemm_of(const Layer& layer, const Variant& variant) {
  const Geometry geometry = geometry_of(layer);
  if (!blocks_fit(geometry, variant.choice.positions)) return std::nullopt;
  if (has_idle_blocks(variant.choice, (geometry.positions + 3) / 4)) return std::nullopt;
  std::vector<std::int32_t> slots;
  for (std::int32_t k = 0; k < geometry.input_planes; ++k) slots.push_back(k);
  return gemm_layer(layer, variant.choice, std::move(slots), 128);
}

plan::KernelOption option_of(const Layer& layer, const Variant& variant, const GemmLayer& gemm) {
  const Geometry geometry = geometry_of(layer);
  const std::int32_t positions = variant.choice.positions;
  const std::int64_t blocks = (geometry.positions + positions - 1) / positions;
  plan::KernelOption option;
  option.name = variant.name;
  option.inputs = {plan::Layout::kPlanes};
  option.output = plan::Layout::kPlanes;
  option.scratch_bytes = gemm_scratch_bytes(gemm);
  option.overlaps = {{0, -geometry.input_planes * geometry.pitch, geometry.pitch}};
  option.flash_bytes =
      kCodeBytes - (blocks == 1 ? kLoopBytes : 0) + gemm_call_bytes(gemm) + gemm_table_bytes(layer, gemm);
  option.cores = {expand_core(positions).name};
  for (const std::string& core : gemm_core_names(gemm)) option.cores.push_back(core);
  option.core_flash_bytes = expand_core_bytes(positions) + gemm_cores_bytes(gemm);
  option.instructions = kLayerInstructions +
                        blocks * (kBlockInstructions + expand_core_instructions(positions, geometry.input_planes)) +
                        gemm_instructions(gemm, blocks);
  option.reason = gemm_reason(variant.choice);
  return option;
}

class PointwiseGenerator final : public Generator {
 public:
  bool packs_weights() const override { return true; }

  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    std::vector<plan::KernelOption> options;
    if (parameters(layer) == nullptr) return options;
    for (const Variant& variant : kVariants) {
      if (const auto gemm = gemm_of(layer, variant)) options.push_back(option_of(layer, variant, *gemm));
    }
    return options;
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    for (const Variant& variant : kVariants) {
      if (call.option == variant.name) return text_of(layer, call, variant);
    }
    return {};
  }

 private:
  static LayerText text_of(const Layer& layer, const LayerCall& call, const Variant& variant) {
    const GemmLayer gemm = *gemm_of(layer, variant);
    const Geometry geometry = geometry_of(layer);
    const Core expand = expand_core(variant.choice.positions);
    const std::string output = fmt::format("arena + {}", call.output.offset_bytes) + " + {}";
    LayerText result;
    result.cores = gemm_cores(gemm);
    result.cores.push_back(expand);
    result.text = gemm_tables(layer, gemm, call.symbol);
    result.text += fmt::format(
        "static void {0}(uint8_t* arena) {{\n"
        "  uint32_t* patch = (uint32_t*)(void*)(arena + {1});\n"
        "{9}"
        "  for (uint32_t p = 0; p < {2}; p += {3}) {{\n"
        "    {4}(arena + {5} + p, {6}, {10}, {7});\n"
        "{8}"
        "  }}\n"
        "}}\n",
        call.symbol, call.scratch_offset_bytes, geometry.positions, variant.choice.positions, expand.name,
        call.inputs[0].offset_bytes, geometry.pitch, geometry.input_planes,
        gemm_calls(layer, gemm, call.symbol, {std::to_string(geometry.positions), output}), gemm_declarations(gemm),
        gemm_patch(gemm));
    return result;
  }
};

}  // namespace

const Generator& pointwise_generator() {
  static const PointwiseGenerator generator;
  return generator;
}

}  // namespace mote::codegen
