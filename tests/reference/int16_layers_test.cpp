// The kernels of the int16 path against plain loops over int64 and double.
#include <gtest/gtest.h>

#include <cmath>

#include "mote/runtime/kernels.h"
#include "mote/runtime/requantize_s16.h"
#include "random_layer.h"

namespace mote::test {
namespace {

using Words = std::vector<std::int16_t>;

constexpr mote_activation kWhole{-32768, 32767};

// One tensor in four holds nothing but the two ends of int16.
Words draw_words(RandomLayer& random, std::int32_t count) {
  const bool extreme = random.integer(0, 3) == 0;
  Words values(static_cast<std::size_t>(count));
  for (std::int16_t& value : values) {
    const std::int32_t drawn = random.integer(-32768, 32767);
    value = static_cast<std::int16_t>(extreme ? (drawn < 0 ? -32768 : 32767) : drawn);
  }
  return values;
}

std::vector<std::int64_t> draw_biases(RandomLayer& random, std::int32_t count) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(count));
  for (std::int64_t& value : values) value = std::int64_t{random.integer(-2000000000, 2000000000)} * 16;
  return values;
}

mote_activation draw_activation(RandomLayer& random) {
  if (random.integer(0, 1) == 0) return kWhole;
  const std::int32_t low = random.integer(-32768, 32767);
  return {low, random.integer(low, 32767)};
}

// Multiplier in 15 bits, one rounding, ties up.
std::int64_t naive_wide(std::int64_t x, std::int32_t multiplier, std::int32_t shift) {
  const std::int64_t short_multiplier = std::min<std::int64_t>((std::int64_t{multiplier} + 32768) / 65536, 32767);
  const std::int64_t divisor = std::int64_t{1} << (15 - shift);
  const std::int64_t doubled = 2 * x * short_multiplier + divisor;
  return doubled >= 0 ? doubled / (2 * divisor) : -((-doubled + 2 * divisor - 1) / (2 * divisor));
}

std::int16_t naive_end(std::int64_t value, mote_activation activation) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>(value, activation.min, activation.max));
}

struct Factors {
  std::vector<std::int32_t> multipliers;
  std::vector<std::int8_t> shifts;
};

TEST(RequantizeWide, EqualsTheRuleOnRandomAndExtremeSums) {
  for (std::uint64_t number = 0; number < 2000; ++number) {
    RandomLayer random("wide", number);
    const std::int64_t x =
        (std::int64_t{random.integer(-32768, 32767)} << 32) + random.integer(-2147483647, 2147483647);
    const std::int32_t multiplier = number % 5 == 0 ? 2147483647 : random.integer(1 << 30, 2147483647);
    const std::int32_t shift = random.integer(-31, 0);
    const std::int64_t wanted = std::clamp<std::int64_t>(naive_wide(x, multiplier, shift), -2147483648LL, 2147483647);
    ASSERT_EQ(mote_requantize_wide(x, multiplier, shift), wanted) << x << " " << multiplier << " " << shift;
  }
}

TEST(Int16Layers, ConvolutionsEqualTheNaiveLoops) {
  for (std::uint64_t number = 0; number < 200; ++number) {
    RandomLayer random("conv s16", number);
    Factors factors;
    mote_conv2d_s16_params p{};
    p.window = random.window(3);
    p.input_c = random.integer(1, 40);
    p.output_c = random.integer(1, 20);
    p.activation = draw_activation(random);
    p.scaling = random.channel_scaling(p.output_c, factors.multipliers, factors.shifts);
    const mote_window& w = p.window;
    const Words input = draw_words(random, w.input_h * w.input_w * p.input_c);
    const Bytes weights = random.bytes(p.output_c * w.kernel_h * w.kernel_w * p.input_c);
    const std::vector<std::int64_t> bias = draw_biases(random, p.output_c);
    Words scratch(mote_conv2d_s16_scratch_bytes(&p) / 2);
    Words output(static_cast<std::size_t>(w.output_h * w.output_w * p.output_c));
    mote_conv2d_s16(&p, input.data(), weights.data(), bias.data(), output.data(), scratch.data());
    Words wanted;
    for (std::int32_t y = 0; y < w.output_h; ++y) {
      for (std::int32_t x = 0; x < w.output_w; ++x) {
        for (std::int32_t o = 0; o < p.output_c; ++o) {
          std::int64_t sum = at(bias, o);
          for_each_tap(w, y, x, [&](std::int32_t cell, std::int32_t tap) {
            for (std::int32_t c = 0; c < p.input_c; ++c) {
              sum += std::int64_t{at(input, cell * p.input_c + c)} *
                     at(weights, (o * w.kernel_h * w.kernel_w + tap) * p.input_c + c);
            }
          });
          wanted.push_back(naive_end(naive_wide(sum, at(factors.multipliers, o), at(factors.shifts, o)), p.activation));
        }
      }
    }
    ASSERT_EQ(output, wanted) << number;
  }
}

TEST(Int16Layers, DepthwiseConvolutionsEqualTheNaiveLoops) {
  for (std::uint64_t number = 0; number < 200; ++number) {
    RandomLayer random("depthwise s16", number);
    Factors factors;
    mote_depthwise_conv2d_s16_params p{};
    p.window = random.window(2);
    p.input_c = random.integer(1, 40);
    p.multiplier = random.integer(1, 3);
    p.activation = draw_activation(random);
    const std::int32_t channels = p.input_c * p.multiplier;
    p.scaling = random.channel_scaling(channels, factors.multipliers, factors.shifts);
    const mote_window& w = p.window;
    const Words input = draw_words(random, w.input_h * w.input_w * p.input_c);
    const Bytes weights = random.bytes(w.kernel_h * w.kernel_w * channels);
    Words output(static_cast<std::size_t>(w.output_h * w.output_w * channels));
    mote_depthwise_conv2d_s16(&p, input.data(), weights.data(), nullptr, output.data());
    Words wanted;
    for (std::int32_t y = 0; y < w.output_h; ++y) {
      for (std::int32_t x = 0; x < w.output_w; ++x) {
        for (std::int32_t o = 0; o < channels; ++o) {
          std::int64_t sum = 0;
          for_each_tap(w, y, x, [&](std::int32_t cell, std::int32_t tap) {
            sum += std::int64_t{at(input, cell * p.input_c + o / p.multiplier)} * at(weights, tap * channels + o);
          });
          wanted.push_back(naive_end(naive_wide(sum, at(factors.multipliers, o), at(factors.shifts, o)), p.activation));
        }
      }
    }
    ASSERT_EQ(output, wanted) << number;
  }
}

// Hazard: 513 products of the extremes leave int32, in which parts of a sum are formed.
TEST(Int16Layers, DenseLayersOfAnyDepthKeepTheLargestSums) {
  const std::vector<std::int32_t> multipliers{1 << 30};
  const std::vector<std::int8_t> shifts{-20};
  for (const std::int32_t inputs : {1, 509, 510, 511, 512, 513, 5000}) {
    const mote_dense_s16_params p{1, inputs, 1, kWhole, {multipliers.data(), shifts.data(), 1}};
    const Words input(static_cast<std::size_t>(inputs), -32768);
    const Bytes weights(static_cast<std::size_t>(inputs), -128);
    Words output(1);
    mote_dense_s16(&p, input.data(), weights.data(), nullptr, output.data());
    const std::int64_t sum = std::int64_t{inputs} * 32768 * 128;
    EXPECT_EQ(output[0], naive_end(naive_wide(sum, 1 << 30, -20), kWhole)) << inputs;
  }
}

TEST(Int16Layers, PoolsEqualTheNaiveLoops) {
  for (std::uint64_t number = 0; number < 100; ++number) {
    RandomLayer random("pool s16", number);
    mote_window w = random.window(1);
    const std::int32_t channels = random.integer(1, 20);
    const Words input = draw_words(random, w.input_h * w.input_w * channels);
    const mote_average_pool2d_s16_params average{w, channels, kWhole};
    const mote_max_pool2d_s16_params most{w, channels, kWhole};
    Words means(static_cast<std::size_t>(w.output_h * w.output_w * channels));
    Words largest = means;
    mote_average_pool2d_s16(&average, input.data(), means.data());
    mote_max_pool2d_s16(&most, input.data(), largest.data());
    std::int32_t place = 0;
    for (std::int32_t y = 0; y < w.output_h; ++y) {
      for (std::int32_t x = 0; x < w.output_w; ++x) {
        for (std::int32_t c = 0; c < channels; ++c, ++place) {
          std::int64_t sum = 0;
          std::int64_t cells = 0;
          std::int64_t top = -32768;
          for_each_tap(w, y, x, [&](std::int32_t cell, std::int32_t) {
            const std::int64_t value = at(input, cell * channels + c);
            sum += value;
            top = std::max(top, value);
            ++cells;
          });
          const std::int64_t magnitude = (2 * std::llabs(sum) + cells) / (2 * cells);
          ASSERT_EQ(at(means, place), sum < 0 ? -magnitude : magnitude) << number;
          ASSERT_EQ(at(largest, place), top) << number;
        }
      }
    }
  }
}

TEST(Int16Layers, SumsEqualTheNaiveLoops) {
  for (std::uint64_t number = 0; number < 200; ++number) {
    RandomLayer random("add s16", number);
    const auto scaling = [&] { return mote_scaling{random.integer(1 << 30, 2147483647), random.integer(-14, 0)}; };
    const mote_add_s16_params p{64, draw_activation(random), scaling(), scaling(), scaling()};
    const Words a = draw_words(random, p.count);
    const Words b = draw_words(random, p.count);
    Words output(a.size());
    mote_add_s16(&p, a.data(), b.data(), output.data());
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::int64_t sum = naive_requantize(a[i] * (1LL << 15), p.input1.multiplier, p.input1.shift) +
                               naive_requantize(b[i] * (1LL << 15), p.input2.multiplier, p.input2.shift);
      ASSERT_EQ(output[i], naive_end(naive_requantize(sum, p.output.multiplier, p.output.shift), p.activation));
    }
  }
}

// Interpolated tables: within 6 units of 1/32768 of the real function.
TEST(Int16Layers, SoftmaxIsNearTheRealOne) {
  for (std::uint64_t number = 0; number < 100; ++number) {
    RandomLayer random("softmax s16", number);
    const std::int32_t columns = random.integer(1, 40);
    const double scale = 12.0 / 65536;
    int exponent = 0;
    const double fraction = std::frexp(scale / (10.0 / 65535), &exponent);
    const mote_softmax_s16_params p{
        1, columns, {static_cast<std::int32_t>(std::lround(fraction * 2147483648.0)), exponent}};
    const Words input = draw_words(random, columns);
    Words output(input.size());
    mote_softmax_s16(&p, input.data(), output.data());
    double sum = 0;
    const double top = *std::max_element(input.begin(), input.end());
    for (const std::int16_t value : input) sum += std::exp((value - top) * scale);
    for (std::size_t i = 0; i < input.size(); ++i) {
      const double wanted = std::exp((input[i] - top) * scale) / sum * 32768;
      ASSERT_NEAR(output[i], std::min(wanted, 32767.0), 6.0) << number;
    }
  }
}

}  // namespace
}  // namespace mote::test
