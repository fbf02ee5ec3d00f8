#include <gtest/gtest.h>

#include "random_layer.h"

namespace mote::test {
namespace {

template <class Params>
Params draw(RandomLayer& random) {
  Params p{};
  p.window = random.window(1);
  p.channels = random.integer(1, 40);
  p.activation = random.activation();
  return p;
}

TEST(AveragePool2dS8, EqualsTheNaiveLoopsOnRandomLayers) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    RandomLayer random("average_pool2d", number);
    const auto p = draw<mote_average_pool2d_s8_params>(random);
    const Bytes input = random.bytes(p.window.input_h * p.window.input_w * p.channels);
    Bytes output = zeros(p.window.output_h * p.window.output_w * p.channels);
    mote_average_pool2d_s8(&p, input.data(), output.data());
    ASSERT_EQ(output, naive_average_pool2d(p, input)) << number;
  }
}

TEST(MaxPool2dS8, EqualsTheNaiveLoopsOnRandomLayers) {
  for (std::uint64_t number = 0; number < 300; ++number) {
    RandomLayer random("max_pool2d", number);
    const auto p = draw<mote_max_pool2d_s8_params>(random);
    const Bytes input = random.bytes(p.window.input_h * p.window.input_w * p.channels);
    Bytes output = zeros(p.window.output_h * p.window.output_w * p.channels);
    mote_max_pool2d_s8(&p, input.data(), output.data());
    ASSERT_EQ(output, naive_max_pool2d(p, input)) << number;
  }
}

}  // namespace
}  // namespace mote::test
