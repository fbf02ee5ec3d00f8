// Which layers can do with fewer bits, and which types the layers get under budgets.
//
// The sensitivity of a layer is measured: how far the network's scores move when this layer's weights alone have a
// type. Then each layer gets one type, so that the sum of the sensitivities is least and the network is within every
// budget. Fine-tuning with the chosen types is the trainer's.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "mote/doctor/diagnosis.h"
#include "mote/quant/number_types.h"

namespace mote::doctor {

// What a whole network costs a device.
struct NetworkCost {
  std::int64_t weight_bytes = 0;
  std::int64_t arena_bytes = 0;
  std::int64_t instructions = 0;  // of an inference
};

inline constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

// The most that a network may cost.
struct TypeBudget {
  std::int64_t weight_bytes = kNoLimit;
  std::int64_t arena_bytes = kNoLimit;
  std::int64_t instructions = kNoLimit;
};

// The cost of the network with these types, one a node of the float graph.
using CostOfTypes = std::function<NetworkCost(const std::vector<quant::WeightType>& types)>;

// Bytes of all weights as they are stored, without scales and biases; no other cost.
CostOfTypes stored_weights(const quant::Draft& draft);

// One layer with one type of weights, all others with int8.
struct TypeChoice {
  quant::WeightType type = quant::WeightType::kInt8;
  std::int64_t bytes = 0;  // of this layer's weights as they are stored
  NetworkCost cost;        // of the whole network
  Effect effect;           // of this layer's weights alone
};

struct LayerSensitivity {
  std::int32_t node = -1;  // of the float graph
  std::string name;
  std::int64_t weights = 0;
  std::vector<TypeChoice> choices;  // in the order of the types asked for
};

struct TypeTable {
  std::size_t nodes = 0;                 // of the float graph
  NetworkCost int8;                      // of the network with int8 in every layer
  std::vector<LayerSensitivity> layers;  // those with weights, in execution order
};

// What the layers could be and what that costs, effects left zero. Errors: kInvalid without types.
TypeTable type_costs(const quant::Draft& draft, const std::vector<quant::WeightType>& types, const CostOfTypes& cost);

// The same with the effects: one float run of the clips for each type of each layer. Errors: those of type_costs();
// kInvalid from JudgedSet::validate.
TypeTable sensitivities(const quant::Draft& draft, const JudgedSet& clips, const std::vector<quant::WeightType>& types,
                        const CostOfTypes& cost);

struct TypePlan {
  std::vector<std::size_t> chosen;  // by layer: index into its choices
  NetworkCost cost;                 // of the network with all of them
  double divergence = 0;            // sum of those of the layers: what to expect of all together
};

// Least divergence within the budgets, of plans with equal divergence one with the least weights where they have a
// budget. Multiple-choice knapsack by dynamic programming over the budgets of weights and instructions, in 65536 steps
// (1024 each where both have one; costs rounded up, so that budgets hold). What layers add to weights and instructions
// is taken as their sum, of the arena as the greatest; `cost` then judges the whole, and where the layers together cost
// more than that, it is searched again below. Errors: kInvalid with the nearest budget that can be met.
TypePlan choose_types(const TypeTable& table, const TypeBudget& budget, const CostOfTypes& cost);

// The plan as QuantizeSettings::weights takes it; int8 for nodes without weights.
std::vector<quant::WeightType> weight_types(const TypeTable& table, const std::vector<std::size_t>& chosen);

}  // namespace mote::doctor
