#include "requantization.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "mote/base/rng.h"

namespace mote::codegen {
namespace {

constexpr mote_activation kWholeRange{-128, 127};

ChannelEnd channel(std::int32_t multiplier, std::int32_t shift, std::int64_t reach) {
  return {multiplier, shift, -reach, reach - 7, 127};
}

// Every accumulator of short ranges; of long ones both sides of every step, and a stride that hits all residues.
void expect_equal(const LayerEnd& layer, const Requantization& form) {
  ASSERT_EQ(form.channels.size(), layer.channels.size());
  for (std::size_t i = 0; i < layer.channels.size(); ++i) {
    const ChannelEnd& end = layer.channels[i];
    const std::int64_t stride = end.greatest - end.least < 600000 ? 1 : 1021;
    for (std::int64_t a = end.least; a <= end.greatest; a += stride) {
      const int wanted = 128 + mote_requantize_s8(static_cast<std::int32_t>(a), end.multiplier, end.shift,
                                                  layer.zero_point, layer.activation);
      ASSERT_EQ(apply(form, form.channels[i], a), wanted)
          << "multiplier " << end.multiplier << " shift " << end.shift << " accumulator " << a;
    }
  }
}

void expect_carries(const LayerEnd& layer, const Requantization& form, Carrier carrier) {
  for (std::size_t i = 0; i < layer.channels.size(); ++i) {
    const std::int32_t k = form.channels[i].prescale;
    EXPECT_LT(std::max(-layer.channels[i].least, layer.channels[i].greatest), std::int64_t{1} << (31 - k));
    if (form.form == EndForm::kDoubled) {
      EXPECT_EQ(k, 1);
    } else if (carrier == Carrier::kPackedWeights) {
      EXPECT_EQ(k, 8);
    } else {
      EXPECT_LE(layer.channels[i].largest_weight << k, 32767);
    }
    EXPECT_GE(form.channels[i].shift, 1);
    EXPECT_LE(form.channels[i].shift, 31);
  }
}

const std::vector<std::int32_t> kNastyMultipliers{1 << 30,    (1 << 30) + 1, 2147483647, 2147483646,
                                                  0x5a827999, 0x60000000,    0x4ccccccd, 0x40000003};

TEST(Requantization, StepsOfAChannelEndWhereTheRuntimesOutputChanges) {
  const LayerEnd layer{{channel(0x5a827999, -6, 20000)}, 3, kWholeRange};
  const std::vector<Step> steps = steps_of(layer.channels[0], layer);
  EXPECT_EQ(steps.size(), 256U);
  EXPECT_EQ(steps.back().last, layer.channels[0].greatest);
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const auto output = [&](std::int64_t a) {
      return 128 + mote_requantize_s8(static_cast<std::int32_t>(a), 0x5a827999, -6, 3, kWholeRange);
    };
    EXPECT_EQ(output(steps[i].last), steps[i].output);
    EXPECT_GT(output(steps[i].last + 1), steps[i].output);
  }
}

TEST(Requantization, ReluLayersWithSpreadShiftsGetThreeInstructions) {
  LayerEnd layer{{}, -128, kWholeRange};
  for (std::int32_t shift = -10; shift <= -5; ++shift) {
    for (const std::int32_t multiplier : kNastyMultipliers)
      layer.channels.push_back(channel(multiplier, shift, 150000));
  }
  const auto form = requantization(layer, Carrier::kWideWeights);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->form, EndForm::kPrescaled);
  EXPECT_TRUE(form->saturates_only());
  expect_carries(layer, *form, Carrier::kWideWeights);
  expect_equal(layer, *form);
}

TEST(Requantization, PackedInt8WeightsShortenTheMultiplierOfLargerShifts) {
  LayerEnd layer{{}, -128, kWholeRange};
  for (std::int32_t shift = -10; shift <= -7; ++shift) {
    for (const std::int32_t multiplier : kNastyMultipliers)
      layer.channels.push_back(channel(multiplier, shift, 150000));
  }
  const auto form = prescaled(layer, Carrier::kPackedWeights, 14);
  ASSERT_TRUE(form);
  EXPECT_LT(form->channels.front().multiplier, 1 << 30);
  expect_carries(layer, *form, Carrier::kPackedWeights);
  expect_equal(layer, *form);
}

TEST(Requantization, LayersWithoutReluGetTheDoubledForm) {
  for (const std::int32_t zero_point : {-127, -3, 0, 100, 127}) {
    LayerEnd layer{{}, zero_point, kWholeRange};
    for (std::int32_t shift = -14; shift <= -1; ++shift) {
      for (const std::int32_t multiplier : kNastyMultipliers)
        layer.channels.push_back(channel(multiplier, shift, 100000));
    }
    const auto form = requantization(layer, Carrier::kPackedWeights);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->form, EndForm::kDoubled);
    expect_equal(layer, *form);
  }
}

TEST(Requantization, LayersWithoutReluMayMixChannelsWithAndWithoutRightShift) {
  for (const Carrier carrier : {Carrier::kWideWeights, Carrier::kPackedWeights, Carrier::kShiftedSum}) {
    LayerEnd layer{{}, -3, kWholeRange};
    for (std::int32_t shift = -9; shift <= 0; ++shift) {
      for (const std::int32_t multiplier : kNastyMultipliers)
        layer.channels.push_back(channel(multiplier, shift, 30000));
    }
    const auto form = requantization(layer, carrier);
    ASSERT_TRUE(form);
    EXPECT_EQ(form->form, EndForm::kMasked);
    expect_equal(layer, *form);
  }
}

TEST(Requantization, LeftShiftsAreRoundedOnceAndSoPrescaledWithoutRelu) {
  for (std::int32_t shift = 0; shift <= 4; ++shift) {
    LayerEnd layer{{}, -5, kWholeRange};
    for (const std::int32_t multiplier : kNastyMultipliers) layer.channels.push_back(channel(multiplier, shift, 40000));
    const auto form = requantization(layer, Carrier::kWideWeights);
    ASSERT_TRUE(form) << shift;
    EXPECT_EQ(form->form, EndForm::kPrescaled);
    expect_carries(layer, *form, Carrier::kWideWeights);
    expect_equal(layer, *form);
  }
}

TEST(Requantization, AChannelWithoutFactorIsTheZeroPoint) {
  for (const std::int32_t zero_point : {-128, 17}) {
    const LayerEnd layer{{channel(0, 0, 5000), channel(0x60000000, -8, 90000)}, zero_point, kWholeRange};
    const auto form = requantization(layer, Carrier::kWideWeights);
    ASSERT_TRUE(form);
    expect_equal(layer, *form);
  }
}

TEST(Requantization, NarrowBoundsAreKept) {
  const LayerEnd layer{{channel(0x5a827999, -7, 60000), channel(0x40000001, -9, 90000)}, -100, {-100, 30}};
  const auto form = requantization(layer, Carrier::kWideWeights);
  ASSERT_TRUE(form);
  EXPECT_FALSE(form->saturates_only());
  expect_equal(layer, *form);
}

TEST(Requantization, BoundsThatNoSumReachesCostNothing) {
  const LayerEnd layer{{{0x5a827999, -7, 0, 15000, 127}}, -128, {-128, 60}};
  const auto form = requantization(layer, Carrier::kWideWeights);
  ASSERT_TRUE(form);
  EXPECT_TRUE(form->saturates_only());
  expect_equal(layer, *form);
}

TEST(Requantization, SumsThatDoNotFitAreRefused) {
  const LayerEnd layer{{channel(0x5a827999, -12, (std::int64_t{1} << 30) + 10)}, 0, kWholeRange};
  EXPECT_FALSE(requantization(layer, Carrier::kWideWeights));
  EXPECT_FALSE(requantization(layer, Carrier::kPackedWeights));
}

TEST(Requantization, AFormThatOneChannelCannotHaveIsRefused) {
  const LayerEnd mixed{{channel(0x5a827999, 1, 4000), channel(0x5a827999, -3, 9000)}, 10, kWholeRange};
  EXPECT_FALSE(requantization(mixed, Carrier::kWideWeights));
}

TEST(Requantization, WhateverIsOfferedForRandomLayersIsExact) {
  int offered = 0;
  for (std::uint64_t number = 0; number < 60; ++number) {
    Rng rng = Rng::derive(11, "requantization", {number});
    const auto integer = [&](std::int64_t low, std::int64_t high) {
      return low + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(high - low + 1)));
    };
    LayerEnd layer{{}, static_cast<std::int32_t>(rng.chance(0.5) ? -128 : integer(-128, 127)), kWholeRange};
    if (rng.chance(0.5)) layer.activation.min = layer.zero_point;
    if (rng.chance(0.3)) layer.activation.max = static_cast<std::int32_t>(integer(layer.activation.min, 127));
    const std::int64_t base = integer(-13, 0);
    for (int i = 0; i < 6; ++i) {
      const auto shift = static_cast<std::int32_t>(base + integer(-3, 2));
      layer.channels.push_back({static_cast<std::int32_t>(integer(1 << 30, 2147483647)), shift, -integer(0, 90000),
                                integer(0, 90000), integer(1, 128)});
    }
    for (const Carrier carrier : {Carrier::kWideWeights, Carrier::kPackedWeights, Carrier::kShiftedSum}) {
      const auto form = requantization(layer, carrier);
      if (!form) continue;
      ++offered;
      expect_equal(layer, *form);
    }
  }
  EXPECT_GT(offered, 60);
}

}  // namespace
}  // namespace mote::codegen
