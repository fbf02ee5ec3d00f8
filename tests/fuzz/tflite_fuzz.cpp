// Any bytes as a .tflite file: read, planned and run once, or refused by an Error; never a crash. What was read must
// survive a round trip.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "mote/base/error.h"
#include "mote/graph/text.h"
#include "mote/plan/host_runner.h"
#include "mote/tflite/reader.h"
#include "mote/tflite/writer.h"

namespace {

// Larger models are well-formed but would only slow the fuzzer down.
constexpr std::int64_t kMostArenaBytes = 1 << 20;
constexpr std::int64_t kMostProducts = 1 << 22;

void run_once(const mote::graph::Graph& graph) {
  mote::plan::Plan plan = mote::plan::make_plan(graph);
  if (plan.arena_bytes > kMostArenaBytes || mote::graph::multiply_accumulates(graph) > kMostProducts) return;
  const mote::plan::HostModel model(std::move(plan));
  mote::plan::invoke(model, std::vector<std::int8_t>(static_cast<std::size_t>(model.input_bytes())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const mote::tflite::ImportedModel model = mote::tflite::read_model({data, size});
    if (!(mote::tflite::read_model(mote::tflite::write_model(model.graph)).graph == model.graph)) std::abort();
    run_once(model.graph);
  } catch (const mote::Error&) {
  }
  return 0;
}
