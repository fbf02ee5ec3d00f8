#include "mote/quant/repair.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "mote/base/error.h"
#include "mote/base/text.h"

namespace mote::quant {
namespace {

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

void check_names(const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const RepairPass& pass : repair_passes()) known.emplace_back(pass.name);
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(ErrorCode::kNotFound, fmt::format("repair.passes wants passes ({}), got '{}'{}",
                                                  mote::join(known, ", "), name, did_you_mean(name, known)));
  }
}

}  // namespace

std::span<const RepairPass> repair_passes() {
  static constexpr std::array<RepairPass, 5> kPasses{
      {{"equalize", "channels between layers are scaled to use the grid that they share", equalize},
       {"search_ranges", "ranges of activations are those that change the network's answer least", search_ranges},
       {"clip_weights", "filters give up the rare wide weight for finer steps", clip_weights},
       {"round_weights", "each weight is rounded up or down as the layer's output wants it", round_weights},
       {"correct_bias", "biases take away what quantization adds on average", correct_bias}}};
  return kPasses;
}

void RepairSettings::validate() const {
  check_names(passes);
  if (samples < 1) fail(fmt::format("repair.samples must be >= 1, got {}", samples));
  if (!(rounding_effort > 0 && rounding_effort <= 100))
    fail(fmt::format("repair.rounding_effort must be in (0, 100], got {}", rounding_effort));
}

Draft make_draft(const graph::Graph& folded, const MeasuringSet& set, const CalibrationSettings& calibration,
                 const QuantizeSettings& settings) {
  return {folded, folded, calibrate(folded, set.runner, set.inputs, set.samples, calibration), calibration, settings};
}

graph::Graph quantize(const Draft& draft) {
  std::vector<Range> ranges = draft.ranges;
  ranges.resize(draft.graph.tensors.size());  // repairs append constants
  return quantize(draft.graph, ranges, draft.settings);
}

Draft repair(const Draft& draft, const MeasuringSet& set, const RepairSettings& settings) {
  settings.validate();
  Draft result = draft;
  for (const RepairPass& pass : repair_passes()) {
    if (std::find(settings.passes.begin(), settings.passes.end(), pass.name) == settings.passes.end()) continue;
    result = with_context(fmt::format("repair {}", pass.name), [&] { return pass.run(result, set, settings); });
  }
  return result;
}

}  // namespace mote::quant
