// Sum of two int8 tensors on Helium, four elements side by side.
//
// Intrinsics: both operands are widened, shifted left by 20 and scaled, their sum is scaled to the output. Exactness:
// the runtime's formula term by term; mote_helium_scale_4 (helium_text.cpp) is its double rounding for shifts <= 0,
// which is all that a sum has. In place: four elements are read before they are written, in ascending order.
#include <fmt/format.h>

#include "../generator.h"
#include "helium_text.h"
#include "mote/runtime/kernels/mote_add_s8.h"

namespace mote::codegen {
namespace {

using namespace helium;

constexpr std::string_view kName = "helium_add";
constexpr std::int64_t kCoreFlashBytes = 330;

constexpr std::string_view kHeader = R"(#include "mote_helium_base.h"

typedef struct mote_helium_add_operand {
  int32_t offset, multiplier, shift;
} mote_helium_add_operand;

typedef struct mote_helium_add_shape {
  int32_t count;
  mote_helium_add_operand a, b, output;
  int32_t least, greatest;
} mote_helium_add_shape;

void mote_helium_add(const int8_t* a, const int8_t* b, int8_t* output, const mote_helium_add_shape* shape);
)";

constexpr std::string_view kSource = R"(#include "mote_helium_add.h"

#if MOTE_HELIUM
static inline int32x4_t mote_helium_add_scale(int32x4_t x, const mote_helium_add_operand* o) {
  return mote_helium_scale_4(x, vdupq_n_s32(o->multiplier), vdupq_n_s32(o->shift));
}

static inline int32x4_t mote_helium_add_operand_4(const int8_t* from, mve_pred16_t some,
                                                  const mote_helium_add_operand* o) {
  const int32x4_t value = vaddq_n_s32(vldrbq_z_s32(from, some), o->offset);
  return mote_helium_add_scale(vshlq_n_s32(value, 20), o);
}

void mote_helium_add(const int8_t* a, const int8_t* b, int8_t* output, const mote_helium_add_shape* shape) {
  const mote_helium_add_shape s = *shape;
  for (int32_t left = s.count; left > 0; left -= 4, a += 4, b += 4, output += 4) {
    const mve_pred16_t some = vctp32q((uint32_t)left);
    const int32x4_t sum = vaddq_s32(mote_helium_add_operand_4(a, some, &s.a), mote_helium_add_operand_4(b, some, &s.b));
    const int32x4_t scaled = vqaddq_n_s32(mote_helium_add_scale(sum, &s.output), s.output.offset);
    vstrbq_p_s32(output, vminq_s32(vmaxq_s32(scaled, vdupq_n_s32(s.least)), vdupq_n_s32(s.greatest)), some);
  }
}
#else
static int32_t mote_helium_add_operand_1(int8_t value, const mote_helium_add_operand* o) {
  return mote_helium_scale((value + o->offset) * (INT32_C(1) << 20), o->multiplier, o->shift);
}

void mote_helium_add(const int8_t* a, const int8_t* b, int8_t* output, const mote_helium_add_shape* shape) {
  const mote_helium_add_shape s = *shape;
  for (int32_t i = 0; i < s.count; ++i) {
    const int32_t sum = mote_helium_add_operand_1(a[i], &s.a) + mote_helium_add_operand_1(b[i], &s.b);
    output[i] = mote_helium_requantize(sum, s.output.multiplier, s.output.shift, s.output.offset, s.least, s.greatest);
  }
}
#endif
)";

const mote_add_s8_params& parameters(const Layer& layer) {
  return layer.call.parameters_as<mote_add_s8_params>(mote_add_s8_op);
}

class HeliumAdd final : public Generator {
 public:
  std::vector<plan::KernelOption> offer(const Layer& layer) const override {
    if (layer.set != InstructionSet::kHelium || layer.call.op != &mote_add_s8_op) return {};
    plan::KernelOption option;
    option.name = kName;
    option.inputs = {plan::Layout::kNhwc, plan::Layout::kNhwc};
    option.overlaps = {{0, 0, 1}, {1, 0, 1}};
    option.flash_bytes = 48 + 32;
    option.cores = {"mote_helium_add"};
    option.core_flash_bytes = kCoreFlashBytes;
    option.instructions = 60 + (parameters(layer).count + 3) / 4 * 45;
    option.reason = "4 elements side by side";
    return {option};
  }

  LayerText emit(const Layer& layer, const LayerCall& call) const override {
    const mote_add_s8_params& p = parameters(layer);
    const auto operand = [](std::int32_t offset, const mote_scaling& scaling) {
      return fmt::format("{{{}, {}, {}}}", offset, scaling.multiplier, scaling.shift);
    };
    std::string text =
        fmt::format("static const mote_helium_add_shape {}_shape = {{{}, {}, {}, {}, {}, {}}};\n\n", call.symbol,
                    p.count, operand(p.input1_offset, p.input1), operand(p.input2_offset, p.input2),
                    operand(p.output_offset, p.output), p.activation.min, p.activation.max);
    text += fmt::format("static void {0}(uint8_t* arena) {{\n  mote_helium_add((const int8_t*)(arena + {1}), ",
                        call.symbol, call.inputs[0].offset_bytes);
    text += fmt::format("(const int8_t*)(arena + {}), (int8_t*)(arena + {}), &{}_shape);\n}}\n",
                        call.inputs[1].offset_bytes, call.output.offset_bytes, call.symbol);
    return {std::move(text), {base_core(), {"mote_helium_add", std::string(kHeader), std::string(kSource)}}};
  }
};

}  // namespace

const Generator& helium_add_generator() {
  static const HeliumAdd generator;
  return generator;
}

}  // namespace mote::codegen
