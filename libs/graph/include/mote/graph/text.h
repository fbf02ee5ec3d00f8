// The text form of a graph: the language of the pass tests, of `mote inspect` and of saved graphs. Stable; it reads
// back with its constants: parse(print(g)) == g for a compact() graph (tensors that nothing uses are not printed).
//
//   graph "tiny" {
//     input %0 "x" i8[1,4] q(0.5,-128)
//     const %1 "w" i8[2,4] q(0:0.1/0,0.2/0) = 0x0102030405060708
//     const %2 "b" i32[2] = ?
//     %3 "y" i8[1,2] q(0.25,3) = dense(%0, %1, %2) activation=relu
//     output %3
//   }
//
// `= ?` is a constant without values, `= ...` one whose values were left out (print only). Fields at their defaults are
// left out. q(scale,zero_point) is per tensor, q(axis:scale/zero_point,…) per channel.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "mote/graph/graph.h"

namespace mote::graph {

enum class Constants : std::uint8_t { kWhole, kElided };

std::string print(const Graph& graph, Constants constants = Constants::kWhole);

// Reads the text form; does not verify. Errors: kCorrupt, "line 3: wanted …, got …".
Graph parse(std::string_view text);

// A saved graph is a file in the text form. load() verifies it for `stage`. Errors: those of the files, parse() and
// verify().
void save(const Graph& graph, const std::filesystem::path& path);
Graph load(const std::filesystem::path& path, Stage stage);

bool operator==(const Graph& a, const Graph& b);

}  // namespace mote::graph
