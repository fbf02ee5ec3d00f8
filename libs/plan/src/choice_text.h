// Reasons of a choice, and of finding none, for people.
#pragma once

#include <string>
#include <vector>

#include "kernel_choice.h"

namespace mote::plan {

// One clause: why `pick` among the offers of a node.
std::string why_picked(const std::vector<KernelOption>& offers, std::int32_t pick);

// No candidate keeps the limits. Errors: always kInvalid, with needed, available, largest contributors, and what would
// fit.
[[noreturn]] void refuse_limits(const graph::Graph& graph, const std::vector<Candidate>& candidates,
                                const Limits& limits);

}  // namespace mote::plan
