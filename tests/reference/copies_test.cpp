#include <gtest/gtest.h>

#include <array>

#include "random_layer.h"

namespace mote::test {
namespace {

TEST(ConcatS8, LaysRowsOfAllInputsSideBySide) {
  const Bytes a{1, 2, 3, 4};
  const Bytes b{5, 6};
  const Bytes c{7, 8, 9, 10, 11, 12};
  const mote_concat_s8_params p{2, 3, {2, 1, 3}};
  const std::array<const void*, 3> inputs{a.data(), b.data(), c.data()};
  Bytes output(12);
  mote_concat_s8(&p, inputs.data(), output.data());
  EXPECT_EQ(output, (Bytes{1, 2, 5, 7, 8, 9, 3, 4, 6, 10, 11, 12}));
}

// Every output cell on its own: the input cell, or the value.
Bytes naive_pad(const mote_pad_s8_params& p, const Bytes& input) {
  std::array<std::int32_t, 4> extent{};
  for (std::size_t axis = 0; axis < 4; ++axis) extent[axis] = p.before[axis] + p.input_dims[axis] + p.after[axis];
  Bytes output;
  for (std::int32_t cell = 0; cell < extent[0] * extent[1] * extent[2] * extent[3]; ++cell) {
    std::int32_t rest = cell;
    std::int32_t source = 0;
    std::int32_t step = 1;
    bool inside = true;
    for (std::size_t axis = 4; axis-- > 0;) {
      const std::int32_t position = rest % extent[axis] - p.before[axis];
      rest /= extent[axis];
      inside = inside && position >= 0 && position < p.input_dims[axis];
      source += position * step;
      step *= p.input_dims[axis];
    }
    output.push_back(inside ? input[static_cast<std::size_t>(source)] : static_cast<std::int8_t>(p.value));
  }
  return output;
}

TEST(PadS8, EqualsTheNaiveLoopsOnRandomTensors) {
  for (std::uint64_t number = 0; number < 200; ++number) {
    RandomLayer random("pad", number);
    mote_pad_s8_params p{};
    std::int32_t input_count = 1;
    std::int32_t output_count = 1;
    for (std::size_t axis = 0; axis < 4; ++axis) {
      p.input_dims[axis] = random.integer(1, 4);
      p.before[axis] = random.integer(0, 2);
      p.after[axis] = random.integer(0, 2);
      input_count *= p.input_dims[axis];
      output_count *= p.before[axis] + p.input_dims[axis] + p.after[axis];
    }
    p.value = random.zero_point();
    const Bytes input = random.bytes(input_count);
    Bytes output = zeros(output_count);
    mote_pad_s8(&p, input.data(), output.data());
    ASSERT_EQ(output, naive_pad(p, input)) << number;
  }
}

TEST(Reshape, CopiesToAnotherPlaceAndLeavesTheSamePlaceAlone) {
  const mote_reshape_params p{4};
  Bytes input{1, 2, 3, 4};
  Bytes output(4);
  mote_reshape(&p, input.data(), output.data());
  EXPECT_EQ(output, input);
  mote_reshape(&p, input.data(), input.data());
  EXPECT_EQ(output, input);
}

}  // namespace
}  // namespace mote::test
