#include "op_functions.h"

namespace mote::trainer {

std::span<float> Scratch::take(std::int64_t count) {
  const auto wanted = static_cast<std::size_t>(count);
  if (used_ == blocks_.size()) blocks_.emplace_back();
  auto& block = blocks_[used_++];
  if (block.size() < wanted) block.resize(wanted);
  return {block.data(), wanted};
}

}  // namespace mote::trainer
