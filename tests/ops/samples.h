// Sample graphs of every op, from which the conformance tests of this folder are made.
//
// tests/ops/<stem>_samples.cpp supplies a few for each line of ops.def: odd shapes, strides, paddings, every fused
// activation, with and without bias. Small: a few hundred elements. What is checked for each of them:
//   graph_rules_test.cpp   the text form reads back; verify() takes the graph and no other output shape
//   gradient_test.cpp      backward() of each node against finite differences of its forward()
//   int8_test.cpp          the quantized graph is near the float one, and survives a .tflite file
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "mote/graph/builder.h"

namespace mote::test {

struct Sample {
  std::string name;       // what is special about it: "stride_2_same"
  graph::Graph graph;     // one input, weights without values; stage kTrain, or kInt8 of an op that only imports have
  double distance = 2.5;  // greatest |int8 - float| of the output, in steps of its scale
};

// input → op, with the weights that the op asks for.
Sample one_layer(std::string name, const graph::Op& op, graph::Shape input, const graph::LayerSize& size = {});

// The same behind a 1×1 convolution of `channels` filters, for ops that have no weights or need a layer before them.
Sample after_convolution(std::string name, const graph::Op& op, graph::Shape input, std::int32_t channels);

// Ends a graph that a samples file builds by hand.
Sample sample(std::string name, graph::GraphBuilder& builder, graph::TensorId output);

// The same samples with a distance of their own: kMoved for ops that only move values, kRounded for those that round
// once and have no weights.
inline constexpr double kMoved = 0.01;
inline constexpr double kRounded = 0.75;
std::vector<Sample> within(double distance, std::vector<Sample> samples);

#define MOTE_TRAINABLE_OP(Type, stem) std::vector<Sample> stem##_samples();
#define MOTE_TRAINONLY_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#include "mote/graph/ops.def"

// A sample with the op that it belongs to.
struct OpSample {
  std::string stem;
  graph::Stage stage = graph::Stage::kTrain;
  Sample sample;
};

std::ostream& operator<<(std::ostream& stream, const OpSample& one);
std::string test_name(const OpSample& one);  // "conv2d_stride_2_same"

// All samples in the order of ops.def, and those that can be trained.
std::vector<OpSample> all_samples();
std::vector<OpSample> trained_samples();

}  // namespace mote::test
