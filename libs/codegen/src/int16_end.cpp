#include "int16_end.h"

#include <fmt/format.h>

#include <limits>

#include "mote/runtime/requantize_s16.h"
#include "weighted_layer.h"

namespace mote::codegen {
namespace {

constexpr std::int32_t kLeast = std::numeric_limits<std::int16_t>::min();
constexpr std::int32_t kGreatest = std::numeric_limits<std::int16_t>::max();

// Accumulators that a channel can reach.
struct Reach {
  std::int64_t least = 0;
  std::int64_t greatest = 0;
};

std::vector<Reach> reaches(const Layer& layer, const WeightedLayer& common) {
  std::vector<Reach> all(static_cast<std::size_t>(common.channels));
  if (layer.node.inputs.size() > 2) {
    const auto biases = graph::values<std::int64_t>(layer.input(2));
    for (std::size_t c = 0; c < all.size(); ++c) all[c] = {biases[c], biases[c]};
  }
  const auto weights = graph::values<std::int8_t>(layer.input(1));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::int64_t weight = int{weights[i]};
    Reach& reach = all[i / static_cast<std::size_t>(common.inner) % all.size()];
    reach.least += weight * (weight > 0 ? kLeast : kGreatest);
    reach.greatest += weight * (weight > 0 ? kGreatest : kLeast);
  }
  return all;
}

// M, where it is exact.
std::optional<std::int32_t> high_multiplier(std::int32_t multiplier, std::int32_t shift) {
  const std::int64_t reduced = mote_reduced_multiplier(multiplier);
  if (reduced == 0) return 0;
  const std::int32_t left = 32 - (15 - shift);
  if (left < 0) return std::nullopt;
  const std::int64_t high = reduced << left;
  if (high > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return static_cast<std::int32_t>(high);
}

Int16Bounds bounds_of(mote_activation activation) {
  if (activation.max != kGreatest) return Int16Bounds::kAny;
  if (activation.min == kLeast) return Int16Bounds::kInt16;
  return activation.min == 0 ? Int16Bounds::kNotNegative : Int16Bounds::kAny;
}

struct Constants {
  std::int32_t bias = 0;
  std::int32_t multiplier = 0;
};

std::optional<Constants> constants_of(const Reach& reach, std::int64_t bias, std::int32_t multiplier,
                                      std::int32_t shift, mote_activation activation) {
  if (reach.least == reach.greatest)
    return Constants{mote_requantize_wide_s16(bias, multiplier, shift, activation) * 65536, 65536};
  if (reach.least < std::numeric_limits<std::int32_t>::min()) return std::nullopt;
  if (reach.greatest > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  const std::optional<std::int32_t> high = high_multiplier(multiplier, shift);
  if (!high) return std::nullopt;
  return Constants{static_cast<std::int32_t>(bias), *high};
}

}  // namespace

std::optional<Int16End> int16_end(const Layer& layer) {
  const std::optional<WeightedLayer> common = weighted_layer(layer);
  if (!common || layer.output().type != graph::DType::kInt16) return std::nullopt;
  const mote_activation activation = common->activation;
  if (activation.min > 0 || activation.max < 0) return std::nullopt;
  Int16End end{{}, {}, bounds_of(activation), activation};
  const bool has_bias = layer.node.inputs.size() > 2;
  const std::vector<Reach> all = reaches(layer, *common);
  for (std::size_t c = 0; c < all.size(); ++c) {
    const std::size_t factor = common->scaling.count == 1 ? 0 : c;
    const std::int64_t bias = has_bias ? graph::values<std::int64_t>(layer.input(2))[c] : 0;
    const auto constants =
        constants_of(all[c], bias, common->scaling.multipliers[factor], common->scaling.shifts[factor], activation);
    if (!constants) return std::nullopt;
    end.biases.push_back(constants->bias);
    end.multipliers.push_back(constants->multiplier);
  }
  return end;
}

std::string_view bounds_suffix(Int16Bounds bounds) {
  if (bounds == Int16Bounds::kAny) return "_bounded";
  return bounds == Int16Bounds::kNotNegative ? "_relu" : "";
}

// Saturating additions of int16 push values against an end of the type and come back: no more than 32767 - above, no
// less than -32768 - below.
void add_bounds(Assembly& a, Int16Bounds bounds, std::string_view value, std::string_view above,
                std::string_view below) {
  if (bounds == Int16Bounds::kNotNegative) {
    a.add(fmt::format("usat {0}, #15, {0}", value));
    return;
  }
  a.add(fmt::format("ssat {0}, #16, {0}", value));
  if (bounds == Int16Bounds::kInt16) return;
  for (const std::string_view limit : {above, below}) {
    a.add(fmt::format("qadd16 {0}, {0}, {1}", value, limit));
    a.add(fmt::format("sub {0}, {0}, {1}", value, limit));
  }
}

std::int32_t bounds_above(const Int16End& end) {
  return kGreatest - end.activation.max;
}

std::int32_t bounds_below(const Int16End& end) {
  return kLeast - end.activation.min;
}

std::string int16_end_text(std::string_view name, Int16Bounds bounds) {
  const bool is_any = bounds == Int16Bounds::kAny;
  return fmt::format(
      "static int16_t {0}_end(int32_t sum, int32_t multiplier, int32_t above, int32_t below) {{\n"
      "  const int32_t value = (int32_t)(((int64_t)sum * multiplier + ((int64_t)1 << 31)) >> 32);\n"
      "  const int32_t greatest = 32767{1};\n"
      "  const int32_t least = {2};\n"
      "{3}"
      "  if (value > greatest) return (int16_t)greatest;\n"
      "  return (int16_t)(value < least ? least : value);\n"
      "}}\n",
      name, is_any ? " - above" : "",
      is_any                                ? "-32768 - below"
      : bounds == Int16Bounds::kNotNegative ? "0"
                                            : "-32768",
      is_any ? "" : "  (void)above;\n  (void)below;\n");
}

}  // namespace mote::codegen
