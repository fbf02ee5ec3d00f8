// The hazard: an average pool rounds half away from zero on raw values and leaves padded cells uncounted. Floor, ties
// up or a division by the whole kernel differ by one unit at ties and at every border.
#include <gtest/gtest.h>

#include "mote/runtime/kernels/mote_average_pool2d_s8.h"
#include "naive.h"

namespace mote::test {
namespace {

// One channel; the window is one row.
Bytes average(mote_window window, const Bytes& input) {
  const mote_average_pool2d_s8_params p{window, 1, {-128, 127}};
  Bytes output = zeros(window.output_w);
  mote_average_pool2d_s8(&p, input.data(), output.data());
  return output;
}

TEST(AveragePoolRounding, RoundsATieAwayFromZero) {
  const mote_window pairs{1, 8, 1, 4, 1, 2, 1, 2, 1, 1, 0, 0};
  EXPECT_EQ(average(pairs, {1, 2, -1, -2, 0, 1, 0, -1}), (Bytes{2, -2, 1, -1}));
}

TEST(AveragePoolRounding, LeavesPaddedCellsUncounted) {
  const mote_window padded{1, 2, 1, 2, 1, 3, 1, 1, 1, 1, 0, 1};
  EXPECT_EQ(average(padded, {100, 50}), (Bytes{75, 75}));
}

TEST(AveragePoolRounding, KeepsTheEndsOfTheRange) {
  const mote_window whole{1, 3, 1, 1, 1, 3, 1, 1, 1, 1, 0, 0};
  EXPECT_EQ(average(whole, {-128, -128, -128}), (Bytes{-128}));
  EXPECT_EQ(average(whole, {127, 127, 127}), (Bytes{127}));
}

}  // namespace
}  // namespace mote::test
