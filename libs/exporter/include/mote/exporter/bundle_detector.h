// Post-processing on the desktop, by the C that a bundle holds (mote/runtime/postprocess.h): what golden vectors and
// `mote verify` compare with. To judge a model on long recordings: mote/evaluate/events.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/runtime/postprocess.h"

namespace mote::exporter {

// Takes the outputs of one inference after another.
class Detector {
 public:
  // `settings` outlive it. Errors: kInvalid for settings that mote_postprocess_init refuses.
  explicit Detector(const mote_postprocess_settings& settings);
  Detector(Detector&&) noexcept = default;
  Detector& operator=(Detector&&) noexcept = default;
  Detector(const Detector&) = delete;
  Detector& operator=(const Detector&) = delete;
  ~Detector() = default;

  // `outputs`: raw, one of each class. The class that fires, or MOTE_NO_DETECTION.
  std::int32_t push(std::span<const std::int8_t> outputs);
  // Inferences in the moving average, and the sum of the outputs of each class over them.
  std::int32_t held() const { return mote_postprocess_held(&state_); }
  std::vector<std::int32_t> sums() const;

 private:
  mote_postprocess state_{};
  std::vector<std::int32_t> memory_;
};

}  // namespace mote::exporter
