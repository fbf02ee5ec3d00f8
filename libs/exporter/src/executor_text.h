// A plan as the tables of the runtime's executor.
#pragma once

#include <string>

#include "mote/plan/plan.h"

namespace mote::exporter {

// static const mote_tensor tensors[], mote_step steps[], mote_model model: what plan::HostModel holds in memory.
std::string executor_tables_text(const plan::Plan& plan);

}  // namespace mote::exporter
