#include "stages/step_cost.h"

#include "mote/codegen/plan_for.h"
#include "stages/quantize.h"

namespace mote::pipeline {
namespace {

plan::Cost device_cost(const Recipe& recipe, const graph::Graph& trained) {
  const graph::Graph lowered = lower(recipe, trained);
  const std::vector<quant::Range> ranges(lowered.tensors.size(), {-1.0F, 1.0F});
  const graph::Graph quantized = quant::quantize(lowered, ranges, quantize_settings(recipe, lowered));
  return cortex_m4_cost(quantized);
}

double chosen(const plan::Cost& cost, trainer::ChannelCost what) {
  if (what == trainer::ChannelCost::kRam) return static_cast<double>(cost.arena_bytes);
  if (what == trainer::ChannelCost::kFlash) return static_cast<double>(cost.flash_bytes());
  return static_cast<double>(cost.instructions);
}

}  // namespace

plan::Cost cortex_m4_cost(const graph::Graph& int8_graph) {
  return plan::cost(codegen::plan_for(int8_graph, codegen::InstructionSet::kArmDsp));
}

trainer::GraphCost graph_cost(const Recipe& recipe) {
  if (recipe.narrow.cost == trainer::ChannelCost::kMacs) return {};
  return [&recipe](const graph::Graph& trained) { return chosen(device_cost(recipe, trained), recipe.narrow.cost); };
}

}  // namespace mote::pipeline
