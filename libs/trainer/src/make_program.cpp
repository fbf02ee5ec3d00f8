#include "make_program.h"

namespace mote::trainer {

std::unique_ptr<Program> make_program(const graph::Graph& graph, std::int64_t max_batch, ThreadPool& pool,
                                      Simulation* simulation) {
  auto fused = make_fused_program(graph, max_batch, pool, simulation);
  return fused ? std::move(fused) : make_reference_program(graph, max_batch, pool, simulation);
}

}  // namespace mote::trainer
