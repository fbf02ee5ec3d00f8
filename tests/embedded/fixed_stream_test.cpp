// The fixed-point front end on emulated cores: every frame has the bits of the host, and on a Cortex-M0 a frame of the
// MFCC of MLPerf Tiny takes at most as many instructions as promised.
#include "mote/runtime/dsp/fixed_stream.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "make_signal.h"
#include "mote/device/emulator.h"
#include "mote/dsp/bake_fixed.h"
#include "tools.h"

namespace mote::device {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFramesASecond = 50;
constexpr std::int64_t kMostInstructionsASecond = 3000000;

template <class Value>
std::string table_text(const char* type, const char* name, const std::vector<Value>& values) {
  return fmt::format("static const {} {}[] = {{{}}};\n", type, name, fmt::join(values, ","));
}

std::string frontend_text(const dsp::BakedFixedFrontend& baked) {
  std::string text;
  text += table_text("int16_t", "window", baked.window());
  text += table_text("uint8_t", "reversed", baked.reversed());
  text += table_text("int32_t", "twiddle", baked.twiddle());
  text += table_text("int32_t", "bin_twiddle", baked.bin_twiddle());
  text += table_text("uint16_t", "root", baked.root());
  text += table_text("uint16_t", "mel_begin", baked.mel_begin());
  text += table_text("uint16_t", "mel_size", baked.mel_size());
  text += table_text("uint16_t", "mel_weights", baked.mel_weights());
  text += table_text("uint16_t", "log2_table", baked.log2());
  text += table_text("uint16_t", "softener", baked.softener());
  text += table_text("int16_t", "feature_weight", baked.feature_weight());
  text += table_text("int32_t", "feature_offset", baked.feature_offset());
  text += table_text("uint8_t", "feature_shift", baked.feature_shift());
  const mote_fixed_frontend& f = baked.frontend();
  text += "static const mote_fixed_frontend frontend = {\n";
  text += fmt::format("(mote_feature_kind){},{},{},(mote_padding){},\n", static_cast<int>(f.kind), f.window_samples,
                      f.hop_samples, static_cast<int>(f.padding));
  text += fmt::format("{},window,reversed,twiddle,\n(mote_spectrum_kind){},{},{},bin_twiddle,root,\n", f.fft_size,
                      static_cast<int>(f.spectrum), f.bin_begin, f.bin_count);
  text += fmt::format("{},mel_begin,mel_size,mel_weights,\n(mote_log_kind){},{},{},log2_table,softener,\n", f.mel_count,
                      static_cast<int>(f.log), f.log_unit, f.log_floor);
  return text + fmt::format("{},{},feature_weight,feature_offset,feature_shift}};\n", f.feature_count, f.feature_bits);
}

// Noise that grows from silence to full scale, then a square wave between the extremes.
std::vector<std::int16_t> make_samples() {
  std::vector<std::int16_t> samples = test::make_signal(4800, 3);
  for (std::size_t i = 0; i < 4800; ++i) samples[i] = static_cast<std::int16_t>(samples[i] >> (15 - i / 320));
  for (int i = 0; i < 1000; ++i) samples.push_back(i / 20 % 2 == 0 ? INT16_MAX : INT16_MIN);
  return samples;
}

std::vector<std::int8_t> run_on_host(const mote_fixed_stream_settings& settings,
                                     const std::vector<std::int16_t>& samples) {
  std::vector<std::int32_t> memory(mote_fixed_stream_bytes(&settings) / 4);
  mote_fixed_stream stream{};
  std::vector<std::int8_t> features;
  if (mote_fixed_stream_init(&stream, &settings, memory.data(), memory.size() * 4) != MOTE_OK) return features;
  for (const std::int16_t sample : samples) {
    std::int32_t frames = 0;
    (void)mote_fixed_stream_push(&stream, &sample, 1, &frames);
    const std::int8_t* const newest = mote_fixed_stream_newest(&stream);
    if (frames == 1) features.insert(features.end(), newest, newest + settings.frontend->feature_count);
  }
  return features;
}

// Of 16 kHz audio; 40 ms windows want an FFT of 1024.
struct Case {
  double window_ms;
  dsp::Spectrum spectrum;
  const char* preset;
};

const std::vector<Case> kCases{{30, dsp::Spectrum::kMagnitude, "mlperf-tiny"},
                               {40, dsp::Spectrum::kMagnitude, "mlperf-tiny"},
                               {30, dsp::Spectrum::kPower, "mlperf-tiny"},
                               {30, dsp::Spectrum::kMagnitude, "mlperf-tiny-log-mel"}};

std::string tables_of(const Case& one) {
  dsp::FeatureSettings settings = dsp::feature_preset(one.preset);
  settings.arithmetic = dsp::Arithmetic::kFixed;
  settings.window_ms = one.window_ms;
  settings.spectrum = one.spectrum;
  const dsp::BakedFixedFrontend baked(settings);
  const bool mfcc = settings.kind == dsp::FeatureKind::kMfcc;
  const auto thresholds = dsp::quantize_thresholds(baked.feature_unit(), mfcc ? 0.9F : 0.08F, 17);
  const mote_fixed_stream_settings stream{&baked.frontend(), thresholds.data(), 3};
  const std::vector<std::int16_t> samples = make_samples();
  const std::vector<std::int8_t> expected = run_on_host(stream, samples);
  EXPECT_FALSE(expected.empty());
  return "#include \"mote/runtime/dsp/fixed_stream.h\"\n" + frontend_text(baked) +
         table_text("int16_t", "thresholds", thresholds) +
         "static const mote_fixed_stream_settings settings = {&frontend, thresholds, 3};\n" +
         table_text("int16_t", "samples", samples) + table_text("int8_t", "expected", expected) +
         fmt::format("enum {{ SAMPLE_COUNT = {}, EXPECTED_COUNT = {}, MEMORY_BYTES = {} }};\n", samples.size(),
                     expected.size(), mote_fixed_stream_bytes(&stream));
}

Firmware firmware_of(const Case& one) {
  const fs::path source = MOTE_SOURCE_DIR;
  const fs::path runtime = source / "libs/runtime";
  Firmware firmware;
  firmware.texts = {{"tables.h", tables_of(one)}};
  firmware.include_folders = {runtime / "include", runtime / "src"};
  firmware.sources = {source / "tests/embedded/fixed_stream_main.c", runtime / "src/dsp/mote_stream_buffers.c"};
  for (const fs::directory_entry& entry : fs::directory_iterator(runtime / "src/dsp")) {
    if (entry.path().filename().string().starts_with("mote_fixed_") && entry.path().extension() == ".c")
      firmware.sources.push_back(entry.path());
  }
  return firmware;
}

class FixedStream : public testing::TestWithParam<Core> {};

TEST_P(FixedStream, FramesHaveTheBitsOfTheHost) {
  MOTE_NEED_TOOLS(GetParam());
  for (const Case& one : kCases) {
    Firmware firmware = firmware_of(one);
    EXPECT_EQ(run_firmware(firmware, GetParam()).exit_status, 0) << one.preset << ' ' << one.window_ms;
    firmware.defines = {"MOTE_PORTABLE"};
    EXPECT_EQ(run_firmware(firmware, GetParam()).exit_status, 0) << "portable " << one.preset << ' ' << one.window_ms;
  }
}

INSTANTIATE_TEST_SUITE_P(Cores, FixedStream, testing::Values(Core::kCortexM0, Core::kCortexM4, Core::kRv32imc),
                         [](const auto& one) {
                           std::string name(enum_name(one.param));
                           std::erase(name, '-');
                           return name;
                         });

TEST(FixedStreamCost, OfASecondOnACortexM0IsAsPromised) {
  MOTE_NEED_TOOLS(Core::kCortexM0);
  const FirmwareResult result = run_firmware(firmware_of(kCases.front()), Core::kCortexM0);
  ASSERT_FALSE(result.regions.empty());
  const auto longest = std::ranges::max(result.regions, {}, &ExecutionCounts::instructions);
  EXPECT_GT(longest.instructions, 1000);
  EXPECT_LE(longest.instructions * kFramesASecond, kMostInstructionsASecond);
}

}  // namespace
}  // namespace mote::device
