#include "samples.h"

#include <algorithm>
#include <ostream>

namespace mote::test {

Sample one_layer(std::string name, const graph::Op& op, graph::Shape input, const graph::LayerSize& size) {
  graph::GraphBuilder builder(name);
  const graph::TensorId x = builder.input("x", std::move(input));
  const graph::TensorId y = builder.layer("y", op, {x}, size);
  return sample(std::move(name), builder, y);
}

Sample after_convolution(std::string name, const graph::Op& op, graph::Shape input, std::int32_t channels) {
  graph::GraphBuilder builder(name);
  const graph::TensorId x = builder.input("x", std::move(input));
  const graph::TensorId map = builder.layer("conv", graph::Conv2d{}, {x}, {.filters = channels});
  const graph::TensorId y = builder.layer("y", op, {map});
  return sample(std::move(name), builder, y);
}

Sample sample(std::string name, graph::GraphBuilder& builder, graph::TensorId output) {
  builder.output(output);
  return {std::move(name), builder.build()};
}

std::vector<Sample> within(double distance, std::vector<Sample> samples) {
  for (Sample& one : samples) one.distance = distance;
  return samples;
}

namespace {

void append(std::vector<OpSample>& all, const char* stem, graph::Stage stage, std::vector<Sample> samples) {
  for (Sample& one : samples) all.push_back({stem, stage, std::move(one)});
}

}  // namespace

std::vector<OpSample> all_samples() {
  std::vector<OpSample> all;
#define MOTE_TRAINABLE_OP(Type, stem) append(all, #stem, graph::Stage::kTrain, stem##_samples());
#define MOTE_TRAINONLY_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#define MOTE_IMPORTED_OP(Type, stem) append(all, #stem, graph::Stage::kInt8, stem##_samples());
#include "mote/graph/ops.def"
  return all;
}

std::vector<OpSample> trained_samples() {
  std::vector<OpSample> samples = all_samples();
  std::erase_if(samples, [](const OpSample& one) { return one.stage != graph::Stage::kTrain; });
  return samples;
}

std::string test_name(const OpSample& one) {
  return one.stem + "_" + one.sample.name;
}

std::ostream& operator<<(std::ostream& stream, const OpSample& one) {
  return stream << test_name(one);
}

}  // namespace mote::test
