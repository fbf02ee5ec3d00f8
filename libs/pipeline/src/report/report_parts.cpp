// Parts of a report that need a little arithmetic: gates and pictures.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "mote/base/error.h"
#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {

namespace {

Gate make_gate(std::string name, std::string rule, double limit, double measured, std::string unit) {
  if (std::isnan(limit) || std::isnan(measured)) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[report] wanted numbers for gate '{}', got limit {} and measured {}: measure it first",
                            name, limit, measured));
  }
  const bool passed = rule == "at_least" ? measured >= limit : measured <= limit;
  return {std::move(name), std::move(rule), limit, measured, std::move(unit), passed};
}

}  // namespace

Gate gate_at_least(std::string name, double limit, double measured, std::string unit) {
  return make_gate(std::move(name), "at_least", limit, measured, std::move(unit));
}

Gate gate_at_most(std::string name, double limit, double measured, std::string unit) {
  return make_gate(std::move(name), "at_most", limit, measured, std::move(unit));
}

FeaturePicture make_feature_picture(std::span<const float> values, std::int64_t frames, std::int64_t bins) {
  if (frames < 1 || bins < 1 || static_cast<std::int64_t>(values.size()) != frames * bins) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[report] wanted frames × bins values for a picture, got {} for {} × {}: "
                            "pass the features of one clip",
                            values.size(), frames, bins));
  }
  const auto broken = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  if (broken != values.end()) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[report] wanted finite features for a picture, got {} at {}: look at the "
                            "recording",
                            *broken, broken - values.begin()));
  }
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  FeaturePicture picture;
  picture.frames = frames;
  picture.bins = bins;
  picture.low = *least;
  picture.high = *most;
  const double range = picture.high > picture.low ? picture.high - picture.low : 1;
  picture.levels.reserve(values.size());
  for (const float value : values) {
    picture.levels.push_back(static_cast<int>(std::lround(255 * (value - picture.low) / range)));
  }
  return picture;
}

}  // namespace mote::pipeline
