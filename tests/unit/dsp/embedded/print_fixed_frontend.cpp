// A fixed-point front end as C, with samples and the int8 features that the host makes of them: what firmware.c checks.
//
//   print_fixed_frontend WINDOW_MS magnitude|power mfcc|log_mel
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "make_signal.h"
#include "mote/dsp/bake_fixed.h"
#include "mote/runtime/dsp/fixed_stream.h"

namespace {

using namespace mote::dsp;

template <class Value>
void print_table(const char* type, const char* name, const std::vector<Value>& values) {
  std::printf("static const %s %s[] = {", type, name);
  for (const Value value : values) std::printf("%ld,", static_cast<long>(value));
  std::printf("};\n");
}

void print_frontend(const BakedFixedFrontend& baked) {
  print_table("int16_t", "window", baked.window());
  print_table("uint8_t", "reversed", baked.reversed());
  print_table("int32_t", "twiddle", baked.twiddle());
  print_table("int32_t", "bin_twiddle", baked.bin_twiddle());
  print_table("uint16_t", "root", baked.root());
  print_table("uint16_t", "mel_begin", baked.mel_begin());
  print_table("uint16_t", "mel_size", baked.mel_size());
  print_table("uint16_t", "mel_weights", baked.mel_weights());
  print_table("uint16_t", "log2_table", baked.log2());
  print_table("uint16_t", "softener", baked.softener());
  print_table("int16_t", "feature_weight", baked.feature_weight());
  print_table("int32_t", "feature_offset", baked.feature_offset());
  print_table("uint8_t", "feature_shift", baked.feature_shift());
  const mote_fixed_frontend& f = baked.frontend();
  std::printf("static const mote_fixed_frontend frontend = {\n");
  std::printf("(mote_feature_kind)%d,%d,%d,(mote_padding)%d,\n", f.kind, f.window_samples, f.hop_samples, f.padding);
  std::printf("%d,window,reversed,twiddle,\n", f.fft_size);
  std::printf("(mote_spectrum_kind)%d,%d,%d,bin_twiddle,root,\n", f.spectrum, f.bin_begin, f.bin_count);
  std::printf("%d,mel_begin,mel_size,mel_weights,\n", f.mel_count);
  std::printf("(mote_log_kind)%d,%d,%d,log2_table,softener,\n", f.log, f.log_unit, f.log_floor);
  std::printf("%d,%d,feature_weight,feature_offset,feature_shift};\n", f.feature_count, f.feature_bits);
}

// Noise that grows from silence to full scale, then a square wave between the extremes.
std::vector<std::int16_t> make_samples() {
  std::vector<std::int16_t> samples = mote::test::make_signal(4800, 3);
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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  FeatureSettings settings =
      feature_preset(std::string_view(argv[3]) == "mfcc" ? "mlperf-tiny" : "mlperf-tiny-log-mel");
  settings.arithmetic = Arithmetic::kFixed;
  settings.window_ms = std::atof(argv[1]);
  settings.spectrum = std::string_view(argv[2]) == "power" ? Spectrum::kPower : Spectrum::kMagnitude;
  const BakedFixedFrontend baked(settings);
  const auto thresholds =
      quantize_thresholds(baked.feature_unit(), settings.kind == FeatureKind::kMfcc ? 0.9F : 0.08F, 17);
  const mote_fixed_stream_settings stream{&baked.frontend(), thresholds.data(), 3};
  const auto samples = make_samples();
  const auto expected = run_on_host(stream, samples);
  std::printf("#include \"mote/runtime/dsp/fixed_stream.h\"\n");
  print_frontend(baked);
  print_table("int16_t", "thresholds", thresholds);
  std::printf("static const mote_fixed_stream_settings settings = {&frontend, thresholds, 3};\n");
  print_table("int16_t", "samples", samples);
  print_table("int8_t", "expected", expected);
  std::printf("enum { SAMPLE_COUNT = %zu, EXPECTED_COUNT = %zu, MEMORY_BYTES = %zu };\n", samples.size(),
              expected.size(), mote_fixed_stream_bytes(&stream));
  return expected.empty() ? 1 : 0;
}
