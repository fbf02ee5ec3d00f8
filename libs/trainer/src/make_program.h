// The program that trains a graph: the fused one where the graph fits it, else the reference.
#pragma once

#include <memory>

#include "program.h"

namespace mote::trainer {

// Errors: those of make_reference_program().
std::unique_ptr<Program> make_program(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool,
                                      Simulation* simulation = nullptr);

}  // namespace mote::trainer
