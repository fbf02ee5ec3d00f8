#include <gtest/gtest.h>

#include "mote/base/error.h"
#include "mote/codegen/layer_kernels.h"

namespace mote::codegen {
namespace {

graph::Tensor activation(graph::Shape shape) {
  graph::Tensor tensor;
  tensor.name = "x";
  tensor.type = graph::DType::kInt8;
  tensor.shape = std::move(shape);
  return tensor;
}

}  // namespace

TEST(LayoutChange, NamesTheLayoutsThatItReadsAndWrites) {
  const auto option =
      layout_change(activation({1, 5, 3, 4}), plan::Layout::kNhwc, plan::Layout::kPlanes, InstructionSet::kArmDsp);
  EXPECT_EQ(option.inputs, std::vector<plan::Layout>{plan::Layout::kNhwc});
  EXPECT_EQ(option.output, plan::Layout::kPlanes);
  EXPECT_TRUE(option.overlaps.empty());
  EXPECT_GT(option.instructions, 60);
}

TEST(LayoutChange, LeavesALoneChannelWhereItLies) {
  for (const auto& [from, to] :
       {std::pair{plan::Layout::kNhwc, plan::Layout::kPlanes}, std::pair{plan::Layout::kPlanes, plan::Layout::kNhwc}}) {
    const auto option = layout_change(activation({1, 49, 40, 1}), from, to, InstructionSet::kArmDsp);
    ASSERT_EQ(option.overlaps.size(), 1U);
    EXPECT_EQ(option.overlaps[0].input, 0);
    EXPECT_EQ(option.overlaps[0].least_distance_bytes, 0);
  }
}

TEST(LayoutChange, CallsItsCoreWithPositionsChannelsAndPitch) {
  const LayerCall call{"change", "mote_nhwc_to_planes", {{plan::Layout::kNhwc, 16}}, {plan::Layout::kPlanes, 96}, 0};
  const LayerText text = emit_layout_change(activation({1, 5, 3, 4}), InstructionSet::kArmDsp, call);
  EXPECT_EQ(text.text,
            "static void change(uint8_t* arena) {\n  mote_nhwc_to_planes(arena + 16, arena + 96, 15, 4, 16);\n}\n");
  ASSERT_EQ(text.cores.size(), 1U);
  EXPECT_EQ(text.cores[0].name, "mote_nhwc_to_planes");
}

TEST(LayoutChange, IsRefusedWhereTheLayoutStays) {
  EXPECT_THROW(layout_change(activation({1, 4}), plan::Layout::kPlanes, plan::Layout::kPlanes, InstructionSet::kArmDsp),
               Error);
}

}  // namespace mote::codegen
