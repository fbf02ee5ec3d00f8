#include "mote/exporter/bundle_detector.h"

#include <cassert>

#include "mote/base/error.h"

namespace mote::exporter {

Detector::Detector(const mote_postprocess_settings& settings) : memory_(mote_postprocess_bytes(&settings) / 4 + 1) {
  const mote_status status =
      mote_postprocess_init(&state_, &settings, memory_.data(), memory_.size() * sizeof(std::int32_t));
  if (status != MOTE_OK) throw Error(ErrorCode::kInvalid, mote_status_text(status));
}

std::int32_t Detector::push(std::span<const std::int8_t> outputs) {
  assert(std::ssize(outputs) == state_.settings->classes);
  return mote_postprocess_push(&state_, outputs.data());
}

std::vector<std::int32_t> Detector::sums() const {
  std::vector<std::int32_t> sums;
  for (std::int32_t c = 0; c < state_.settings->classes; ++c) sums.push_back(mote_postprocess_sum(&state_, c));
  return sums;
}

}  // namespace mote::exporter
