// Compares tensors byte by byte and names the first difference instead of printing both.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace mote::test {

inline testing::AssertionResult same_bytes(const std::vector<std::int8_t>& got,
                                           const std::vector<std::int8_t>& wanted) {
  if (got.size() != wanted.size()) {
    return testing::AssertionFailure() << "wanted " << wanted.size() << " bytes, got " << got.size();
  }
  const auto [at, other] = std::mismatch(got.begin(), got.end(), wanted.begin());
  if (at == got.end()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "byte " << (at - got.begin()) << ": wanted " << static_cast<int>(*other)
                                     << ", got " << static_cast<int>(*at);
}

}  // namespace mote::test
