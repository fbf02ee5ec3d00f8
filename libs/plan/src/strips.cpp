#include "mote/plan/strips.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"

namespace mote::plan {
namespace {

using graph::Graph;
using graph::Node;

// A layer's windows along the rows: output row y reads the rows y·stride - pad … y·stride - pad + reach - 1.
struct RowWindow {
  std::int32_t reach = 1;
  std::int32_t stride = 1;
  std::int32_t pad = 0;
};

template <class Op>
RowWindow sliding(const Op& op, std::int32_t input_rows, std::int32_t kernel_h, std::int32_t dilation_h) {
  const auto axis = graph::window_axis(input_rows, kernel_h, op.stride_h, dilation_h, op.padding);
  return {(kernel_h - 1) * dilation_h + 1, op.stride_h, axis.pad_before};
}

// Of the ops that work on rows each for itself or by windows; nothing for all others.
struct RowWindowOf {
  const Graph& graph;
  const Node& node;

  std::int32_t input_rows() const { return graph.tensor(node.inputs[0]).shape[1]; }
  std::int32_t kernel_h() const { return graph.tensor(node.inputs[1]).shape[1]; }

  std::optional<RowWindow> operator()(const graph::Conv2d& op) const {
    return sliding(op, input_rows(), kernel_h(), op.dilation_h);
  }
  std::optional<RowWindow> operator()(const graph::DepthwiseConv2d& op) const {
    return sliding(op, input_rows(), kernel_h(), op.dilation_h);
  }
  std::optional<RowWindow> operator()(const graph::Pool2d& op) const {
    return sliding(op, input_rows(), op.kernel_h, 1);
  }
  std::optional<RowWindow> operator()(const graph::Unary&) const { return RowWindow{}; }
  std::optional<RowWindow> operator()(const graph::Pad& op) const { return RowWindow{1, 1, op.before[1]}; }
  template <class Op>
  std::optional<RowWindow> operator()(const Op&) const {
    return std::nullopt;
  }
};

std::optional<RowWindow> row_window(const Graph& graph, const Node& node) {
  return std::visit(RowWindowOf{graph, node}, node.op);
}

struct Rows {
  std::int32_t first = 0;
  std::int32_t end = 0;

  std::int32_t count() const { return end - first; }
};

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::kInvalid, "[strips] " + message);
}

// The input rows that a layer reads for these output rows, padding left out.
Rows rows_read(const RowWindow& window, const Rows& output, std::int32_t input_rows) {
  const std::int32_t first = output.first * window.stride - window.pad;
  const std::int32_t end = (output.end - 1) * window.stride - window.pad + window.reach;
  return {std::max(0, first), std::min(input_rows, end)};
}

// A Pad in a strip adds those rows that lie in the strip.
void adjust_pad(Node& node, std::int32_t above, std::int32_t output_rows, std::int32_t input_rows) {
  auto* pad = std::get_if<graph::Pad>(&node.op);
  if (pad == nullptr) return;
  pad->before[1] = above;
  pad->after[1] = output_rows - input_rows - above;
}

class Cutter {
 public:
  Cutter(const Graph& graph, const StripCut& cut) : graph_(graph) {
    result_.cut = cut;
    for (std::int32_t i = 0; i < cut.layers; ++i) {
      const Node& node = graph.nodes[static_cast<std::size_t>(i)];
      windows_.push_back(*row_window(graph, node));
      if (i + 1 < cut.layers) result_.skipped.push_back(node.outputs.front());
    }
  }

  std::optional<Strips> run() {
    const graph::TensorId output = last_node().outputs.front();
    const std::int32_t rows = graph_.tensor(output).shape[1];
    for (std::int32_t first = 0; first < rows; first += result_.cut.rows) {
      if (!add_strip({first, std::min(rows, first + result_.cut.rows)})) return std::nullopt;
    }
    for (const Strip& strip : result_.strips)
      result_.recomputed_macs += multiply_accumulates(result_.graphs[static_cast<std::size_t>(strip.graph)].graph);
    for (std::int32_t i = 0; i < result_.cut.layers; ++i)
      result_.recomputed_macs -= graph::multiply_accumulates(graph_, graph_.nodes[static_cast<std::size_t>(i)]);
    return std::move(result_);
  }

 private:
  const Node& last_node() const { return graph_.nodes[static_cast<std::size_t>(result_.cut.layers) - 1]; }

  std::int64_t offset(graph::TensorId tensor, std::int32_t row) const {
    const graph::Shape& shape = graph_.tensor(tensor).shape;
    return std::int64_t{row} * shape[2] * shape[3];
  }

  StripGraph empty_strip() const {
    StripGraph strip;
    strip.graph.name = graph_.name;
    strip.graph.tensors = graph_.tensors;
    strip.graph.nodes.assign(graph_.nodes.begin(), graph_.nodes.begin() + result_.cut.layers);
    strip.graph.inputs = graph_.inputs;
    strip.graph.outputs = last_node().outputs;
    strip.pad_top.resize(strip.graph.nodes.size());
    return strip;
  }

  // From the last layer up. False where a layer would read padding only.
  bool add_strip(const Rows& output) {
    StripGraph strip = empty_strip();
    Rows rows = output;
    for (std::size_t i = strip.graph.nodes.size(); i > 0; --i) {
      Node& node = strip.graph.nodes[i - 1];
      const RowWindow& window = windows_[i - 1];
      strip.graph.tensor(node.outputs.front()).shape[1] = rows.count();
      const Rows read = rows_read(window, rows, graph_.tensor(node.inputs[0]).shape[1]);
      if (read.count() < 1) return false;
      strip.pad_top[i - 1] = read.first - (rows.first * window.stride - window.pad);
      adjust_pad(node, strip.pad_top[i - 1], rows.count(), read.count());
      rows = read;
    }
    strip.graph.tensor(graph_.inputs.front()).shape[1] = rows.count();
    result_.strips.push_back({index_of(std::move(strip)), offset(graph_.inputs.front(), rows.first),
                              offset(last_node().outputs.front(), output.first)});
    return true;
  }

  bool same(const StripGraph& a, const StripGraph& b) const {
    if (a.pad_top != b.pad_top) return false;
    const auto same_rows = [&](graph::TensorId id) { return a.graph.tensor(id).shape == b.graph.tensor(id).shape; };
    return same_rows(graph_.inputs.front()) && same_rows(last_node().outputs.front()) &&
           std::all_of(result_.skipped.begin(), result_.skipped.end(), same_rows);
  }

  std::int32_t index_of(StripGraph strip) {
    for (std::size_t i = 0; i < result_.graphs.size(); ++i) {
      if (same(result_.graphs[i], strip)) return static_cast<std::int32_t>(i);
    }
    result_.graphs.push_back(std::move(strip));
    return static_cast<std::int32_t>(result_.graphs.size()) - 1;
  }

  const Graph& graph_;
  std::vector<RowWindow> windows_;
  Strips result_;
};

bool is_map(const graph::Tensor& tensor) {
  return tensor.type == graph::DType::kInt8 && tensor.shape.size() == 4 && tensor.shape[0] == 1;
}

// Whether node `index` carries on a chain that has come to `tensor`.
bool carries_on(const Graph& graph, std::size_t index, graph::TensorId tensor) {
  const Node& node = graph.nodes[index];
  if (node.inputs.front() != tensor || node.outputs.size() != 1) return false;
  if (!is_map(graph.tensor(tensor)) || !is_map(graph.tensor(node.outputs.front()))) return false;
  if (std::count(graph.outputs.begin(), graph.outputs.end(), tensor) != 0) return false;
  return consumers(graph, tensor).size() == 1 && row_window(graph, node).has_value();
}

}  // namespace

std::int32_t strip_layers(const Graph& graph) {
  if (graph.inputs.size() != 1) return 0;
  graph::TensorId tensor = graph.inputs.front();
  std::int32_t layers = 0;
  while (static_cast<std::size_t>(layers) < graph.nodes.size() &&
         carries_on(graph, static_cast<std::size_t>(layers), tensor)) {
    tensor = graph.nodes[static_cast<std::size_t>(layers++)].outputs.front();
  }
  return layers < 2 ? 0 : layers;
}

Strips cut_strips(const Graph& graph, const StripCut& cut) {
  const std::int32_t most = strip_layers(graph);
  if (cut.layers < 2 || cut.layers > most)
    refuse(fmt::format("wanted 2 to {} of the first layers, got {}", most, cut.layers));
  const Node& last = graph.nodes[static_cast<std::size_t>(cut.layers) - 1];
  const std::int32_t rows = graph.tensor(last.outputs.front()).shape[1];
  if (cut.rows < 1 || cut.rows >= rows)
    refuse(fmt::format("wanted 1 to {} rows of '{}' in a strip, got {}", rows - 1, graph.node_name(last), cut.rows));
  std::optional<Strips> strips = find_strips(graph, cut);
  if (!strips)
    refuse(fmt::format("wanted strips of more than padding, got {} rows of '{}'", cut.rows, graph.node_name(last)));
  return *std::move(strips);
}

std::optional<Strips> find_strips(const Graph& graph, const StripCut& cut) {
  return Cutter(graph, cut).run();
}

}  // namespace mote::plan
