// The kernels of all instruction sets that this machine has give the same bits, and the device's own where they repeat
// its steps.
#include "fast/lane_kernels.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "fast/real_fft.h"
#include "make_signal.h"
#include "mote/dsp/bake.h"
#include "mote/runtime/dsp/blocks.h"

namespace mote::dsp::fast {
namespace {

std::vector<const LaneKernels*> kernels_here() {
  std::vector<const LaneKernels*> kernels{&kPortableKernels};
#ifdef MOTE_DSP_X86
  if (__builtin_cpu_supports("avx2")) kernels.push_back(&kAvx2Kernels);
  if (&lane_kernels() == &kAvx512Kernels) kernels.push_back(&kAvx512Kernels);
#endif
  return kernels;
}

AlignedFloats noise(std::int64_t count, float level) {
  const auto samples = test::make_signal(count, 11);
  AlignedFloats out = make_aligned(count);
  for (std::int64_t i = 0; i < count; ++i) {
    out[static_cast<std::size_t>(i)] = level * static_cast<float>(samples[static_cast<std::size_t>(i)]) / 32768.0F;
  }
  return out;
}

std::vector<float> copy_of(const AlignedFloats& values, std::int64_t count) {
  return {values.get(), values.get() + count};
}

TEST(LaneKernels, LogarithmAndRootHaveTheDevicesBits) {
  const BakedFrontend baked(feature_preset("kaldi"));
  for (const LaneKernels* kernels : kernels_here()) {
    AlignedFloats x = noise(16 * kLanes, 100.0F);
    std::vector<float> device = copy_of(x, 16 * kLanes);
    for (float& value : device) value = value * value;
    for (std::int64_t i = 0; i < 16 * kLanes; ++i) x[static_cast<std::size_t>(i)] = device[static_cast<std::size_t>(i)];
    x[3] = device[3] = 0.0F;
    kernels->sqrt(x.get(), 16);
    mote_sqrt_array_f32(device.data(), 16 * kLanes);
    EXPECT_EQ(copy_of(x, 16 * kLanes), device) << kernels->name;
    kernels->log(&baked.frontend(), x.get(), 16);
    mote_log_floor_f32(device.data(), 16 * kLanes, baked.frontend().log_floor, baked.frontend().log_factor);
    EXPECT_EQ(copy_of(x, 16 * kLanes), device) << kernels->name;
  }
}

TEST(LaneKernels, DctHasTheDevicesBits) {
  for (const std::int64_t columns : {3, 16, 20}) {
    constexpr std::int64_t kMels = 23;
    const std::int64_t pitch = round_up(columns, kLanes);
    const AlignedFloats matrix = noise(kMels * pitch, 1.0F);
    const AlignedFloats in = noise(kMels * 5, 20.0F);
    std::vector<float> dense;
    for (std::int64_t c = 0; c < columns; ++c) {
      for (std::int64_t m = 0; m < kMels; ++m) dense.push_back(matrix[static_cast<std::size_t>(m * pitch + c)]);
    }
    std::vector<float> wanted(static_cast<std::size_t>(5 * columns));
    for (std::int64_t row = 0; row < 5; ++row) {
      mote_dct_f32(in.get() + row * kMels, kMels, dense.data(), static_cast<std::int32_t>(columns),
                   wanted.data() + row * columns);
    }
    for (const LaneKernels* kernels : kernels_here()) {
      std::vector<float> got(wanted.size());
      kernels->dct(in.get(), kMels, 5, matrix.get(), kMels, columns, got.data());
      EXPECT_EQ(got, wanted) << kernels->name << " " << columns;
    }
  }
}

TEST(LaneKernels, PowerGatherMelAndScatterAgreeAmongInstructionSets) {
  const BakedFrontend baked(feature_preset("mlperf-tiny"));
  const mote_frontend& frontend = baked.frontend();
  constexpr std::int64_t kPoints = 256;
  const AlignedFloats half = noise(2 * kPoints + 4 * kLanes, 1.0F);
  const AlignedFloats turn = noise(kPoints + 2 * kLanes, 1.0F);
  std::vector<float> wanted;
  for (const LaneKernels* kernels : kernels_here()) {
    const std::int64_t stride = round_up(frontend.bin_count, kLanes);
    AlignedFloats rows = make_aligned(kTile * stride);
    AlignedFloats power = make_aligned(stride * kLanes);
    AlignedFloats bands = make_aligned(frontend.mel_count * kLanes);
    for (std::int64_t i = 0; i < kTile; ++i) {
      kernels->power(half.get() + 2 * kLanes, kPoints, turn.get() + i, turn.get() + 2 * i, frontend.bin_begin,
                     frontend.bin_count, rows.get() + i * stride);
    }
    for (std::int64_t lane = 0; lane < kLanes; lane += kTile) {
      kernels->gather(rows.get(), stride, frontend.bin_count, power.get() + lane);
    }
    kernels->mel(&frontend, power.get(), bands.get());
    std::vector<float> got(static_cast<std::size_t>(7 * 41), -1.0F);
    kernels->scatter(bands.get(), 40, 7, 41, got.data());
    EXPECT_EQ(got[40], -1.0F) << "only the bands of a row are written";
    if (wanted.empty()) wanted = got;
    EXPECT_EQ(got, wanted) << kernels->name;
  }
}

}  // namespace
}  // namespace mote::dsp::fast
