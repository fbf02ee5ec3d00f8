#include "mote/quant/fold.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "mote/base/error.h"
#include "mote/base/text.h"

namespace mote::quant {

std::span<const Pass> folding_passes() {
  static constexpr std::array<Pass, 4> kPasses{{{"remove_dropout", remove_dropout},
                                                {"fold_batch_norm", fold_batch_norm},
                                                {"merge_branches", merge_branches},
                                                {"fuse_activation", fuse_activation}}};
  return kPasses;
}

namespace {

void check_names(std::span<const std::string> disabled) {
  std::vector<std::string> known;
  for (const Pass& pass : folding_passes()) known.emplace_back(pass.name);
  for (const std::string& name : disabled) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(ErrorCode::kNotFound,
                fmt::format("wanted a pass ({}), got '{}'{}", join(known, ", "), name, did_you_mean(name, known)));
  }
}

}  // namespace

graph::Graph fold(const graph::Graph& trained, std::span<const std::string> disabled) {
  verify(trained, graph::Stage::kTrain);
  check_names(disabled);
  graph::Graph result = trained;
  for (const Pass& pass : folding_passes()) {
    if (std::find(disabled.begin(), disabled.end(), pass.name) != disabled.end()) continue;
    result = with_context(fmt::format("pass {}", pass.name), [&] { return pass.run(result); });
  }
  verify(result, graph::Stage::kFloat);
  return result;
}

}  // namespace mote::quant
