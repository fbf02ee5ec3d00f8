// Which kernel of the runtime a step runs, with which parameters. Made by the lowering of an op; read by the host run,
// code generation and the exporter. The parameters live as long as any copy of the call.
#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "mote/plan/coded_weights.h"
#include "mote/plan/kernel_text.h"
#include "mote/runtime/model.h"

namespace mote::plan {

// Multipliers of a layer, one a channel or one in all. Their addresses are what a parameter struct points at.
struct ChannelTables {
  std::vector<std::int32_t> multipliers;
  std::vector<std::int8_t> shifts;
};

struct KernelCall {
  const mote_op* op = nullptr;             // names the kernel: op->name
  std::shared_ptr<const void> parameters;  // the kernel's parameter struct
  std::int32_t operands = 1;               // inputs that the kernel takes; those the node lacks are passed as absent
  std::int64_t table_bytes = 0;            // parameter struct and tables in flash
  const KernelText* text = nullptr;        // how the call is written as C
  std::shared_ptr<const CodedWeights> coded = {};  // what the kernel reads as operand 1; null: the graph's constant

  std::string_view kernel() const { return op->name; }

  // The parameter struct; `kernel_op` is the object that the struct's header declares (asserted to be this call's).
  template <class Parameters>
  const Parameters& parameters_as(const mote_op& kernel_op) const {
    assert(op == &kernel_op);
    (void)kernel_op;
    return *static_cast<const Parameters*>(parameters.get());
  }
};

// A call without tables.
template <class Parameters>
KernelCall make_call(const mote_op& op, const Parameters& parameters, std::int32_t operands) {
  return {&op, std::make_shared<const Parameters>(parameters), operands, sizeof(Parameters),
          &kernel_text<Parameters>()};
}

// A call whose struct has a member `scaling` of type mote_channel_scaling: it is pointed at `tables`.
template <class Parameters>
KernelCall make_call(const mote_op& op, const Parameters& parameters, std::int32_t operands, ChannelTables tables) {
  struct Owner {
    Parameters parameters;
    ChannelTables tables;
  };
  auto owner = std::make_shared<Owner>(Owner{parameters, std::move(tables)});
  mote_channel_scaling& scaling = owner->parameters.scaling;
  scaling.multipliers = owner->tables.multipliers.data();
  scaling.shifts = owner->tables.shifts.data();
  scaling.count = static_cast<std::int32_t>(owner->tables.multipliers.size());
  const auto bytes = static_cast<std::int64_t>(sizeof(Parameters)) + 5 * std::int64_t{scaling.count};
  const Parameters* address = &owner->parameters;
  return {&op, std::shared_ptr<const void>(owner, address), operands, bytes, &kernel_text<Parameters>()};
}

}  // namespace mote::plan
