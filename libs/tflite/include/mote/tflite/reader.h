// Reads a .tflite file into the graph of mote.
//
// For models of anybody: full-integer models (int8, with weights of 8 or 4 bits, or 16x8) of the operators that ops.def
// has. Not for float or dynamic-range models: those are refused by name. A file is hostile until proved otherwise:
// every offset, index, shape, scale and buffer is checked before it is used.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::tflite {

struct ImportedModel {
  graph::Graph graph;                           // stage kInt8, verified; owns all of its constants
  std::string description;                      // free text of the file's author
  std::map<std::string, std::string> metadata;  // bytes by name, e.g. "mote.features"; not "min_runtime_version"
};

// Parses the bytes of a file; they may be dropped afterwards. Tensors keep the order of the file; constants that only
// carry an attribute (the shape of a reshape, say) become that attribute and are gone. A fully connected layer whose
// output is not of rank 2 becomes a dense layer and a reshape. A single scale is per tensor, whatever its axis.
// Errors: kCorrupt for what breaks the format, kUnsupported for a well-formed file that asks for something mote cannot
// do (the message names the operator, its index and its output tensor), kInvalid from graph::verify.
ImportedModel read_model(std::span<const std::uint8_t> file);

// The operators that the file uses, by the format's names ("CONV_2D"), each once, ascending by code; "CUSTOM" for those
// of others. Errors: kCorrupt for what breaks the format.
std::vector<std::string> operator_names(std::span<const std::uint8_t> file);

}  // namespace mote::tflite
