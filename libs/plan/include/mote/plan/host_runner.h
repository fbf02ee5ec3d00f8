// Runs a plan on this machine by the runtime's own C: the one int8 implementation of mote, so what it answers is what
// the device answers.
//
// HostModel holds the tables (weights, parameters), is immutable and may be shared by threads. HostRunner adds an arena
// and is used by one thread at a time; a copy shares the tables and is cheap.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "mote/plan/plan.h"

namespace mote::plan {

class HostModel {
 public:
  // Builds the runtime's tables from the plan. Errors: kInvalid for a plan that is not portable, and with the runtime's
  // own words if it refuses the tables.
  explicit HostModel(Plan plan);
  ~HostModel();
  HostModel(const HostModel&) = delete;
  HostModel& operator=(const HostModel&) = delete;

  const Plan& plan() const;
  // Bytes of all graph inputs (outputs), one after the other in the graph's order.
  std::int64_t input_bytes() const;
  std::int64_t output_bytes() const;
  // The first input (output) of the graph, and its scale and zero point.
  const graph::Tensor& input_tensor() const;
  const graph::Tensor& output_tensor() const;
  const graph::Quant& input_quant() const;
  const graph::Quant& output_quant() const;
  // The model as the runtime sees it, for the exporter. Lives as long as this object.
  const mote_model& tables() const;

 private:
  friend class HostRunner;
  struct Tables;
  void check() const;

  std::unique_ptr<Tables> tables_;
};

class HostRunner {
 public:
  // Shows a tensor of the graph right after the step that completes it: its bytes, two a value for int16. The span
  // lives during the call.
  using Observer = std::function<void(graph::TensorId tensor, std::span<const std::int8_t> values)>;

  // Errors: kInvalid from make_plan and HostModel.
  explicit HostRunner(const graph::Graph& graph);
  explicit HostRunner(std::shared_ptr<const HostModel> model);
  HostRunner(const HostRunner& other);
  HostRunner& operator=(const HostRunner& other);
  HostRunner(HostRunner&&) noexcept;
  HostRunner& operator=(HostRunner&&) noexcept;
  ~HostRunner();

  const HostModel& model() const { return *model_; }

  // One inference. Sizes are input_bytes() and output_bytes(). Errors: kInvalid for other sizes.
  void run(std::span<const std::int8_t> input, std::span<std::int8_t> output);
  // One inference with every layer shown in execution order (each node's outputs).
  void run(std::span<const std::int8_t> input, const Observer& observe);

 private:
  struct Arena;
  std::shared_ptr<const HostModel> model_;
  std::unique_ptr<Arena> arena_;
};

// For `mote invoke`: whole records, laid one after the other without header. `layers`, if asked for, holds every node's
// output in the order of the graph for each record (the order of TFLM's dumps).
struct Invocation {
  std::vector<std::int8_t> outputs;
  std::vector<std::int8_t> layers;
};

enum class Layers : std::uint8_t { kSkip, kRecord };

// Errors: kInvalid unless `inputs` is a whole number of records and at least one.
Invocation invoke(const HostModel& model, std::span<const std::int8_t> inputs, Layers layers = Layers::kSkip);

}  // namespace mote::plan
