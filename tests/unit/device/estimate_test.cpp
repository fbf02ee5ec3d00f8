#include "mote/device/estimate.h"

#include <gtest/gtest.h>

namespace mote::device {
namespace {

// Of mote's C kernels on a Cortex-M4: loads, stores and taken branches an instruction.
InstructionMix kernels(double instructions) {
  InstructionMix mix;
  mix.instructions = static_cast<std::int64_t>(instructions);
  mix.loads = static_cast<std::int64_t>(0.33 * instructions);
  mix.stores = static_cast<std::int64_t>(0.05 * instructions);
  mix.branches_taken = static_cast<std::int64_t>(0.08 * instructions);
  return mix;
}

Board board(const char* id, std::int64_t clock_mhz) {
  Board found = find_board(id);
  found.clock_mhz = clock_mhz;
  return found;
}

// The mix whose estimate on the board is this long.
InstructionMix kernels_of_latency(double milliseconds, const Board& on) {
  return kernels(1e6 * milliseconds / estimate(kernels(1e6), on).milliseconds);
}

TEST(Estimate, OfCmsisNnIsNearItsPublishedLatencyOnCortexM4) {
  const double published_ms = 99.8;  // microTVM with CMSIS-NN, MLPerf Tiny v1.1, STM32L4R5
  EXPECT_NEAR(estimate(kernels(7.70e6), find_board("stm32l4")).milliseconds / published_ms, 1.0, 0.15);
}

struct Engine {
  const char* name;
  double m4_ms;  // published at 120 MHz
  const char* board;
  std::int64_t clock_mhz;
  double published_ms;
};

class EstimateOfEngine : public testing::TestWithParam<Engine> {};

TEST_P(EstimateOfEngine, OnAnotherCoreIsNearItsPublishedLatency) {
  const Engine& engine = GetParam();
  const InstructionMix mix = kernels_of_latency(engine.m4_ms, find_board("stm32l4"));
  const double predicted_ms = estimate(mix, board(engine.board, engine.clock_mhz)).milliseconds;
  EXPECT_NEAR(predicted_ms / engine.published_ms, 1.0, 0.12) << engine.name << ": " << predicted_ms << " ms";
}

INSTANTIATE_TEST_SUITE_P(MlPerfTinyKeywords, EstimateOfEngine,
                         testing::Values(Engine{"Plumerai M7", 47.8, "stm32h7", 216, 17.7},
                                         Engine{"ST M7", 43.2, "stm32h7", 280, 11.3},
                                         Engine{"Plumerai M33", 47.8, "stm32u5", 160, 30.0},
                                         Engine{"ST M33", 43.2, "stm32u5", 160, 29.0}));

TEST(Estimate, OfHeliumKernelsIsNearTheirPublishedLatencyOnCortexM85) {
  InstructionMix mix = kernels(1.815e6);
  mix.vectors = mix.instructions / 2;
  EXPECT_NEAR(estimate(mix, find_board("ra8")).milliseconds / 3.47, 1.0, 0.15);
}

TEST(Estimate, EnergyIsCyclesTimesEnergyOfACycle) {
  const Estimate result = estimate(kernels(1e6), find_board("stm32l4"));
  EXPECT_NEAR(result.microjoules.value(), result.cycles * 276e-6, 1e-6);
  EXPECT_FALSE(estimate(kernels(1e6), find_board("rp2040")).microjoules.has_value());
}

TEST(Estimate, WaitStatesCostMostWithoutCacheAndPrefetch) {
  Board slow = find_board("stm32g0");
  slow.flash_wait_states = 4;
  const auto cycles = [&](Fetch fetch) {
    slow.fetch = fetch;
    return estimate(kernels(1e6), slow).cycles;
  };
  EXPECT_LT(cycles(Fetch::kCache), cycles(Fetch::kPrefetch));
  EXPECT_LT(cycles(Fetch::kPrefetch), cycles(Fetch::kNone));
  slow.flash_wait_states = 0;
  EXPECT_EQ(cycles(Fetch::kCache), cycles(Fetch::kNone));
}

TEST(InstructionMix, SortsMnemonicsIntoClasses) {
  FirmwareResult result;
  result.regions = {{100, 30, 10, 5}, {50, 10, 5, 2}};
  result.mnemonics = {{"udiv", 3}, {"remu", 1}, {"smlad", 20}, {"ee01", 7}, {"fcff", 2}, {"beq", 9}, {"add", 4}};
  const InstructionMix mix = instruction_mix(result);
  EXPECT_EQ(mix.instructions, 150);
  EXPECT_EQ(mix.loads, 40);
  EXPECT_EQ(mix.stores, 15);
  EXPECT_EQ(mix.branches_taken, 7);
  EXPECT_EQ(mix.divides, 4);
  EXPECT_EQ(mix.vectors, 9);
}

}  // namespace
}  // namespace mote::device
