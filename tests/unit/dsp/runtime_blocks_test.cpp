#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "make_signal.h"
#include "mote/runtime/dsp/blocks.h"
#include "mote/runtime/dsp/math.h"

namespace {

std::vector<float> sine_table(int size) {
  std::vector<float> sine;
  for (int i = 0; i < size; ++i) sine.push_back(static_cast<float>(std::sin(2.0 * std::numbers::pi * i / size)));
  return sine;
}

std::complex<double> naive_bin(const std::vector<float>& x, int k) {
  std::complex<double> sum = 0.0;
  const auto size = static_cast<double>(x.size());
  for (std::size_t n = 0; n < x.size(); ++n) {
    sum += static_cast<double>(x[n]) * std::polar(1.0, -2.0 * std::numbers::pi * k * static_cast<double>(n) / size);
  }
  return sum;
}

TEST(RuntimeRfft, EqualsTheDefinitionForEverySize) {
  for (int size = 4; size <= 1024; size *= 2) {
    const std::vector<float> x = mote::test::to_float(mote::test::make_signal(size, 5));
    std::vector<float> spectrum = x;
    mote_rfft_f32(spectrum.data(), sine_table(size).data(), size);
    const double tolerance = 2e-7 * size;
    EXPECT_NEAR(spectrum[0], naive_bin(x, 0).real(), tolerance) << size;
    EXPECT_NEAR(spectrum[1], naive_bin(x, size / 2).real(), tolerance) << size;
    for (int k = 1; k < size / 2; ++k) {
      const std::complex<double> wanted = naive_bin(x, k);
      ASSERT_NEAR(spectrum[static_cast<std::size_t>(2 * k)], wanted.real(), tolerance) << size << " bin " << k;
      ASSERT_NEAR(spectrum[static_cast<std::size_t>(2 * k + 1)], wanted.imag(), tolerance) << size << " bin " << k;
    }
  }
}

TEST(RuntimeRfft, OfAnImpulseIsFlatToTheBit) {
  std::vector<float> x(64, 0.0F);
  x[0] = 1.0F;
  mote_rfft_f32(x.data(), sine_table(64).data(), 64);
  std::vector<float> power(33);
  mote_power_f32(x.data(), 64, 0, 33, power.data());
  EXPECT_EQ(power, std::vector<float>(33, 1.0F));
}

TEST(RuntimePower, WorksInPlaceFromAnyBin) {
  const std::vector<float> spectrum{3.0F, 7.0F, 1.0F, 2.0F, 4.0F, -1.0F, 0.5F, 0.5F};
  std::vector<float> all = spectrum;
  mote_power_f32(all.data(), 8, 0, 5, all.data());
  EXPECT_EQ(std::vector<float>(all.begin(), all.begin() + 5), (std::vector<float>{9.0F, 5.0F, 17.0F, 0.5F, 49.0F}));
  std::vector<float> some = spectrum;
  mote_power_f32(some.data(), 8, 2, 3, some.data());
  EXPECT_EQ(std::vector<float>(some.begin(), some.begin() + 3), (std::vector<float>{17.0F, 0.5F, 49.0F}));
}

TEST(RuntimeLog, IsWithinTwoUlpOfTheLogarithm) {
  for (int exponent = -126; exponent <= 126; ++exponent) {
    for (double mantissa = 1.0; mantissa < 2.0; mantissa += 0.00137) {
      const auto x = static_cast<float>(std::ldexp(mantissa, exponent));
      const double wanted = std::log(static_cast<double>(x));
      ASSERT_NEAR(mote_log_f32(x), wanted, 2.4e-7 * std::abs(wanted) + 1e-9) << x;
    }
  }
  EXPECT_EQ(mote_log_f32(1.0F), 0.0F);
}

TEST(RuntimeSqrt, IsWithinOneUlpOfTheRoot) {
  for (int exponent = -126; exponent <= 127; ++exponent) {
    for (double mantissa = 1.0; mantissa < 2.0; mantissa += 0.00137) {
      const auto x = static_cast<float>(std::ldexp(mantissa, exponent));
      const double wanted = std::sqrt(static_cast<double>(x));
      ASSERT_NEAR(mote_sqrt_f32(x), wanted, 1.2e-7 * wanted) << x;
    }
  }
  EXPECT_EQ(mote_sqrt_f32(0.0F), 0.0F);
  EXPECT_EQ(mote_sqrt_f32(1e-40F), 0.0F);
  EXPECT_EQ(mote_sqrt_f32(4.0F), 2.0F);
}

TEST(RuntimeStatistics, AreThoseOfTheWholeWindow) {
  const std::vector<float> x{1.0F, 2.0F, 3.0F, 4.0F, 5.0F};
  float out[3];
  mote_statistics_f32(x.data(), 5, out);
  EXPECT_FLOAT_EQ(out[0], 3.0F);
  EXPECT_FLOAT_EQ(out[1], std::sqrt(2.0F));
  EXPECT_FLOAT_EQ(out[2], std::sqrt(11.0F));
}

TEST(RuntimePrecondition, RemovesDcAndEmphasizesAsKaldi) {
  std::vector<float> x{1.0F, 2.0F, 6.0F};
  mote_remove_dc_f32(x.data(), 3);
  EXPECT_EQ(x, (std::vector<float>{-2.0F, -1.0F, 3.0F}));
  mote_pre_emphasis_f32(x.data(), 3, 0.5F);
  EXPECT_EQ(x, (std::vector<float>{-1.0F, 0.0F, 3.5F}));
}

TEST(RuntimeNormalize, TakesEachColumnByItself) {
  std::vector<float> x{1.0F, 10.0F, 3.0F, 10.0F};
  mote_normalize_columns_f32(x.data(), 2, 2, 0.25F);
  EXPECT_FLOAT_EQ(x[0], -0.8F);
  EXPECT_FLOAT_EQ(x[1], 0.0F);
  EXPECT_FLOAT_EQ(x[2], 0.8F);
  EXPECT_FLOAT_EQ(x[3], 0.0F);
  std::vector<float> y{1.0F, 10.0F, 3.0F, 20.0F};
  mote_subtract_column_mean_f32(y.data(), 2, 2);
  EXPECT_EQ(y, (std::vector<float>{-1.0F, -5.0F, 1.0F, 5.0F}));
}

}  // namespace
