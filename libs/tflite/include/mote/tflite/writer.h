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

// What becomes of ternary and binary weights, for which the format has no type. As int8 the file is larger than it need
// be; it computes the same, and read_model gives the narrow types back by the entry "mote.weights".
enum class NarrowWeights : std::uint8_t { kRefuse, kAsInt8 };

struct WriteOptions {
  std::string description = "mote";             // free text, shown by model viewers
  std::map<std::string, std::string> metadata;  // bytes by name; "min_runtime_version" is added by the writer

  NarrowWeights narrow_weights = NarrowWeights::kRefuse;

  // Errors: kInvalid for an empty name, or for one of the two names that the writer owns.
  void validate() const;
};

// The file of a kInt8 graph; read_model gives the graph back, equal field by field.
// Constants are aligned to 16 bytes within the file; int4 weights are packed two a byte. Errors: those of validate()
// and of graph::verify; kUnsupported for ternary and binary weights, unless options say what to do.
std::vector<std::uint8_t> write_model(const graph::Graph& graph, const WriteOptions& options = {});

}  // namespace mote::tflite
