// Which layers can do with fewer bits, and which types the layers get under a budget.
//
// The sensitivity of a layer is measured: how far the network's scores move when this layer's weights alone have a
// type. Then each layer gets one type, so that the sum of the sensitivities is least and the sum of the costs is within
// the budget. Fine-tuning with the chosen types is the trainer's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "mote/doctor/diagnosis.h"
#include "mote/quant/number_types.h"

namespace mote::doctor {

// One layer with one type of weights.
struct TypeChoice {
  quant::WeightType type = quant::WeightType::kInt8;
  std::int64_t cost = 0;  // in the unit of the budget
  Effect effect;          // of this layer's weights alone
};

struct LayerSensitivity {
  std::int32_t node = -1;  // of the float graph
  std::string name;
  std::int64_t weights = 0;
  std::vector<TypeChoice> choices;  // in the order of the types asked for
};

// What a layer costs with a type: bytes of flash, instructions of an inference, bytes of RAM, …; >= 0.
using TypeCost = std::function<std::int64_t(std::int32_t node, quant::WeightType type)>;

// Bytes of the weights as they are stored, without scales and biases.
TypeCost stored_bytes(const quant::Draft& draft);

// Of each layer with weights, in execution order: one float run of the clips a type. Errors: kInvalid from
// JudgedSet::validate, or without types.
std::vector<LayerSensitivity> sensitivities(const quant::Draft& draft, const JudgedSet& clips,
                                            const std::vector<quant::WeightType>& types, const TypeCost& cost);

struct TypePlan {
  std::vector<std::size_t> chosen;  // by layer: index into its choices
  std::int64_t cost = 0;
  double divergence = 0;  // sum of those of the layers: what to expect of all together
};

// The cheapest plan there is, whatever it loses.
TypePlan cheapest_plan(const std::vector<LayerSensitivity>& layers);

// Least divergence within the budget, of plans with equal divergence the cheapest: multiple-choice knapsack by dynamic
// programming over the budget in 65536 steps at most (costs rounded up, so that the budget holds). Errors: kInvalid
// with the nearest budget that can be met.
TypePlan choose_types(const std::vector<LayerSensitivity>& layers, std::int64_t budget);

// The plan as QuantizeSettings::weights takes it; int8 for nodes without weights. `nodes` of the float graph.
std::vector<quant::WeightType> weight_types(const std::vector<LayerSensitivity>& layers, const TypePlan& plan,
                                            std::size_t nodes);

}  // namespace mote::doctor
