// Any bytes as the text form of a graph: read and verified, or refused by an Error; never a crash. What was read must
// print to a text that reads back and prints the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mote/base/error.h"
#include "mote/graph/text.h"

namespace {

void verify_or_refuse(const mote::graph::Graph& graph, mote::graph::Stage stage) {
  try {
    mote::graph::verify(graph, stage);
    mote::graph::multiply_accumulates(graph);
  } catch (const mote::Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const mote::graph::Graph graph = mote::graph::parse({reinterpret_cast<const char*>(data), size});
    const std::string text = mote::graph::print(graph);
    if (mote::graph::print(mote::graph::parse(text)) != text) std::abort();
    for (auto stage : {mote::graph::Stage::kTrain, mote::graph::Stage::kFloat, mote::graph::Stage::kInt8}) {
      verify_or_refuse(graph, stage);
    }
  } catch (const mote::Error&) {
  }
  return 0;
}
