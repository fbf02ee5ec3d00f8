#include "arena_map.h"

#include <algorithm>

namespace mote::plan {
namespace {

using graph::TensorId;

class ArenaMap {
 public:
  ArenaMap(const Plan& plan, const std::vector<Lowered>& lowered, Reuse reuse)
      : plan_(plan),
        lowered_(lowered),
        reuse_(reuse),
        last_read_(plan.graph.tensors.size(), -1),
        block_of_(plan.graph.tensors.size(), -1) {}

  void build() {
    find_last_reads();
    for (TensorId id : plan_.graph.inputs) open_block(id, 0);
    for (std::size_t step = 0; step < plan_.steps.size(); ++step) place_outputs(static_cast<std::int32_t>(step));
  }

  const std::vector<Block>& blocks() const { return blocks_; }
  std::int32_t block_of(TensorId id) const { return block_of_[static_cast<std::size_t>(id)]; }

 private:
  void find_last_reads() {
    const auto last_step = static_cast<std::int32_t>(plan_.steps.size()) - 1;
    for (std::int32_t step = 0; step <= last_step; ++step) {
      for (TensorId id : node(step).inputs) last_read_[static_cast<std::size_t>(id)] = step;
    }
    // Outputs are read after the last step.
    for (TensorId id : plan_.graph.outputs) last_read_[static_cast<std::size_t>(id)] = last_step + 1;
  }

  void place_outputs(std::int32_t step) {
    for (TensorId output : node(step).outputs) {
      const std::int32_t block = dead_input_block(step, output);
      if (block < 0) {
        open_block(output, step);
        continue;
      }
      block_of_[static_cast<std::size_t>(output)] = block;
      extend(block, output, step);
    }
  }

  // The block of an input that this step may write over with `output`, or -1.
  std::int32_t dead_input_block(std::int32_t step, TensorId output) const {
    if (reuse_ == Reuse::kNone) return -1;
    for (std::int32_t index : lowered_[static_cast<std::size_t>(step)].overwritable) {
      const TensorId input = node(step).inputs[static_cast<std::size_t>(index)];
      const graph::Tensor& tensor = plan_.graph.tensor(input);
      const bool dies_here = !tensor.constant && last_read_[static_cast<std::size_t>(input)] == step;
      if (dies_here && plan_.graph.tensor(output).bytes() <= tensor.bytes()) return block_of(input);
    }
    return -1;
  }

  void open_block(TensorId id, std::int32_t step) {
    block_of_[static_cast<std::size_t>(id)] = static_cast<std::int32_t>(blocks_.size());
    blocks_.push_back({plan_.graph.tensor(id).bytes(), step, step, 0});
    extend(block_of(id), id, step);
  }

  void extend(std::int32_t block, TensorId id, std::int32_t step) {
    Block& target = blocks_[static_cast<std::size_t>(block)];
    target.last_step = std::max({target.last_step, step, last_read_[static_cast<std::size_t>(id)]});
  }

  const graph::Node& node(std::int32_t step) const {
    return plan_.graph.nodes[static_cast<std::size_t>(plan_.steps[static_cast<std::size_t>(step)].node)];
  }

  const Plan& plan_;
  const std::vector<Lowered>& lowered_;
  Reuse reuse_;
  std::vector<std::int32_t> last_read_;  // by tensor: the last step that reads it, -1 for none
  std::vector<std::int32_t> block_of_;   // by tensor, -1 for constants
  std::vector<Block> blocks_;
};

}  // namespace

void map_arena(Plan& plan, const std::vector<Lowered>& lowered, Reuse reuse) {
  ArenaMap map(plan, lowered, reuse);
  map.build();
  plan.blocks = map.blocks();
  std::vector<std::size_t> scratch_block(plan.steps.size(), 0);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (plan.steps[i].scratch_bytes == 0) continue;
    const auto step = static_cast<std::int32_t>(i);
    scratch_block[i] = plan.blocks.size();
    plan.blocks.push_back({plan.steps[i].scratch_bytes, step, step, 0});
  }
  plan.arena_bytes = place_by_size(plan.blocks);
  plan.arena_lower_bound_bytes = lower_bound_bytes(plan.blocks);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (plan.steps[i].scratch_bytes > 0)
      plan.steps[i].scratch_offset_bytes = plan.blocks[scratch_block[i]].offset_bytes;
  }
  for (std::size_t i = 0; i < plan.graph.tensors.size(); ++i) {
    const auto id = static_cast<TensorId>(i);
    const std::int32_t block = map.block_of(id);
    if (block < 0) continue;
    const Block& place = plan.blocks[static_cast<std::size_t>(block)];
    plan.placements.push_back({id, block, place.offset_bytes, plan.graph.tensor(id).bytes(), Layout::kNhwc});
  }
}

}  // namespace mote::plan
