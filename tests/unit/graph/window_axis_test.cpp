// Positions and padding as TensorFlow defines them; the cases are worked out by hand from ceil(input / stride) and
// max(0, (output - 1)·stride + reach - input).
#include <gtest/gtest.h>

#include "mote/graph/ops/common.h"

namespace mote::graph {
namespace {

struct Case {
  std::int32_t input, kernel, stride, dilation;
  Padding padding;
  std::int32_t output, before, after;
};

class WindowAxisCase : public testing::TestWithParam<Case> {};

TEST_P(WindowAxisCase, EqualsTensorFlow) {
  const Case& c = GetParam();
  const WindowAxis axis = window_axis(c.input, c.kernel, c.stride, c.dilation, c.padding);
  EXPECT_EQ(axis.output, c.output);
  EXPECT_EQ(axis.pad_before, c.before);
  EXPECT_EQ(axis.pad_after, c.after);
}

INSTANTIATE_TEST_SUITE_P(Valid, WindowAxisCase,
                         testing::Values(Case{5, 3, 1, 1, Padding::kValid, 3, 0, 0},
                                         Case{5, 3, 2, 1, Padding::kValid, 2, 0, 0},
                                         Case{6, 3, 2, 1, Padding::kValid, 2, 0, 0},    // the last cell is never seen
                                         Case{7, 3, 1, 2, Padding::kValid, 3, 0, 0},    // reaches 5 cells
                                         Case{3, 3, 2, 1, Padding::kValid, 1, 0, 0},    // as large as the input
                                         Case{3, 4, 1, 1, Padding::kValid, 0, 0, 0},    // does not fit
                                         Case{4, 3, 1, 2, Padding::kValid, 0, 0, 0}));  // does not fit dilated

INSTANTIATE_TEST_SUITE_P(Same, WindowAxisCase,
                         testing::Values(Case{5, 3, 1, 1, Padding::kSame, 5, 1, 1},
                                         Case{5, 4, 1, 1, Padding::kSame, 5, 1, 2},     // the odd cell goes to the end
                                         Case{49, 10, 2, 1, Padding::kSame, 25, 4, 5},  // MLPerf Tiny's first layer
                                         Case{10, 4, 2, 1, Padding::kSame, 5, 1, 1},
                                         Case{6, 3, 2, 1, Padding::kSame, 3, 0, 1},
                                         Case{5, 3, 2, 1, Padding::kSame, 3, 1, 1},
                                         Case{7, 3, 1, 3, Padding::kSame, 7, 3, 3},
                                         Case{7, 1, 3, 1, Padding::kSame, 3, 0, 0},  // a stride beyond the kernel
                                         Case{2, 5, 1, 1, Padding::kSame, 2, 2, 2},  // a kernel beyond the input
                                         Case{1, 3, 4, 1, Padding::kSame, 1, 1, 1}));

}  // namespace
}  // namespace mote::graph
