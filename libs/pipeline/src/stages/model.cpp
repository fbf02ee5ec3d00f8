#include "stages/model.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/graph/builder.h"
#include "stages/features.h"

namespace mote::pipeline {
namespace {

using graph::Op;

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

// Names that people use for an op of a kind; every op of ops.def goes by its own name as well.
const std::map<std::string, Op, std::less<>>& aliases() {
  using graph::Pool2d;
  using graph::PoolKind;
  static const std::map<std::string, Op, std::less<>> kAliases{
      {"relu", graph::Unary{graph::UnaryKind::kRelu}},
      {"relu6", graph::Unary{graph::UnaryKind::kRelu6}},
      {"add", graph::Binary{}},
      {"average_pool", Pool2d{}},
      {"global_average_pool", Pool2d{}},
      {"max_pool", Pool2d{.kind = PoolKind::kMax}},
      {"flatten", graph::Reshape{}},
  };
  return kAliases;
}

Op op_by_name(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& [alias, op] : aliases()) {
    known.push_back(alias);
    if (alias == name) return op;
  }
  std::optional<Op> found;
#define MOTE_TRAINABLE_OP(Type, stem)     \
  known.emplace_back(graph::Type::kName); \
  if (name == graph::Type::kName) found = Op(graph::Type{});
#define MOTE_TRAINONLY_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#include "mote/graph/ops.def"
  if (!found) fail(fmt::format("wanted an op ({}), got '{}'{}", join(known, ", "), name, did_you_mean(name, known)));
  return *found;
}

// One layer's keys, taken one after another; what is left over at the end is unknown.
class LayerKeys {
 public:
  explicit LayerKeys(const LayerSpec& layer) : layer_(layer), rest_(layer.values) {}

  std::optional<std::string> text(const std::string& key) {
    const auto value = take(key);
    if (!value) return std::nullopt;
    if (const auto string = value->get("value")->value_exact<std::string>()) return string;
    fail(fmt::format("{} wants text, got {}", key, layer_.values.at(key)));
  }
  // An integer, or a list of them.
  std::vector<std::int32_t> integers(const std::string& key) {
    const auto value = take(key);
    if (!value) return {};
    std::vector<std::int32_t> result;
    const toml::node& node = *value->get("value");
    const auto add = [&](const toml::node& item) {
      const auto number = item.value_exact<std::int64_t>();
      if (!number || *number < -1000000 || *number > 1000000)
        fail(fmt::format("{} wants integers, got {}", key, layer_.values.at(key)));
      result.push_back(static_cast<std::int32_t>(*number));
    };
    if (const toml::array* array = node.as_array()) {
      for (const toml::node& item : *array) add(item);
    } else {
      add(node);
    }
    if (result.empty()) fail(fmt::format("{} wants a number or a list of numbers, got []", key));
    return result;
  }
  std::vector<std::string> texts(const std::string& key) {
    const auto value = take(key);
    std::vector<std::string> result;
    if (!value) return result;
    const toml::node& node = *value->get("value");
    if (const auto one = node.value_exact<std::string>()) return {*one};
    const toml::array* array = node.as_array();
    for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
      if (const auto item = array->get(i)->value_exact<std::string>()) result.push_back(*item);
    }
    if (result.empty()) fail(fmt::format("{} wants names of layers, got {}", key, layer_.values.at(key)));
    return result;
  }
  // One value for both axes, or [height, width].
  void pair(const std::string& key, std::int32_t& h, std::int32_t& w) {
    const auto values = integers(key);
    if (values.empty()) return;
    if (values.size() > 2)
      fail(fmt::format("{} wants one number or [height, width], got {}", key, layer_.values.at(key)));
    h = values.front();
    w = values.back();
  }
  void one(const std::string& key, std::int32_t& value) {
    const auto values = integers(key);
    if (values.empty()) return;
    if (values.size() != 1) fail(fmt::format("{} wants one number, got {}", key, layer_.values.at(key)));
    value = values.front();
  }
  std::optional<std::string> raw(const std::string& key) {
    const auto found = rest_.find(key);
    if (found == rest_.end()) return std::nullopt;
    std::string value = found->second;
    rest_.erase(found);
    return value;
  }
  void check_nothing_left(const std::vector<std::string>& known) const {
    if (rest_.empty()) return;
    const std::string& key = rest_.begin()->first;
    fail(fmt::format("unknown key '{}' of a {}{}", key, layer_.op, did_you_mean(key, known)));
  }

 private:
  std::optional<toml::table> take(const std::string& key) {
    const auto value = raw(key);
    if (!value) return std::nullopt;
    return toml::parse("value = " + *value);
  }

  const LayerSpec& layer_;
  std::map<std::string, std::string> rest_;
};

// Text without quotes, lists without brackets and blanks: the form that graph::parse_field reads.
std::string field_form(std::string value) {
  std::erase_if(value, [](char c) { return c == '"' || c == '\'' || c == '[' || c == ']' || c == ' '; });
  return value;
}

template <class Attributes>
void read_fields(LayerKeys& keys, Attributes& op, std::vector<std::string>& known) {
  graph::for_each_field(op, [&](std::string_view name, auto& value) {
    known.emplace_back(name);
    const auto text = keys.raw(std::string(name));
    if (text && !graph::parse_field(field_form(*text), value)) fail(fmt::format("{} cannot be {}", name, *text));
  });
  if constexpr (requires { op.stride_h; }) keys.pair("stride", op.stride_h, op.stride_w);
  if constexpr (requires { op.dilation_h; }) keys.pair("dilation", op.dilation_h, op.dilation_w);
  if constexpr (requires { op.kernel_h; }) keys.pair("kernel", op.kernel_h, op.kernel_w);
}

class LayerBuilder {
 public:
  LayerBuilder(const std::string& name, const graph::Shape& input) : builder_(name) {
    head_ = builder_.input("input", input);
    by_name_["input"] = head_;
  }

  void add(const LayerSpec& layer) {
    LayerKeys keys(layer);
    const std::string name = keys.text("name").value_or(fmt::format("{}{}", layer.op, ++count_));
    if (by_name_.contains(name)) fail(fmt::format("the name '{}' is taken", name));
    std::vector<graph::TensorId> inputs = sources(keys.texts("from"));
    Op op = op_by_name(layer.op);
    graph::LayerSize size;
    std::vector<std::string> known{"name", "from", "filters", "kernel", "stride", "dilation", "multiplier", "use_bias"};
    std::visit([&](auto& attributes) { read_fields(keys, attributes, known); }, op);
    keys.one("filters", size.filters);
    keys.one("multiplier", size.multiplier);
    keys.one("use_bias", size.use_bias);
    keys.pair("kernel", size.kernel_h, size.kernel_w);
    keys.check_nothing_left(known);
    fit_to_input(layer.op, op, builder_.shape(inputs.front()));
    head_ = builder_.layer(name, op, std::move(inputs), size);
    by_name_[name] = head_;
  }

  graph::Graph finish(std::int32_t classes) {
    if (graph::element_count(builder_.shape(head_)) != classes) {
      fail(fmt::format("the last layer has an output of {}, but there are {} classes",
                       graph::to_string(builder_.shape(head_)), classes));
    }
    if (!std::holds_alternative<graph::Softmax>(builder_.graph().nodes.back().op))
      head_ = builder_.layer("softmax", graph::Softmax{}, {head_});
    builder_.output(head_);
    return builder_.build();
  }

 private:
  std::vector<graph::TensorId> sources(const std::vector<std::string>& names) const {
    if (names.empty()) return {head_};
    std::vector<graph::TensorId> result;
    for (const std::string& name : names) {
      const auto found = by_name_.find(name);
      if (found == by_name_.end()) fail(fmt::format("from: there is no earlier layer '{}'", name));
      result.push_back(found->second);
    }
    return result;
  }

  // Sizes that follow from the input.
  static void fit_to_input(const std::string& alias, Op& op, const graph::Shape& input) {
    if (auto* pool = std::get_if<graph::Pool2d>(&op);
        pool != nullptr && alias == "global_average_pool" && input.size() == 4) {
      pool->kernel_h = input[1];
      pool->kernel_w = input[2];
    }
    if (auto* reshape = std::get_if<graph::Reshape>(&op); reshape != nullptr && alias == "flatten") {
      reshape->shape = {1, static_cast<std::int32_t>(graph::element_count(input))};
    }
  }

  graph::GraphBuilder builder_;
  graph::TensorId head_ = -1;
  std::map<std::string, graph::TensorId> by_name_;
  int count_ = 0;
};

graph::Graph graph_of_layers(const Recipe& recipe, const graph::Shape& input, std::int32_t classes) {
  LayerBuilder builder(recipe.project.name, input);
  for (const LayerSpec& layer : recipe.layers) {
    with_context(fmt::format("recipe {}:{}", recipe.file.string(), layer.line), [&] { builder.add(layer); });
  }
  graph::Graph graph = builder.finish(classes);
  verify(graph, graph::Stage::kTrain);
  return graph;
}

}  // namespace

graph::Graph model_graph(const Recipe& recipe, std::int32_t classes) {
  const dsp::FeatureShape shape = model_input_shape(recipe);
  const graph::Shape input{1, static_cast<std::int32_t>(shape.frames), static_cast<std::int32_t>(shape.coefficients),
                           1};
  return with_context("[model]", [&] {
    graph::Graph graph = recipe.layers.empty() ? graph::build_architecture(recipe.model.architecture, input, classes)
                                               : graph_of_layers(recipe, input, classes);
    graph.name = recipe.project.name;
    return graph;
  });
}

}  // namespace mote::pipeline
