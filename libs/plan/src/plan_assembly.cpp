#include "plan_assembly.h"

#include <algorithm>

namespace mote::plan {
namespace {

class Assembly {
 public:
  Assembly(graph::Graph graph, const std::vector<Lowered>& lowered, const Candidate& chosen, const StripPlan* strips)
      : lowered_(lowered), chosen_(chosen), strips_(strips), next_scratch_(chosen.steps.values.size()) {
    plan_.graph = std::move(graph);
    if (strips != nullptr) plan_.strips = strips->strips;
  }

  Plan run() {
    plan_.blocks = chosen_.arena.blocks;
    plan_.arena_bytes = chosen_.arena.bytes;
    plan_.arena_lower_bound_bytes = chosen_.arena.lower_bound_bytes;
    for (std::size_t i = 0; i < chosen_.steps.values.size(); ++i) place_value(i);
    for (std::int32_t index : chosen_.order) {
      begins_.push_back(static_cast<std::int32_t>(plan_.steps.size()));
      const StepDraft& draft = chosen_.steps.steps[static_cast<std::size_t>(index)];
      const bool is_strips = strips_ != nullptr && draft.node == 0;
      is_strips ? add_strips(draft) : add_step(draft);
    }
    begins_.push_back(static_cast<std::int32_t>(plan_.steps.size()));
    for (Block& block : plan_.blocks) count_in_steps(block);
    return std::move(plan_);
  }

 private:
  void place_value(std::size_t index) {
    const Value& value = chosen_.steps.values[index];
    if (value.is_carried) plan_.carried.push_back(static_cast<std::int32_t>(index));
    plan_.placements.push_back({value.tensor, static_cast<std::int32_t>(index), plan_.blocks[index].offset_bytes,
                                value.size_bytes, value.layout});
  }

  // Of a draft that is not the strips'.
  std::int32_t node_of(const StepDraft& draft) const {
    if (strips_ == nullptr || draft.node < 0) return draft.node;
    return draft.node - 1 + strips_->strips.cut.layers;
  }

  // Where the scratch of the next step that has any lies.
  std::size_t take_scratch() { return next_scratch_++; }

  void add_step(const StepDraft& draft) {
    Step step;
    step.node = node_of(draft);
    step.option = draft.option;
    step.why = draft.why;
    step.reads = draft.reads;
    step.writes = draft.writes;
    step.scratch_bytes = draft.option.scratch_bytes;
    if (step.scratch_bytes > 0) step.scratch_offset_bytes = plan_.blocks[take_scratch()].offset_bytes;
    if (!step.is_layout_change()) {
      step.completes = plan_.graph.nodes[static_cast<std::size_t>(step.node)].outputs;
      step.call = lowered_[static_cast<std::size_t>(step.node)].stored();
    }
    plan_.steps.push_back(std::move(step));
  }

  void add_strips(const StepDraft& joint) {
    const auto begin = static_cast<std::int32_t>(plan_.steps.size());
    const std::size_t scratch = take_scratch();
    const Placement input = plan_.placements[static_cast<std::size_t>(joint.reads.front())];
    const Placement output = plan_.placements[static_cast<std::size_t>(joint.writes.front())];
    std::int32_t first_place = 0;
    for (const StripStep& at : strips_->steps) {
      if (at.place == 0) first_place = place_strip(at.strip, scratch, input, output);
      add_strip_step(at, begin, first_place, scratch);
    }
    plan_.steps.back().completes = {output.tensor};
  }

  const StripPart& part_of(std::int32_t strip) const {
    const Strip& one = strips_->strips.strips[static_cast<std::size_t>(strip)];
    return strips_->parts[static_cast<std::size_t>(one.graph)];
  }

  // The values of a strip. Returns the index of the first.
  std::int32_t place_strip(std::int32_t index, std::size_t scratch, const Placement& input, const Placement& output) {
    const auto first = static_cast<std::int32_t>(plan_.placements.size());
    const Strip& strip = strips_->strips.strips[static_cast<std::size_t>(index)];
    const graph::Graph& graph = strips_->strips.graphs[static_cast<std::size_t>(strip.graph)].graph;
    const Candidate& chosen = part_of(index).chosen;
    for (std::size_t i = 0; i < chosen.steps.values.size(); ++i) {
      const Value& value = chosen.steps.values[i];
      const std::int64_t size_bytes = stored_bytes(graph.tensor(value.tensor), value.layout);
      Placement place{value.tensor,
                      static_cast<std::int32_t>(scratch),
                      plan_.blocks[scratch].offset_bytes + chosen.arena.blocks[i].offset_bytes,
                      size_bytes,
                      value.layout,
                      index};
      if (value.is_input) place_in(place, input, strip.input_offset_bytes);
      if (value.is_output) place_in(place, output, strip.output_offset_bytes);
      plan_.placements.push_back(place);
    }
    return first;
  }

  static void place_in(Placement& place, const Placement& whole, std::int64_t offset_bytes) {
    place.block = whole.block;
    place.offset_bytes = whole.offset_bytes + offset_bytes;
  }

  void add_strip_step(const StripStep& at, std::int32_t begin, std::int32_t first_place, std::size_t scratch) {
    const StripPart& part = part_of(at.strip);
    const auto index = static_cast<std::size_t>(part.chosen.order[static_cast<std::size_t>(at.place)]);
    const StepDraft& draft = part.chosen.steps.steps[index];
    Step step;
    step.node = draft.node;
    step.strip = at.strip;
    step.twin = at.twin < 0 ? -1 : begin + at.twin;
    step.option = draft.option;
    step.option.flash_bytes = at.flash_bytes;
    step.why = draft.why;
    for (std::int32_t value : draft.reads) step.reads.push_back(first_place + value);
    for (std::int32_t value : draft.writes) step.writes.push_back(first_place + value);
    step.scratch_bytes = draft.option.scratch_bytes;
    if (step.scratch_bytes > 0)
      step.scratch_offset_bytes = plan_.blocks[scratch].offset_bytes + scratch_offset(part.chosen, at.place);
    if (step.node >= 0) step.call = part.lowered[static_cast<std::size_t>(step.node)].stored();
    plan_.steps.push_back(std::move(step));
  }

  // In the strips' own arena, which has blocks of values first, then of the scratch that steps have.
  static std::int64_t scratch_offset(const Candidate& chosen, std::int32_t place) {
    const auto has_scratch = [&](std::int32_t step) {
      return chosen.steps.steps[static_cast<std::size_t>(step)].option.scratch_bytes > 0;
    };
    const auto before = std::count_if(chosen.order.begin(), chosen.order.begin() + place, has_scratch);
    return chosen.arena.blocks[chosen.steps.values.size() + static_cast<std::size_t>(before)].offset_bytes;
  }

  // From places in the chosen order to steps.
  void count_in_steps(Block& block) const {
    const auto places = static_cast<std::int32_t>(begins_.size()) - 1;
    const bool until_end = block.last_step >= places;
    block.first_step = begins_[static_cast<std::size_t>(block.first_step)];
    block.last_step = until_end ? begins_.back() : begins_[static_cast<std::size_t>(block.last_step) + 1] - 1;
  }

  Plan plan_;
  const std::vector<Lowered>& lowered_;
  const Candidate& chosen_;
  const StripPlan* strips_;
  std::size_t next_scratch_;
  std::vector<std::int32_t> begins_;  // by place in the order: its first step
};

}  // namespace

Plan assemble(graph::Graph graph, const std::vector<Lowered>& lowered, const Candidate& chosen,
              const StripPlan* strips) {
  return Assembly(std::move(graph), lowered, chosen, strips).run();
}

}  // namespace mote::plan
