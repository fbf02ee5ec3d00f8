#include "mote/plan/border.h"

#include <gtest/gtest.h>

#include <limits>

namespace mote::plan {
namespace {

TEST(Border, RoundsHalfAwayFromZeroAndSaturates) {
  const graph::Quant quant = graph::per_tensor(0.5F, 3);
  EXPECT_EQ(quantize(std::vector<float>{0.0F, 0.25F, -0.25F, 0.24F, 1000.0F, -1000.0F}, quant),
            (std::vector<std::int8_t>{3, 4, 2, 3, 127, -128}));
}

TEST(Border, GivesTheZeroPointForNaN) {
  const std::vector<float> values{std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()};
  EXPECT_EQ(quantize(values, graph::per_tensor(0.1F, -7)), (std::vector<std::int8_t>{-7, 127}));
}

TEST(Border, DequantizesEveryValueBackToItself) {
  const graph::Quant quant = graph::per_tensor(0.0371F, -13);
  std::vector<std::int8_t> all;
  for (int raw = -128; raw <= 127; ++raw) all.push_back(static_cast<std::int8_t>(raw));
  EXPECT_EQ(quantize(dequantize(all, quant), quant), all);
  EXPECT_FLOAT_EQ(dequantize(all, quant)[128], 13 * 0.0371F);
}

}  // namespace
}  // namespace mote::plan
