// Named architectures as kTrain graphs with uninitialized weights. Every convolution and dense layer but the last is
// followed by BatchNorm and ReLU (or ReLU6); the last node is a softmax over the classes (kind classifier).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mote/graph/graph.h"
#include "mote/graph/ops/common.h"
#include "mote/graph/ops/unary.h"

namespace mote::graph {

struct ArchitectureSettings {
  std::string name = "ds-cnn";  // see architecture_names()
  double width = 1.0;           // factor on channels, > 0; counts are rounded to a multiple of 4 unless the factor is 1
  std::int32_t depth = 0;       // number of blocks (layers for mlp); 0 means the published number
  std::int32_t hidden = 32;     // mlp: units of each hidden layer
  double dropout = 0.2;         // [0, 1): after the first block and before the classifier, where the network has it
  Padding time_padding = Padding::kSame;  // kValid: no frame is made up at the borders of a clip, as streaming wants it
  // Layers of a block as so many parallel ones, each with its own batch norm, plus one of 1×1 (where the kernel is
  // larger) and the input itself, all added: they train better and fold into the plain layer (quant::merge_branches).
  // 0: plain.
  std::int32_t branches = 0;
  UnaryKind activation = UnaryKind::kRelu;  // after every batch norm
  float batch_norm_momentum = 0.99F;
  float batch_norm_epsilon = 1e-3F;
};

// "ds-cnn" (MLPerf Tiny keyword spotting: 10×4 stride 2, then depthwise 3×3 and 1×1 blocks of 64, Zhang et al. 2017),
// "tc-resnet8" (Choi et al. 2019: temporal convolutions, frequency as channels), "mobilenet-v1" (Howard et al. 2017;
// width 0.25 is MLPerf Tiny's visual wake words), "resnet8" (MLPerf Tiny image classification), "mlp". ds-cnn alone
// takes time_padding = kValid, where frequency is padded by nodes of its own, and branches, which need kSame.
std::vector<std::string> architecture_names();

// Errors: kInvalid for an unknown name (with the nearest), a bad setting, or an input the network cannot take.
// `input` is [1,H,W,C] (or [1,elements] for mlp), `classes` >= 2.
Graph build_architecture(const ArchitectureSettings& settings, const Shape& input, std::int32_t classes);

}  // namespace mote::graph
