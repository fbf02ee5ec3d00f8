#include <fmt/format.h>

#include "mote/base/error.h"
#include "mote/trainer/qat.h"

namespace mote::trainer {
namespace {

template <class Value>
void require(bool good, std::string_view key, std::string_view wanted, const Value& got) {
  if (!good) throw Error(ErrorCode::kInvalid, fmt::format("[qat] {} must be {}, got {}", key, wanted, got));
}

}  // namespace

void QatSettings::validate() const {
  require(epochs >= 1, "epochs", ">= 1", epochs);
  require(learning_rate_share > 0 && learning_rate_share <= 1, "learning_rate_share", "in (0, 1]", learning_rate_share);
  require(range_momentum >= 0 && range_momentum < 1, "range_momentum", "in [0, 1)", range_momentum);
  require(percentile > 0.5 && percentile <= 1, "percentile", "in (0.5, 1]", percentile);
  require(freeze_share >= 0 && freeze_share <= 1, "freeze_share", "in [0, 1]", freeze_share);
}

}  // namespace mote::trainer
