// Words of the format, and its enums against those of the graph.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "mote/graph/ops/common.h"
#include "mote_tflite_generated.h"

namespace mote::tflite {

// "CONV_2D", or "operator code 4711" for a number that the format did not have when this was written.
std::string operator_name(std::int32_t code);
// "FLOAT32", or "type 99".
std::string type_name(format::TensorType type);

std::optional<graph::Activation> to_graph(format::ActivationFunctionType activation);
std::optional<graph::Padding> to_graph(format::Padding padding);
format::ActivationFunctionType to_format(graph::Activation activation);
format::Padding to_format(graph::Padding padding);

}  // namespace mote::tflite
