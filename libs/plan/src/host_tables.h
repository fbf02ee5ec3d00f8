// The runtime's tables of a plan, in memory.
#pragma once

#include <vector>

#include "mote/plan/host_runner.h"
#include "mote/runtime/executor.h"

namespace mote::plan {

struct HostModel::Tables {
  Plan plan;
  std::vector<mote_tensor> tensors;  // of the graph, by their ids, then the rows that strips have of them
  std::vector<mote_step> steps;
  mote_model model{};
};

// Memory for one inference. The executor points into it.
struct HostRunner::Arena {
  explicit Arena(const mote_model& model);

  std::vector<std::uint8_t> bytes;
  mote_executor executor{};
};

}  // namespace mote::plan
