// Types of weights, layer by layer, as the report shows them: what each would cost and lose, and which was chosen.
// `mote doctor` proposes them, the step `mixed` of a recipe decides on them.
//
// What each field means, with its unit, stands once: in the table of src/report/type_fields.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mote::pipeline {

// One layer with one type of weights.
struct TypeOption {
  std::string type;
  std::int64_t bytes = 0;
  std::optional<std::int64_t> arena_bytes;
  std::optional<std::int64_t> instructions;
  double accuracy_lost = 0;
  double divergence = 0;
};

// The types of weights that a layer could have, and the one it gets.
struct LayerTypes {
  std::string layer;
  std::string chosen;
  std::int64_t weights = 0;
  std::vector<TypeOption> choices;
};

// A cost of the whole network on cortex-m4.
struct TypesCost {
  std::string name;
  std::int64_t int8 = 0;
  std::optional<std::int64_t> greatest;
  std::int64_t chosen = 0;
};

// What the step `mixed` measured and chose, before fine-tuning.
struct MixedPrecision {
  std::string split;
  std::int64_t clips = 0;
  double divergence = 0;
  std::vector<TypesCost> costs;
  std::vector<LayerTypes> layers;
};

}  // namespace mote::pipeline
