// What a value of a layer is made from, in words: for the report of a difference.
#pragma once

#include <cstdint>
#include <string>

#include "mote/device/subject.h"

namespace mote::device {

// The file of the bundle that holds the layer's tables and call.
std::string layer_file(const Subject& subject, graph::TensorId tensor);

// "kernel mote_conv2d_s8, channel 3: multiplier 1276901417, shift -8, bias -45; inputs 'a', 'w', 'b'"
std::string operands_of(const plan::Plan& plan, graph::TensorId tensor, std::int64_t index);

}  // namespace mote::device
