#include "mote/tflite/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "mote/base/error.h"
#include "narrow_weights.h"
#include "op_functions.h"
#include "tensor_reader.h"

namespace mote::tflite {
namespace {

constexpr std::uint32_t kFormatVersion = 3;
constexpr std::uint32_t kMostTableDepth = 32;
constexpr std::uint32_t kMostTables = 1'000'000;
constexpr const char* kRuntimeVersionMetadata = "min_runtime_version";

[[noreturn]] void corrupt(const std::string& message) {
  throw Error(ErrorCode::kCorrupt, "[tflite] " + message);
}

const format::Model& checked_model(std::span<const std::uint8_t> file) {
  if (file.size() < 8 || !format::ModelBufferHasIdentifier(file.data())) {
    corrupt(fmt::format("wanted a file with the identifier 'TFL3', got {} bytes without it: is this a .tflite?",
                        file.size()));
  }
  if (file.size() > FLATBUFFERS_MAX_BUFFER_SIZE)
    corrupt(fmt::format("wanted less than 2 GB, got {} bytes", file.size()));
  flatbuffers::Verifier verifier(file.data(), file.size(), kMostTableDepth, kMostTables);
  if (!format::VerifyModelBuffer(verifier))
    corrupt("the file is damaged: an offset or a length points outside it; copy or export it again");
  const format::Model& model = *format::GetModel(file.data());
  if (model.version() != kFormatVersion)
    corrupt(fmt::format("wanted version {} of the format, got {}", kFormatVersion, model.version()));
  return model;
}

const format::SubGraph& only_subgraph(const format::Model& model) {
  const auto count = model.subgraphs() == nullptr ? 0 : model.subgraphs()->size();
  if (count == 1) return *model.subgraphs()->Get(0);
  if (count == 0) corrupt("the file has no graph");
  throw Error(ErrorCode::kUnsupported,
              fmt::format("[tflite] wanted one graph, got {}: control flow is not supported", count));
}

using Ids = flatbuffers::Vector<std::int32_t>;

// Ids that name tensors; `least` is -1 where an operand may be left out.
std::vector<graph::TensorId> checked_ids(const Ids* ids, std::size_t tensors, std::int32_t least,
                                         const std::string& role) {
  std::vector<graph::TensorId> result;
  if (ids == nullptr) return result;
  for (std::int32_t id : *ids) {
    if (id < least || id >= static_cast<std::int64_t>(tensors)) {
      corrupt(fmt::format("{}: wanted a tensor of 0..{}, got {}", role, static_cast<std::int64_t>(tensors) - 1, id));
    }
    result.push_back(id);
  }
  return result;
}

std::int32_t operator_code(const format::Model& model, const format::Operator& source, std::int32_t index) {
  const auto* codes = model.operator_codes();
  if (codes == nullptr || source.opcode_index() >= codes->size()) {
    corrupt(fmt::format("operator {}: no operator code {}", index, source.opcode_index()));
  }
  const format::OperatorCode& code = *codes->Get(source.opcode_index());
  return std::max(static_cast<std::int32_t>(code.builtin_code()), std::int32_t{code.deprecated_builtin_code()});
}

std::string custom_name(const format::Model& model, const format::Operator& source) {
  const auto* name = model.operator_codes()->Get(source.opcode_index())->custom_code();
  return name == nullptr ? "" : fmt::format(" '{}'", name->str());
}

// The op whose code it is; nothing when none of ops.def has it.
std::optional<Decoded> decode_any(const OperatorView& view) {
  std::optional<Decoded> found;
#define MOTE_TRAINABLE_OP(Type, stem) \
  if (!found) found = decode(Tag<graph::Type>{}, view);
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#include "mote/graph/ops.def"
  return found;
}

class ModelReader {
 public:
  ModelReader(const format::Model& model, std::string_view narrow_weights)
      : model_(model), subgraph_(only_subgraph(model)), narrow_weights_(narrow_weights) {}

  graph::Graph read() {
    if (subgraph_.name() != nullptr) graph_.name = subgraph_.name()->str();
    FileTensors file = read_tensors(model_, subgraph_);
    restore_narrow_weights(narrow_weights_, file.tensors);
    graph_.tensors = std::move(file.tensors);
    refusals_ = std::move(file.refusals);
    const std::size_t tensors = graph_.tensors.size();
    graph_.inputs = checked_ids(subgraph_.inputs(), tensors, 0, "inputs of the graph");
    graph_.outputs = checked_ids(subgraph_.outputs(), tensors, 0, "outputs of the graph");
    const auto* operators = subgraph_.operators();
    for (flatbuffers::uoffset_t i = 0; operators != nullptr && i < operators->size(); ++i) {
      read_operator(static_cast<std::int32_t>(i), *operators->Get(i));
    }
    check_border();
    graph::Graph graph = graph::compact(graph_);
    graph::verify(graph, graph::Stage::kInt8);
    return graph;
  }

 private:
  void read_operator(std::int32_t index, const format::Operator& source) {
    const std::int32_t code = operator_code(model_, source, index);
    const std::string role = fmt::format("operator {} {}", index, operator_name(code));
    const OperatorView view(index, static_cast<format::BuiltinOperator>(code), source, graph_,
                            checked_ids(source.inputs(), refusals_.size(), -1, role),
                            checked_ids(source.outputs(), refusals_.size(), 0, role));
    const std::optional<Decoded> decoded = decode_any(view);
    if (!decoded) {
      view.fail(ErrorCode::kUnsupported,
                fmt::format("mote has no kernel for this operator{}: build the model without it",
                            custom_name(model_, source)));
    }
    for (graph::TensorId id : decoded->inputs) check_usable(view, id);
    for (graph::TensorId id : view.outputs()) check_usable(view, id);
    add_node(*decoded, view.outputs());
  }

  void check_usable(const OperatorView& view, graph::TensorId id) const {
    const std::string& refusal = refusals_[static_cast<std::size_t>(id)];
    if (refusal.empty()) return;
    view.fail(ErrorCode::kUnsupported, fmt::format("tensor '{}' {}", graph_.tensor(id).name, refusal));
  }

  void check_border() const {
    for (const auto* ids : {&graph_.inputs, &graph_.outputs}) {
      for (graph::TensorId id : *ids) {
        const std::string& refusal = refusals_[static_cast<std::size_t>(id)];
        if (refusal.empty()) continue;
        throw Error(ErrorCode::kUnsupported, fmt::format("[tflite] tensor '{}' {}", graph_.tensor(id).name, refusal));
      }
    }
  }

  // A dense layer gives [1,O] here; the format lets it keep other axes of extent 1.
  void add_node(const Decoded& decoded, const std::vector<graph::TensorId>& outputs) {
    const auto* dense = std::get_if<graph::Dense>(&decoded.op);
    const graph::Tensor& output = graph_.tensor(outputs.front());
    const std::int64_t elements = output.elements();
    if (dense == nullptr || output.shape.size() == 2 || output.constant) {
      graph_.nodes.push_back({decoded.op, decoded.inputs, outputs});
      return;
    }
    graph::Tensor flat{output.name + "/flat", output.type, {1, static_cast<std::int32_t>(elements)},
                       output.quant,          false,       nullptr};
    graph::Reshape reshape{output.shape};
    graph_.tensors.push_back(std::move(flat));
    const auto flat_id = static_cast<graph::TensorId>(graph_.tensors.size() - 1);
    graph_.nodes.push_back({decoded.op, decoded.inputs, {flat_id}});
    graph_.nodes.push_back({std::move(reshape), {flat_id}, outputs});
  }

  const format::Model& model_;
  const format::SubGraph& subgraph_;
  graph::Graph graph_;
  std::string_view narrow_weights_;
  std::vector<std::string> refusals_;  // of the file's own tensors
};

std::map<std::string, std::string> read_metadata(const format::Model& model) {
  std::map<std::string, std::string> result;
  const auto* entries = model.metadata();
  for (flatbuffers::uoffset_t i = 0; entries != nullptr && i < entries->size(); ++i) {
    const format::Metadata& entry = *entries->Get(i);
    const std::string name = entry.name() == nullptr ? "" : entry.name()->str();
    if (name.empty() || name == kRuntimeVersionMetadata) continue;
    if (model.buffers() == nullptr || entry.buffer() >= model.buffers()->size()) {
      corrupt(fmt::format("metadata '{}': no buffer {}", name, entry.buffer()));
    }
    const auto* data = model.buffers()->Get(entry.buffer())->data();
    result[name] = data == nullptr ? "" : std::string(data->begin(), data->end());
  }
  return result;
}

}  // namespace

ImportedModel read_model(std::span<const std::uint8_t> file) {
  // A copy, because the format aligns its content relative to an aligned start.
  const std::vector<std::uint8_t> aligned(file.begin(), file.end());
  const format::Model& model = checked_model(aligned);
  ImportedModel result;
  result.description = model.description() == nullptr ? "" : model.description()->str();
  result.metadata = read_metadata(model);
  const auto narrow = result.metadata.extract(kNarrowWeightsMetadata);
  result.graph = ModelReader(model, narrow.empty() ? std::string_view() : narrow.mapped()).read();
  return result;
}

std::vector<std::string> operator_names(std::span<const std::uint8_t> file) {
  const format::Model& model = checked_model(file);
  std::set<std::int32_t> codes;
  const auto* operators = only_subgraph(model).operators();
  for (flatbuffers::uoffset_t i = 0; operators != nullptr && i < operators->size(); ++i) {
    codes.insert(operator_code(model, *operators->Get(i), static_cast<std::int32_t>(i)));
  }
  std::vector<std::string> names;
  for (std::int32_t code : codes)
    names.emplace_back(format::EnumNameBuiltinOperator(static_cast<format::BuiltinOperator>(code)));
  return names;
}

}  // namespace mote::tflite
