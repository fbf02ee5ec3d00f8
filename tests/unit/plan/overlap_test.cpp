// The distances that the lowering states, against the runtime's kernels run with the output over the input.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>

#include "int8_graphs.h"
#include "mote/plan/plan.h"

namespace mote::plan {
namespace {

using test::Int8GraphBuilder;
using test::TensorId;

constexpr int kShapes = 60;
// A copy by rows must keep its operands apart, though this machine's may do well with less: nothing breaks before a row
// lies over one that is still to be read.
constexpr std::int64_t kCopiedRow = 8;

// One layer, whose kernel runs on buffers of the test's own.
class LayerRun {
 public:
  LayerRun(const graph::Graph& graph, std::uint64_t seed) : plan_(make_plan(graph)), rng_(Rng::derive(seed, "layer")) {
    for (TensorId id : node().inputs) {
      const graph::Tensor& tensor = plan_.graph.tensor(id);
      std::vector<std::int8_t> values;
      for (std::int64_t i = 0; !tensor.constant && i < tensor.bytes(); ++i)
        values.push_back(static_cast<std::int8_t>(static_cast<int>(rng_.below(256)) - 128));
      inputs_.push_back(std::move(values));
    }
    wanted_.assign(static_cast<std::size_t>(output_bytes()), 0);
    run([&](std::size_t input) { return inputs_[input].data(); }, wanted_.data());
  }

  const std::vector<Overlap>& overlaps() const { return step().option.overlaps; }
  Rng& rng() { return rng_; }
  std::int64_t input_bytes(std::int32_t input) const {
    return static_cast<std::int64_t>(inputs_[static_cast<std::size_t>(input)].size());
  }
  std::int64_t output_bytes() const { return plan_.graph.tensor(node().outputs[0]).bytes(); }

  // Whether the kernel gives the right bytes with the input `distance` bytes above its output.
  bool is_right_at(std::int32_t over, std::int64_t distance) {
    const std::int64_t below = std::max<std::int64_t>(0, -distance);
    std::vector<std::int8_t> memory(
        static_cast<std::size_t>(std::max(below + output_bytes(), below + distance + input_bytes(over))));
    std::int8_t* const output = memory.data() + below;
    const auto& values = inputs_[static_cast<std::size_t>(over)];
    std::copy(values.begin(), values.end(), output + distance);
    run(
        [&](std::size_t input) {
          return static_cast<std::int32_t>(input) == over ? output + distance : inputs_[input].data();
        },
        output);
    return std::equal(wanted_.begin(), wanted_.end(), output);
  }

 private:
  const Step& step() const { return plan_.steps[0]; }
  const graph::Node& node() const { return plan_.graph.nodes[0]; }

  void run(const std::function<const void*(std::size_t)>& input, std::int8_t* output) const {
    std::vector<const void*> inputs(static_cast<std::size_t>(step().call.operands), nullptr);
    for (std::size_t i = 0; i < node().inputs.size(); ++i) {
      const graph::Tensor& tensor = plan_.graph.tensor(node().inputs[i]);
      inputs[i] = tensor.constant ? tensor.data->data() : input(i);
    }
    void* outputs[] = {output};
    std::vector<std::int32_t> scratch(static_cast<std::size_t>(step().scratch_bytes / 4 + 1));
    step().call.op->run(step().call.parameters.get(), inputs.data(), outputs, scratch.data());
  }

  Plan plan_;
  Rng rng_;
  std::vector<std::vector<std::int8_t>> inputs_;
  std::vector<std::int8_t> wanted_;
};

std::int32_t some(Int8GraphBuilder& builder, std::int32_t low, std::int32_t high) {
  return low + static_cast<std::int32_t>(builder.rng().below(static_cast<std::uint64_t>(high - low + 1)));
}

graph::Padding some_padding(Int8GraphBuilder& builder) {
  return builder.rng().chance(0.5) ? graph::Padding::kSame : graph::Padding::kValid;
}

using Layer = std::function<TensorId(Int8GraphBuilder&)>;

// Runs the layer in many shapes at the least distance, at larger ones and `step` below. Returns how often that broke.
int broken_below(const Layer& layer, std::int64_t step = 1) {
  int broken = 0;
  for (std::uint64_t seed = 1; seed <= kShapes; ++seed) {
    Int8GraphBuilder builder("overlap", seed);
    LayerRun run(builder.build(layer(builder)), seed);
    EXPECT_FALSE(run.overlaps().empty());
    for (const Overlap& overlap : run.overlaps()) {
      const std::int64_t least = overlap.least_distance_bytes;
      EXPECT_GE(least, -run.input_bytes(overlap.input));
      EXPECT_TRUE(run.is_right_at(overlap.input, least)) << "seed " << seed << " input " << overlap.input;
      for (int i = 0; i < 3; ++i) {
        const std::int64_t steps = static_cast<std::int64_t>(run.rng().below(64));
        EXPECT_TRUE(run.is_right_at(overlap.input, least + steps * overlap.multiple_bytes)) << "seed " << seed;
      }
      broken += run.is_right_at(overlap.input, least - step) ? 0 : 1;
    }
  }
  return broken;
}

TEST(Overlap, OfAConvolutionIsTight) {
  const Layer layer = [](Int8GraphBuilder& b) {
    const std::int32_t kernel_h = some(b, 1, 4);
    const std::int32_t kernel_w = some(b, 1, 4);
    const graph::Conv2d op{some(b, 1, 3), some(b, 1, 3), some(b, 1, 2), some(b, 1, 2), some_padding(b)};
    return b.conv(b.input({1, some(b, 7, 12), some(b, 7, 12), some(b, 1, 9)}), some(b, 1, 40), kernel_h, kernel_w, op);
  };
  EXPECT_GT(broken_below(layer), kShapes / 2);
}

TEST(Overlap, OfAPointwiseConvolutionIsTight) {
  const Layer layer = [](Int8GraphBuilder& b) {
    const std::int32_t stride = some(b, 1, 2);
    return b.conv(b.input({1, some(b, 1, 9), some(b, 1, 9), some(b, 1, 12)}), some(b, 1, 20), 1, 1,
                  {stride, stride, 1, 1, some_padding(b)});
  };
  EXPECT_GT(broken_below(layer), kShapes / 2);
}

TEST(Overlap, OfADepthwiseConvolutionIsTight) {
  const Layer layer = [](Int8GraphBuilder& b) {
    const graph::DepthwiseConv2d op{some(b, 1, 3), some(b, 1, 3), some(b, 1, 2), some(b, 1, 2), some_padding(b)};
    return b.depthwise(b.input({1, some(b, 6, 11), some(b, 6, 11), some(b, 1, 40)}), 1, some(b, 1, 3), some(b, 1, 3),
                       op);
  };
  EXPECT_GT(broken_below(layer), kShapes / 2);
}

TEST(Overlap, OfADepthwiseConvolutionWithMultiplierIsTight) {
  const Layer layer = [](Int8GraphBuilder& b) {
    const graph::DepthwiseConv2d op{some(b, 1, 3), some(b, 1, 3), 1, 1, some_padding(b)};
    return b.depthwise(b.input({1, some(b, 3, 7), some(b, 3, 7), some(b, 1, 5)}), some(b, 2, 40), some(b, 1, 3),
                       some(b, 1, 3), op);
  };
  EXPECT_GT(broken_below(layer), kShapes / 2);
}

Layer pool(graph::PoolKind kind) {
  return [kind](Int8GraphBuilder& b) {
    const graph::Pool2d op{kind, some(b, 1, 4), some(b, 1, 4), some(b, 1, 3), some(b, 1, 3), some_padding(b)};
    return b.tied(op, {b.input({1, some(b, 4, 10), some(b, 4, 10), some(b, 1, 40)})});
  };
}

TEST(Overlap, OfAPoolIsTight) {
  EXPECT_GT(broken_below(pool(graph::PoolKind::kMax)), kShapes / 3);
  EXPECT_GT(broken_below(pool(graph::PoolKind::kAverage)), kShapes / 3);
}

TEST(Overlap, OfAMeanIsTight) {
  const Layer layer = [](Int8GraphBuilder& b) {
    return b.mean(b.input({1, some(b, 1, 9), some(b, 1, 6), some(b, 1, 40)}), {some(b, 1, 2)}, 0);
  };
  EXPECT_GT(broken_below(layer), kShapes / 4);
}

TEST(Overlap, OfADenseLayerIsTight) {
  const Layer layer = [](Int8GraphBuilder& b) { return b.dense(b.input({1, some(b, 1, 60)}), some(b, 1, 40)); };
  EXPECT_GT(broken_below(layer), kShapes / 2);
}

TEST(Overlap, OfASumIsInPlaceOfEitherOperand) {
  const Layer layer = [](Int8GraphBuilder& b) {
    const TensorId x = b.input({1, some(b, 2, 90)});
    return b.add(x, b.input(b.shape(x)));
  };
  EXPECT_GT(broken_below(layer), kShapes / 2);
}

TEST(Overlap, OfAnActivationIsInPlace) {
  EXPECT_GT(broken_below([](Int8GraphBuilder& b) { return b.relu(b.input({1, some(b, 2, 90)})); }), kShapes / 2);
}

TEST(Overlap, OfASoftmaxIsInPlace) {
  const Layer layer = [](Int8GraphBuilder& b) { return b.softmax(b.input({some(b, 1, 5), some(b, 2, 20)})); };
  EXPECT_GT(broken_below(layer), kShapes / 2);
}

TEST(Overlap, OfAConcatHoldsForEachInput) {
  const Layer layer = [](Int8GraphBuilder& b) {
    const std::int32_t axis = some(b, 1, 3);
    std::vector<TensorId> inputs;
    graph::Shape shape{1, some(b, 1, 5), some(b, 1, 5), some(b, 1, 5)};
    const std::int32_t count = some(b, 2, 4);
    for (std::int32_t i = 0; i < count; ++i) {
      shape[static_cast<std::size_t>(axis)] = some(b, 1, 6);
      inputs.push_back(i == 0 ? b.input(shape) : b.tied_input(inputs[0], shape));
    }
    return b.tied(graph::Concat{axis}, inputs);
  };
  EXPECT_GT(broken_below(layer, kCopiedRow), kShapes / 4);
}

TEST(Overlap, OfPaddingHolds) {
  const Layer layer = [](Int8GraphBuilder& b) {
    const graph::Pad op{{0, some(b, 0, 2), some(b, 0, 2), some(b, 0, 2)},
                        {0, some(b, 0, 2), some(b, 0, 2), some(b, 0, 2)}};
    return b.tied(op, {b.input({1, some(b, 1, 6), some(b, 1, 6), some(b, 1, 6)})});
  };
  EXPECT_GT(broken_below(layer, kCopiedRow), kShapes / 4);
}

TEST(Overlap, OfAReshapeIsAtOneAddressOrApart) {
  Int8GraphBuilder builder("reshape", 1);
  LayerRun run(builder.build(builder.tied(graph::Reshape{{1, 60}}, {builder.input({1, 5, 12})})), 1);
  ASSERT_EQ(run.overlaps().size(), 1U);
  EXPECT_EQ(run.overlaps()[0].least_distance_bytes, 0);
  EXPECT_EQ(run.overlaps()[0].multiple_bytes, 60);
  EXPECT_TRUE(run.is_right_at(0, 0));
}

}  // namespace
}  // namespace mote::plan
