#include <fmt/format.h>

#include <algorithm>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/pipeline/compress_settings.h"

namespace mote::pipeline {
namespace {

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

void check_share(const char* key, double share) {
  if (!(share >= 0 && share <= 100)) fail(fmt::format("{} wants [0, 100], got {}", key, share));
}

void check_greatest(const char* key, std::int64_t greatest) {
  if (greatest < 0) fail(fmt::format("{} wants >= 0, got {}", key, greatest));
}

}  // namespace

std::vector<quant::WeightType> MixedSettings::weight_types() const {
  std::vector<quant::WeightType> result;
  for (const std::string& name : types) {
    const auto type = enum_value<quant::WeightType>(name);
    if (!type) {
      const auto& names = EnumNames<quant::WeightType>::kNames;
      const std::vector<std::string> known(names.begin(), names.end());
      fail(fmt::format("types wants names among {}, got '{}'{}", join(known, ", "), name, did_you_mean(name, known)));
    }
    if (std::find(result.begin(), result.end(), *type) != result.end())
      fail(fmt::format("types wants each type once, got '{}' twice", name));
    result.push_back(*type);
  }
  return result;
}

void MixedSettings::validate() const {
  if (weight_types().empty()) fail("types wants at least one type to choose from, got none");
  if (clips < 1) fail(fmt::format("clips wants >= 1, got {}", clips));
  check_share("weight_share", weight_share);
  check_share("arena_share", arena_share);
  check_share("instruction_share", instruction_share);
  check_greatest("greatest_weight_bytes", greatest_weight_bytes);
  check_greatest("greatest_arena_bytes", greatest_arena_bytes);
  check_greatest("greatest_instructions", greatest_instructions);
  const bool shares = weight_share > 0 || arena_share > 0 || instruction_share > 0;
  const bool numbers = greatest_weight_bytes > 0 || greatest_arena_bytes > 0 || greatest_instructions > 0;
  if (!shares && !numbers) fail("wanted a budget, got none: weight_share = 0.6, say");
}

}  // namespace mote::pipeline
