#include "executor_text.h"

#include <fmt/format.h>

#include "c_text.h"
#include "layer_text.h"
#include "mote/plan/host_runner.h"

namespace mote::exporter {
namespace {

template <class Value>
std::string list(const Value* values, std::int32_t count) {
  return fmt::format("{{{}}}", fmt::join(values, values + count, ", "));
}

std::string tensor_row(const mote_tensor& tensor, graph::TensorId id) {
  return fmt::format("  {{{}, {}, {}, {}, {}, {}, {}u, {}u}},\n", tensor.type, tensor.rank, tensor.zero_point,
                     list(tensor.dims, tensor.rank), float_literal(tensor.scale),
                     tensor.data == nullptr ? "NULL" : constant_symbol(id), tensor.offset, tensor.bytes);
}

std::string step_row(const plan::Plan& plan, const mote_step& step, std::size_t index) {
  return fmt::format("  {{&{}_op, &{}, {}, {}, {}, {}, {}u, {}u}},\n", step.op->name, parameter_symbol(plan, index),
                     step.input_count, step.output_count, list(step.inputs, step.input_count),
                     list(step.outputs, step.output_count), step.scratch_offset, step.scratch_bytes);
}

}  // namespace

std::string executor_tables_text(const plan::Plan& plan) {
  const plan::HostModel host(plan);
  const mote_model& model = host.tables();
  std::string text = fmt::format("static const mote_tensor tensors[{}] = {{\n", model.tensor_count);
  for (std::int32_t i = 0; i < model.tensor_count; ++i) text += tensor_row(model.tensors[i], i);
  text += fmt::format("}};\n\nstatic const mote_step steps[{}] = {{\n", model.step_count);
  for (std::int32_t i = 0; i < model.step_count; ++i)
    text += step_row(plan, model.steps[i], static_cast<std::size_t>(i));
  return text +
         fmt::format(
             "}};\n\nstatic const mote_model model = {{\n"
             "  MOTE_MODEL_SEAL({0}, {1}), MOTE_MODEL_VERSION, tensors, {0}, steps, {1}, {2}, {3}, {4}, {5}, {6}u,\n"
             "}};\n\n",
             model.tensor_count, model.step_count, model.input_count, model.output_count,
             list(model.inputs, model.input_count), list(model.outputs, model.output_count), model.arena_bytes);
}

}  // namespace mote::exporter
