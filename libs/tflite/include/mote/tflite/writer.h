// Writes an int8 graph as a .tflite file that stock TensorFlow Lite Micro and LiteRT load.
//
// The same graph and options give the same bytes, everywhere. Not an archive of a graph in training: that is
// graph::save.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::tflite {

// The metadata entry in which mote keeps front end, labels, post-processing and provenance as JSON.
inline constexpr const char* kFeaturesMetadata = "mote.features";

struct WriteOptions {
  std::string description = "mote";             // free text, shown by model viewers
  std::map<std::string, std::string> metadata;  // bytes by name; "min_runtime_version" is added by the writer

  // Errors: kInvalid for an empty name, or for the one name that the writer owns.
  void validate() const;
};

// The file of a kInt8 graph; read_model gives the graph back, equal field by field.
// Constants are aligned to 16 bytes within the file. Errors: those of validate() and of graph::verify.
std::vector<std::uint8_t> write_model(const graph::Graph& graph, const WriteOptions& options = {});

}  // namespace mote::tflite
