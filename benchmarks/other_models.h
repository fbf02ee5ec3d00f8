// Int8 models beside the published ones, for measuring kernels on many kinds of layers: architectures with random
// weights, quantized by ranges seen on random inputs. Nothing is trained: arithmetic and shapes are those of real
// networks, answers mean nothing. The same name gives the same model.
#pragma once

#include <string>
#include <vector>

#include "mote/graph/graph.h"

namespace mote::benchmarks {

// "resnet8" (MLPerf Tiny image classification), "mobilenet-v1-relu6" (width 0.25, 96×96×3), "mobilenet-v2" (inverted
// residuals, 48×48×3), "auto-encoder" (640-128×4-8-128×4-640), "tc-resnet8", "ds-cnn-24" and "ds-cnn-172" (keyword
// spotters of other widths), "odd" (odd channels, 5×5 and 1×N kernels, dilation), "squeeze" (max pools, concat, 1×1 and
// 3×3 side by side), "lenet" (5×5 valid, average pools, dense).
std::vector<std::string> other_model_names();

// Errors: kNotFound for an unknown name.
graph::Graph other_model(const std::string& name);

}  // namespace mote::benchmarks
