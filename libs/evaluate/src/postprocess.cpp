#include "mote/evaluate/postprocess.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "mote/base/error.h"

namespace mote::evaluate {

namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(ErrorCode::kInvalid, "[evaluate] wanted " + what);
}

double threshold_of(const DetectionOptions& options, std::size_t index) {
  return options.thresholds.empty() ? options.threshold : options.thresholds[index];
}

void require_valid(const DetectionOptions& options, std::size_t classes) {
  const bool one_each = options.thresholds.empty() || options.thresholds.size() == options.classes.size();
  if (!one_each) {
    refuse(fmt::format("one threshold for each of {} classes, got {}: name all or none", options.classes.size(),
                       options.thresholds.size()));
  }
  for (std::size_t i = 0; i < options.classes.size(); ++i) {
    if (std::isnan(threshold_of(options, i))) refuse("a threshold, got NaN: scores lie in [0, 1]");
  }
  if (options.smoothing < 1 || options.smoothing > MOTE_MAX_SMOOTHING) {
    refuse(fmt::format("smoothing in [1, {}], got {}: 1 switches it off", int{MOTE_MAX_SMOOTHING}, options.smoothing));
  }
  if (!(options.refractory_ms >= 0)) {
    refuse(fmt::format("refractory_ms >= 0, got {}: 0 switches it off", options.refractory_ms));
  }
  std::vector<int> sorted = options.classes;
  std::sort(sorted.begin(), sorted.end());
  if (sorted.empty()) refuse("at least one class that may fire, got none: name the words");
  if (sorted.front() < 0 || static_cast<std::size_t>(sorted.back()) >= classes) {
    refuse(fmt::format("classes in [0, {}), got {} to {}: name classes of the model", classes, sorted.front(),
                       sorted.back()));
  }
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) refuse(fmt::format("different classes, got {} twice: remove one", *twice));
}

// From a score to the raw average that reaches it. What lies beyond all outputs fires never, or always.
std::int32_t raw_threshold(double score, const OutputQuant& quant) {
  const double raw = score / static_cast<double>(quant.scale) + quant.zero_point;
  const double most = MOTE_NEVER_FIRES;
  return static_cast<std::int32_t>(std::clamp(std::ceil(raw * int{MOTE_THRESHOLD_UNIT}), -most, most));
}

std::int32_t steps_of(double refractory_ms, double step_ms) {
  return static_cast<std::int32_t>(
      std::min(std::ceil(refractory_ms / step_ms), static_cast<double>(std::numeric_limits<std::int32_t>::max())));
}

}  // namespace

BakedPostprocess::BakedPostprocess(std::int64_t classes, const DetectionOptions& options, double step_ms,
                                   const OutputQuant& quant) {
  require_valid(options, static_cast<std::size_t>(classes));
  if (!(step_ms > 0)) refuse(fmt::format("step_ms > 0, got {}: it is the time between two inferences", step_ms));
  if (!(quant.scale > 0)) refuse(fmt::format("an output scale > 0, got {}: take it from the model", quant.scale));
  thresholds_.assign(static_cast<std::size_t>(classes), MOTE_NEVER_FIRES);
  for (std::size_t i = 0; i < options.classes.size(); ++i) {
    thresholds_[static_cast<std::size_t>(options.classes[i])] = raw_threshold(threshold_of(options, i), quant);
  }
  settings_.classes = static_cast<std::int32_t>(classes);
  settings_.smoothing = options.smoothing;
  settings_.refractory_steps = steps_of(options.refractory_ms, step_ms);
  settings_.thresholds = thresholds_.data();
}

}  // namespace mote::evaluate
