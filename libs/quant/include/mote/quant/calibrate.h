// Ranges of the activations of a float graph, seen on real inputs.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/graph/float_runner.h"
#include "mote/quant/range.h"

namespace mote::quant {

enum class RangeMethod : std::uint8_t {
  kMinMax,      // all values seen
  kPercentile,  // without the share `1 - percentile` of the most extreme values
  kMse,         // the range whose int8 grid has the least squared error over what was seen
};

struct CalibrationSettings {
  RangeMethod method = RangeMethod::kMse;
  double percentile = 0.9999;  // of the values kept, (0.5, 1]
  std::int32_t samples = 500;  // how many training inputs are looked at, >= 1

  // Errors: kInvalid.
  void validate() const;
};

// Calls v(name, reference, help) for each setting: the one table from which recipe keys, help and hashes are made.
template <class Settings, class Visitor>
requires std::same_as<std::remove_const_t<Settings>, CalibrationSettings>
void visit_fields(Settings& settings, Visitor&& v) {
  v("method", settings.method, "how activation ranges are chosen: minmax, percentile or mse");
  v("percentile", settings.percentile, "share of the values that a percentile range keeps, (0.5, 1]");
  v("samples", settings.samples, "training inputs looked at");
}

// One range for each tensor of the graph; those of constants are empty. `inputs` holds `samples` inputs one after
// another. Ranges are those after the fused activation. Errors: kInvalid when an activation is not finite, there is no
// input, or `inputs` is not as long as `samples` demands.
std::vector<Range> calibrate(const graph::Graph& graph, graph::FloatRunner& runner, std::span<const float> inputs,
                             std::int64_t samples, const CalibrationSettings& settings);

}  // namespace mote::quant

template <>
struct mote::EnumNames<mote::quant::RangeMethod> {
  static constexpr std::array<std::string_view, 3> kNames{"minmax", "percentile", "mse"};
};
