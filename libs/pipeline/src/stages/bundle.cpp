#include "mote/pipeline/bundle.h"

#include <fmt/format.h>

#include <utility>

#include "mote/base/error.h"
#include "mote/codegen/plan_for.h"
#include "mote/device/board.h"
#include "mote/exporter/bundle_folder.h"
#include "mote/pipeline/device_model.h"

namespace mote::pipeline {
namespace {

constexpr std::int64_t kGoldenClips = 3;

std::vector<exporter::GoldenClip> golden_clips(const BundleRequest& request, const DeviceModel& model) {
  if (!model.options.frontend.exists() || !std::filesystem::is_directory(request.model)) return {};
  try {
    const device::Records records = device_clips(request.model, model, kGoldenClips, 1);
    const auto count = static_cast<std::ptrdiff_t>(records.samples.size() / records.names.size());
    std::vector<exporter::GoldenClip> clips;
    for (auto from = records.samples.begin(); const std::string& name : records.names) {
      clips.push_back({name, {from, from + count}});
      from += count;
    }
    return clips;
  } catch (const Error& error) {
    request.log->info(
        fmt::format("golden vectors are made-up signals, because the recipe's clips cannot be read: {}", error.what()));
    return {};
  }
}

// For a board the planner chooses among the kernels of its core; anywhere else the runtime's run.
codegen::DevicePlan plan_of(const BundleRequest& request, const graph::Graph& graph, exporter::BundleOptions& options) {
  const auto make = request.inference == Inference::kHop ? codegen::stream_plan : codegen::device_plan;
  if (request.target.empty()) return make(graph, options.instruction_set, {});
  const device::Board board = device::find_board(request.target);
  const plan::Limits limits{board.flash_limit_bytes(), board.ram_limit_bytes()};
  options.instruction_set = device::instruction_set(board.core);
  options.ram_limit_bytes = limits.ram_bytes;
  options.flash_limit_bytes = limits.flash_bytes;
  return with_context(board.name, [&] { return make(graph, options.instruction_set, {request.optimize, limits}); });
}

std::filesystem::path folder_of(const BundleRequest& request) {
  if (!request.out.empty()) return request.out;
  if (std::filesystem::is_directory(request.model)) return request.model / "bundle";
  throw Error(ErrorCode::kUsage, "wanted --out with the folder to write into");
}

// Front end and golden clips of whole windows as those of hops.
void take_hops(const quant::StreamingGraph& streaming, exporter::BundleOptions& options) {
  const std::vector<exporter::GoldenClip> clips = std::exchange(options.clips, {});
  options.frontend = exporter::hop_frontend(options.frontend, streaming.hop_frames);
  if (!options.frontend.exists()) {
    options.postprocess = {};
    return;
  }
  for (const exporter::GoldenClip& clip : clips) {
    std::int32_t hop = 0;
    for (std::vector<float>& samples : exporter::hop_clips(options.frontend, streaming.hop_frames, clip.samples))
      options.clips.push_back({fmt::format("{}, hop {}", clip.name, hop++), std::move(samples)});
  }
}

}  // namespace

BundleOutcome export_bundle(const BundleRequest& request) {
  const DeviceModel model = load_device_model(request.model);
  const std::filesystem::path folder = folder_of(request);
  exporter::BundleOptions options = model.options;
  if (!request.name.empty()) options.name = request.name;
  options.form = request.form;
  options.files = request.files;
  if (request.inference == Inference::kHop) check_streams(model);
  options.clips = golden_clips(request, model);
  options.golden_vectors = kGoldenClips;
  const codegen::DevicePlan planned = plan_of(request, model.graph, options);
  if (planned.streaming != nullptr) take_hops(*planned.streaming, options);
  options.removal = planned.removal;
  options.streaming = planned.streaming;
  const exporter::Bundle bundle = exporter::make_bundle(planned.plan, options);
  exporter::write_bundle(folder, bundle);
  return {folder,         options.name, options.frontend.exists(), bundle.arena_bytes, plan::cost(planned.plan),
          planned.removal};
}

}  // namespace mote::pipeline
