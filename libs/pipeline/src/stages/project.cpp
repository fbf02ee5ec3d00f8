#include "mote/pipeline/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/codegen/plan_for.h"
#include "mote/data/manifest.h"
#include "mote/device/bare_metal.h"
#include "mote/device/board.h"
#include "mote/evaluate/postprocess.h"
#include "mote/exporter/bundle_folder.h"
#include "mote/pipeline/device_model.h"
#include "mote/pipeline/feature_metadata.h"
#include "mote/tflite/reader.h"
#include "mote/tflite/writer.h"
#include "stages/dataset.h"

namespace mote::pipeline {
namespace {

std::vector<std::uint8_t> file_of(const std::filesystem::path& model) {
  return read_binary_file(std::filesystem::is_directory(model) ? model / files::kModel : model);
}

std::optional<FeatureMetadata> metadata_of(const std::vector<std::uint8_t>& file) {
  const tflite::ImportedModel imported = tflite::read_model(file);
  const auto found = imported.metadata.find(tflite::kFeaturesMetadata);
  if (found == imported.metadata.end()) return std::nullopt;
  return parse_feature_metadata(found->second);
}

std::vector<int> firing_classes(std::int64_t classes, const std::vector<std::string>& labels) {
  std::vector<int> firing;
  for (std::int64_t i = 0; i < classes; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const bool quiet = at < labels.size() && (labels[at] == data::kSilenceLabel || labels[at] == data::kUnknownLabel);
    if (!quiet) firing.push_back(static_cast<int>(i));
  }
  return firing;
}

bool is_audio(const FeatureMetadata& metadata) {
  return metadata.features.channels == 1 && metadata.features.sample_rate_hz >= 4000;
}

// Where the recipe says nothing of detections, every class fires, and every inference counts.
std::shared_ptr<const evaluate::BakedPostprocess> plain_postprocess(const DeviceModel& model) {
  const graph::Tensor& output = model.graph.tensor(model.graph.outputs.front());
  evaluate::DetectionOptions options;
  options.classes = firing_classes(output.elements(), model.options.labels);
  constexpr double kStepMs = 1000;
  return std::make_shared<const evaluate::BakedPostprocess>(
      output.elements(), options, kStepMs, evaluate::OutputQuant{output.quant.scales[0], output.quant.zero_points[0]});
}

// A fixed-point front end takes int16, whatever the sensor.
exporter::ProjectDetector detector_of(const std::optional<FeatureMetadata>& metadata) {
  if (!metadata) return {};
  const bool fixed = metadata->features.arithmetic == dsp::Arithmetic::kFixed;
  return {fixed || is_audio(*metadata) ? MOTE_SAMPLE_S16 : MOTE_SAMPLE_F32, metadata->features.sample_rate_hz};
}

std::uint32_t origin(const std::map<std::string, std::string>& keys, const std::string& key) {
  return static_cast<std::uint32_t>(std::stoul(keys.at(key), nullptr, 16));
}

// The words of the compiler; for projects without anybody's SDK also start-up code and linker scripts.
void add_board(const device::Board& board, const exporter::Ecosystem& ecosystem, exporter::ProjectOptions& options) {
  const device::BareMetal parts = device::bare_metal(board.core);
  options.values = {{"compiler_prefix", parts.compiler_prefix},
                    {"core_flags", join(parts.core_flags, " ")},
                    {"link_flags", join(parts.link_flags, " ")},
                    {"emulator", join(parts.emulator, " ")},
                    {"start_file", parts.start_file},
                    {"core", std::string(enum_name(board.core))},
                    {"flash_kb", std::to_string(board.flash_kb)},
                    {"ram_kb", std::to_string(board.ram_kb)}};
  if (!ecosystem.settings.contains("bare_metal")) return;
  const auto& keys = ecosystem.boards.at(board.id);
  for (const auto& file : parts.files) options.files.push_back({"board/" + file.name, file.text});
  options.files.push_back({"board/emulator.ld", parts.emulator_script});
  options.files.push_back(
      {"board/board.ld", device::board_linker_script(board, origin(keys, "flash"), origin(keys, "ram"))});
}

// For mote's runtime with kernels of the board's core; TensorFlow Lite Micro has its own.
plan::Plan plan_for(const ProjectRequest& request, const graph::Graph& graph, const device::Board& board,
                    exporter::BundleOptions& options) {
  const plan::Limits limits{board.flash_limit_bytes(), board.ram_limit_bytes()};
  options.ram_limit_bytes = limits.ram_bytes;
  options.flash_limit_bytes = limits.flash_bytes;
  if (request.runtime == exporter::ProjectRuntime::kTflm) return plan::make_plan(graph);
  options.instruction_set = device::instruction_set(board.core);
  return with_context(board.name, [&] {
    return codegen::device_plan(graph, options.instruction_set, {request.optimize, limits}).plan;
  });
}

std::filesystem::path folder_of(const ProjectRequest& request) {
  if (!request.out.empty()) return request.out;
  if (std::filesystem::is_directory(request.model)) return request.model / request.ecosystem;
  throw Error(ErrorCode::kUsage, "wanted --out with the folder to write into");
}

}  // namespace

ProjectOutcome export_project(const ProjectRequest& request) {
  const exporter::Ecosystem& ecosystem = exporter::find_ecosystem(request.ecosystem);
  const device::Board board =
      device::find_board(request.target.empty() ? ecosystem.settings.at("default_board") : request.target);
  exporter::check_board(ecosystem, board.id);
  DeviceModel model = load_device_model(request.model);
  const std::vector<std::uint8_t> file = file_of(request.model);
  if (model.postprocess == nullptr) {
    model.postprocess = plain_postprocess(model);
    model.options.postprocess.settings = &model.postprocess->settings();
  }
  exporter::ProjectOptions options;
  options.ecosystem = request.ecosystem;
  options.runtime = request.runtime;
  options.board = board.id;
  options.board_name = board.name;
  options.bundle = model.options;
  if (!request.name.empty()) options.bundle.name = request.name;
  options.bundle.form = request.form;
  options.detector = detector_of(metadata_of(file));
  options.tflite = file;
  add_board(board, ecosystem, options);
  const plan::Plan plan = plan_for(request, model.graph, board, options.bundle);
  const std::filesystem::path folder = folder_of(request);
  const exporter::Bundle project = exporter::make_project(plan, options);
  exporter::write_bundle(folder, project);
  return {
      folder, options.bundle.name, ecosystem.title, board.name, options.bundle.frontend.exists(), project.arena_bytes};
}

}  // namespace mote::pipeline
