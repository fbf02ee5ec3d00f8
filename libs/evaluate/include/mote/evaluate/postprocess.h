// Thresholds, smoothing and refractory time as the device's integers (mote/runtime/postprocess.h). Event evaluation
// runs them in memory, the exporter prints them as C.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/runtime/postprocess.h"

namespace mote::evaluate {

// A score is scale · (raw output − zero point). The default is what every softmax has.
struct OutputQuant {
  float scale = 1.0F / 256.0F;
  std::int32_t zero_point = -128;
};

struct DetectionOptions {
  std::vector<int> classes;        // which may fire (not silence, not unknown); indices in [0, C), all different
  double threshold = 0.5;          // a class fires when its averaged score >= threshold
  double refractory_ms = 1000;     // after firing, nothing fires for this long; >= 0
  std::int32_t smoothing = 1;      // inferences averaged; in [1, MOTE_MAX_SMOOTHING]
  std::vector<double> thresholds;  // one for each of `classes`, in place of `threshold`; or empty
};

// Owns the thresholds; settings() points to them and lives as long.
class BakedPostprocess {
 public:
  // `classes`: outputs of the model. `step_ms` > 0: from one inference to the next; a refractory time that is not whole
  // steps is rounded up, as is a threshold between two sums. Error(kInvalid) when a class is out of range or named
  // twice, none may fire, thresholds are NaN or not one for each class, refractory_ms, smoothing, step_ms or
  // quant.scale is out of range.
  BakedPostprocess(std::int64_t classes, const DetectionOptions& options, double step_ms, const OutputQuant& quant);
  BakedPostprocess(BakedPostprocess&&) noexcept = default;
  BakedPostprocess& operator=(BakedPostprocess&&) noexcept = default;
  BakedPostprocess(const BakedPostprocess&) = delete;
  BakedPostprocess& operator=(const BakedPostprocess&) = delete;

  const mote_postprocess_settings& settings() const { return settings_; }
  const std::vector<std::int32_t>& thresholds() const { return thresholds_; }  // for the exporter

 private:
  mote_postprocess_settings settings_{};
  std::vector<std::int32_t> thresholds_;
};

}  // namespace mote::evaluate
