#include "mote/graph/zoo.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/graph/builder.h"

namespace mote::graph {
namespace {

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

// Writes layers one after another; every method returns the tensor it made.
class Net {
 public:
  Net(const ArchitectureSettings& settings, const Shape& input)
      : settings_(settings), builder_(settings.name), head_(builder_.input("input", input)) {}

  // Channels of a layer that has `base` at width 1.
  std::int32_t channels(std::int32_t base) const {
    if (settings_.width == 1.0) return base;
    const auto scaled = static_cast<std::int32_t>(std::lround(base * settings_.width / 4.0)) * 4;
    return std::max(4, scaled);
  }

  TensorId head() const { return head_; }
  void set_head(TensorId tensor) { head_ = tensor; }
  const Shape& shape() const { return builder_.shape(head_); }

  struct Kernel {
    std::int32_t h, w, stride_h, stride_w;
  };

  void conv(const std::string& name, std::int32_t out, Kernel kernel) {
    Conv2d op;
    op.stride_h = kernel.stride_h;
    op.stride_w = kernel.stride_w;
    op.padding = settings_.time_padding;
    pad_frequency(name, kernel);
    head_ =
        builder_.layer(name, op, {head_}, {.filters = out, .kernel_h = kernel.h, .kernel_w = kernel.w, .use_bias = 0});
  }
  void depthwise(const std::string& name, Kernel kernel) {
    DepthwiseConv2d op;
    op.stride_h = kernel.stride_h;
    op.stride_w = kernel.stride_w;
    op.padding = settings_.time_padding;
    pad_frequency(name, kernel);
    head_ = builder_.layer(name, op, {head_}, {.kernel_h = kernel.h, .kernel_w = kernel.w, .use_bias = 0});
  }
  void batch_norm(const std::string& name) {
    head_ = builder_.layer(name, BatchNorm{settings_.batch_norm_epsilon, settings_.batch_norm_momentum}, {head_});
  }
  void relu(const std::string& name) { head_ = builder_.node(name, Unary{settings_.activation}, {head_}); }
  void norm_relu(const std::string& name) {
    batch_norm(name + ".bn");
    relu(name + ".relu");
  }
  void add(const std::string& name, TensorId other) { head_ = builder_.node(name, Binary{}, {head_, other}); }
  void dropout(const std::string& name) {
    if (settings_.dropout > 0) head_ = builder_.node(name, Dropout{static_cast<float>(settings_.dropout)}, {head_});
  }
  void global_average(const std::string& name) {
    Pool2d pool;
    pool.kernel_h = shape()[1];
    pool.kernel_w = shape()[2];
    head_ = builder_.node(name, pool, {head_});
  }
  void reshape(const std::string& name, Shape shape) {
    head_ = builder_.node(name, Reshape{std::move(shape)}, {head_});
  }
  void flatten(const std::string& name) { reshape(name, {1, static_cast<std::int32_t>(element_count(shape()))}); }
  void dense(const std::string& name, std::int32_t out) {
    head_ = builder_.layer(name, Dense{}, {head_}, {.filters = out});
  }
  void dense_without_bias(const std::string& name, std::int32_t out) {
    head_ = builder_.layer(name, Dense{}, {head_}, {.filters = out, .use_bias = 0});
  }
  Graph classifier(std::int32_t classes) {
    dense("classifier", classes);
    head_ = builder_.node("softmax", Softmax{}, {head_});
    builder_.output(head_);
    return builder_.build();
  }

 private:
  // A layer pads both axes or none: where time is not padded, frequency is padded before it, as kSame would.
  void pad_frequency(const std::string& name, Kernel kernel) {
    if (settings_.time_padding == Padding::kSame) return;
    const WindowAxis axis = window_axis(shape()[2], kernel.w, kernel.stride_w, 1, Padding::kSame);
    if (axis.pad_before == 0 && axis.pad_after == 0) return;
    const Pad pad{{0, 0, axis.pad_before, 0}, {0, 0, axis.pad_after, 0}};
    head_ = builder_.node(name + ".pad", pad, {head_});
  }

  const ArchitectureSettings& settings_;
  GraphBuilder builder_;
  TensorId head_;
};

std::int32_t blocks(const ArchitectureSettings& settings, std::int32_t published) {
  return settings.depth == 0 ? published : settings.depth;
}

// A layer and its batch norm: plain, or as parallel branches that are added.
template <class Layer>
void norm_branches(Net& net, const std::string& name, std::int32_t branches, bool has_small, Layer&& layer) {
  if (branches == 0) {
    layer(name, false);
    return net.batch_norm(name + ".bn");
  }
  const TensorId entry = net.head();
  const Shape shape = net.shape();
  std::vector<TensorId> outputs;
  const auto branch = [&](const std::string& own, bool is_small) {
    net.set_head(entry);
    layer(own, is_small);
    net.batch_norm(own + ".bn");
    outputs.push_back(net.head());
  };
  for (std::int32_t i = 1; i <= branches; ++i) branch(i == 1 ? name : fmt::format("{}.branch{}", name, i), false);
  if (has_small) branch(name + ".small", true);
  const Shape made = net.shape();
  if (made == shape) {
    net.set_head(entry);
    net.batch_norm(name + ".identity.bn");
    outputs.push_back(net.head());
  }
  net.set_head(outputs[0]);
  for (std::size_t i = 1; i < outputs.size(); ++i) net.add(fmt::format("{}.add{}", name, i), outputs[i]);
}

Graph ds_cnn(const ArchitectureSettings& settings, const Shape& input, std::int32_t classes) {
  Net net(settings, input);
  const std::int32_t width = net.channels(64);
  net.conv("conv0", width, {std::min(10, input[1]), std::min(4, input[2]), 2, 2});
  net.norm_relu("conv0");
  net.dropout("dropout0");
  for (std::int32_t i = 1; i <= blocks(settings, 4); ++i) {
    const std::string depthwise = fmt::format("dw{}", i), pointwise = fmt::format("pw{}", i);
    norm_branches(net, depthwise, settings.branches, true, [&](const std::string& name, bool is_small) {
      net.depthwise(name, is_small ? Net::Kernel{1, 1, 1, 1} : Net::Kernel{3, 3, 1, 1});
    });
    net.relu(depthwise + ".relu");
    norm_branches(net, pointwise, settings.branches, false, [&](const std::string& name, bool) {
      net.conv(name, width, {1, 1, 1, 1});
    });
    net.relu(pointwise + ".relu");
  }
  net.dropout("dropout1");
  net.global_average("pool");
  net.flatten("flatten");
  return net.classifier(classes);
}

// A residual block: two convolutions on the main path and, where shapes change, a 1x1 convolution on the shortcut.
void residual_block(Net& net, const std::string& name, std::int32_t out, Net::Kernel first) {
  const TensorId entry = net.head();
  const bool changes = first.stride_h != 1 || first.stride_w != 1 || net.shape()[3] != out;
  TensorId shortcut = entry;
  if (changes) {
    net.conv(name + ".shortcut", out, {1, 1, first.stride_h, first.stride_w});
    net.batch_norm(name + ".shortcut.bn");
    shortcut = net.head();
    net.set_head(entry);
  }
  net.conv(name + ".conv1", out, first);
  net.norm_relu(name + ".conv1");
  net.conv(name + ".conv2", out, {first.h, first.w, 1, 1});
  net.batch_norm(name + ".conv2.bn");
  net.add(name + ".add", shortcut);
  net.relu(name + ".relu");
}

// Frequency becomes the channels: [1,T,F,1] is read as [1,1,T,F], so that every convolution runs along time only.
Graph tc_resnet8(const ArchitectureSettings& settings, const Shape& input, std::int32_t classes) {
  Net net(settings, input);
  net.reshape("frequency_as_channels", {1, 1, input[1], input[2] * input[3]});
  net.conv("conv0", net.channels(16), {1, 3, 1, 1});
  net.norm_relu("conv0");
  constexpr std::int32_t kWidths[] = {24, 32, 48};
  const std::int32_t count = blocks(settings, 3);
  for (std::int32_t i = 0; i < count; ++i) {
    residual_block(net, fmt::format("block{}", i + 1), net.channels(kWidths[std::min(i, 2)]), {1, 9, 1, 2});
  }
  net.global_average("pool");
  net.flatten("flatten");
  net.dropout("dropout");
  return net.classifier(classes);
}

Graph mobilenet_v1(const ArchitectureSettings& settings, const Shape& input, std::int32_t classes) {
  struct Block {
    std::int32_t channels, stride;
  };
  constexpr Block kBlocks[] = {{64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2}, {512, 1},
                               {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1}};
  const std::int32_t count = blocks(settings, 13);
  if (count > 13) fail(fmt::format("mobilenet-v1 has at most 13 blocks, got model.depth {}", count));
  Net net(settings, input);
  net.conv("conv0", net.channels(32), {3, 3, 2, 2});
  net.norm_relu("conv0");
  for (std::int32_t i = 0; i < count; ++i) {
    const Block block = kBlocks[i];
    net.depthwise(fmt::format("dw{}", i + 1), {3, 3, block.stride, block.stride});
    net.norm_relu(fmt::format("dw{}", i + 1));
    net.conv(fmt::format("pw{}", i + 1), net.channels(block.channels), {1, 1, 1, 1});
    net.norm_relu(fmt::format("pw{}", i + 1));
  }
  net.global_average("pool");
  net.flatten("flatten");
  net.dropout("dropout");
  return net.classifier(classes);
}

Graph resnet8(const ArchitectureSettings& settings, const Shape& input, std::int32_t classes) {
  Net net(settings, input);
  std::int32_t width = 16;
  net.conv("conv0", net.channels(width), {3, 3, 1, 1});
  net.norm_relu("conv0");
  for (std::int32_t i = 0; i < blocks(settings, 3); ++i, width *= 2) {
    const std::int32_t stride = i == 0 ? 1 : 2;
    residual_block(net, fmt::format("block{}", i + 1), net.channels(width), {3, 3, stride, stride});
  }
  net.global_average("pool");
  net.flatten("flatten");
  net.dropout("dropout");
  return net.classifier(classes);
}

Graph mlp(const ArchitectureSettings& settings, const Shape& input, std::int32_t classes) {
  Net net(settings, input);
  if (input.size() > 2) net.flatten("flatten");
  for (std::int32_t i = 1; i <= blocks(settings, 2); ++i) {
    net.dense_without_bias(fmt::format("dense{}", i), settings.hidden);
    net.norm_relu(fmt::format("dense{}", i));
    if (i == 1) net.dropout("dropout1");
  }
  return net.classifier(classes);
}

struct Architecture {
  const char* name;
  std::size_t input_rank;  // 0: any
  Graph (*build)(const ArchitectureSettings&, const Shape&, std::int32_t);
};

constexpr Architecture kArchitectures[] = {{"ds-cnn", 4, ds_cnn},
                                           {"tc-resnet8", 4, tc_resnet8},
                                           {"mobilenet-v1", 4, mobilenet_v1},
                                           {"resnet8", 4, resnet8},
                                           {"mlp", 0, mlp}};

void check(const ArchitectureSettings& settings, const Shape& input, std::int32_t classes) {
  if (!(settings.width > 0 && settings.width <= 16))
    fail(fmt::format("model.width must be in (0, 16], got {}", settings.width));
  if (settings.depth < 0 || settings.depth > 64)
    fail(fmt::format("model.depth must be in 0..64, got {}", settings.depth));
  if (settings.hidden < 1) fail(fmt::format("model.hidden must be >= 1, got {}", settings.hidden));
  if (!(settings.dropout >= 0 && settings.dropout < 1)) {
    fail(fmt::format("model.dropout must be in [0, 1), got {}", settings.dropout));
  }
  if (settings.time_padding == Padding::kValid && settings.name != "ds-cnn") {
    fail(fmt::format("model.time_padding = \"valid\" is for ds-cnn, got {}: take ds-cnn, or leave it at \"same\"",
                     settings.name));
  }
  if (settings.branches < 0 || settings.branches > 8) {
    fail(fmt::format("model.branches must be in 0..8, got {}", settings.branches));
  }
  if (settings.branches > 0 && settings.name != "ds-cnn") {
    fail(fmt::format("model.branches is for ds-cnn, got {}: take ds-cnn, or leave it at 0", settings.name));
  }
  if (settings.branches > 0 && settings.time_padding == Padding::kValid) {
    fail("model.branches wanted time_padding = \"same\", got \"valid\": branches of other kernels would not line up");
  }
  if (classes < 2) fail(fmt::format("wanted at least 2 classes, got {}", classes));
  if (input.size() < 2 || input[0] != 1) fail(fmt::format("wanted an input [1,…], got {}", to_string(input)));
}

}  // namespace

std::vector<std::string> architecture_names() {
  std::vector<std::string> names;
  for (const Architecture& architecture : kArchitectures) names.emplace_back(architecture.name);
  return names;
}

Graph build_architecture(const ArchitectureSettings& settings, const Shape& input, std::int32_t classes) {
  check(settings, input, classes);
  const std::vector<std::string> names = architecture_names();
  const auto found = std::find(names.begin(), names.end(), settings.name);
  if (found == names.end()) {
    throw Error(ErrorCode::kInvalid, fmt::format("wanted an architecture ({}), got '{}'{}", join(names, ", "),
                                                 settings.name, did_you_mean(settings.name, names)));
  }
  const Architecture& architecture = kArchitectures[found - names.begin()];
  if (architecture.input_rank != 0 && input.size() != architecture.input_rank) {
    fail(fmt::format("{} takes an input [1,height,width,channels], got {}", settings.name, to_string(input)));
  }
  Graph graph = with_context(fmt::format("architecture {}", settings.name),
                             [&] { return architecture.build(settings, input, classes); });
  verify(graph, Stage::kTrain);
  return graph;
}

}  // namespace mote::graph
