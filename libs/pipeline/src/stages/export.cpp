#include "stages/export.h"

#include <fmt/format.h>

#include <algorithm>

#include "mote/base/text.h"
#include "mote/exporter/model_data.h"
#include "mote/graph/text.h"
#include "mote/plan/plan.h"
#include "mote/tflite/reader.h"
#include "mote/tflite/writer.h"

namespace mote::pipeline {
namespace {

bool has_narrow_weights(const graph::Graph& graph) {
  return std::any_of(graph.tensors.begin(), graph.tensors.end(), [](const graph::Tensor& tensor) {
    return tensor.type == graph::DType::kTernary || tensor.type == graph::DType::kBinary;
  });
}

void check_read_back(const graph::Graph& graph, const std::vector<std::uint8_t>& file) {
  const tflite::ImportedModel model = tflite::read_model(file);
  if (model.graph == graph) return;
  throw Error(ErrorCode::kInvalid,
              "the model file does not read back as the graph it was made from: please report this");
}

}  // namespace

void export_model(const Context& context, const FeatureMetadata& metadata) {
  const graph::Graph graph = graph::load(context.directory.file(files::kInt8Graph), graph::Stage::kInt8);
  tflite::WriteOptions options;
  options.description = fmt::format("{}, made by mote {}", metadata.name, metadata.version);
  options.metadata[tflite::kFeaturesMetadata] = to_text(metadata);
  options.narrow_weights = tflite::NarrowWeights::kAsInt8;
  if (has_narrow_weights(graph)) {
    context.log.warning(
        fmt::format("{} stores ternary and binary weights as int8, because the format has no type for "
                    "them: export the C bundle, which packs them",
                    files::kModel));
  }
  const std::vector<std::uint8_t> file = tflite::write_model(graph, options);
  check_read_back(graph, file);
  write_file_atomic(context.directory.file(files::kModel), file);

  exporter::ModelDataOptions data_options;
  data_options.labels = metadata.labels;
  data_options.origin = fmt::format("{}, seed {}, mote {}", metadata.name, metadata.seed, metadata.version);
  const plan::Plan plan = plan::make_plan(graph);
  exporter::write_model_data(context.directory.path(), exporter::make_model_data(file, plan, data_options),
                             data_options);
  write_file_atomic(context.directory.file(files::kLabels), std::string_view(join(metadata.labels, "\n") + "\n"));
}

}  // namespace mote::pipeline
