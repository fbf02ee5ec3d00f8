#include "fixed_frontend_text.h"

#include <fmt/format.h>

#include <numeric>
#include <span>

#include "c_text.h"

namespace mote::exporter {
namespace {

template <class Value>
std::span<const Value> values_of(const Value* first, std::int32_t count) {
  return {first, first == nullptr ? 0 : static_cast<std::size_t>(count)};
}

// Groups of bits are reversed in pairs; one left over makes the table twice as long (fixed_frontend.h).
std::int32_t reversed_count(std::int32_t fft_size) {
  const bool even = fft_size == 64 || fft_size == 256 || fft_size == 1024;
  return even ? fft_size / 4 : fft_size / 8;
}

// Of an MFCC, even rows hold one half of a mirrored row with its middle, odd rows the other half.
std::int32_t weight_count(const mote_fixed_frontend& f) {
  if (f.kind != MOTE_FEATURE_MFCC) return f.feature_count;
  const std::int32_t even = (f.mel_count + 1) / 2;
  return (f.feature_count + 1) / 2 * even + f.feature_count / 2 * (f.mel_count - even);
}

// The tables with the name of the member that points at each.
struct Tables {
  explicit Tables(const mote_fixed_frontend& f)
      : window(values_of(f.window, f.fft_size)),
        reversed(values_of(f.reversed, reversed_count(f.fft_size))),
        twiddle(values_of(f.twiddle, f.fft_size / 8 * 9)),
        bin_twiddle(values_of(f.bin_twiddle, f.bin_count * 3)),
        root(values_of(f.root, MOTE_FIXED_ROOT_SIZE)),
        mel_begin(values_of(f.mel_begin, f.mel_count)),
        mel_size(values_of(f.mel_size, f.mel_count)),
        mel_weights(values_of(f.mel_weights, std::accumulate(mel_size.begin(), mel_size.end(), 0))),
        log2(values_of(f.log2, MOTE_FIXED_LOG2_SIZE)),
        softener(values_of(f.softener, MOTE_FIXED_SOFTENER_SIZE)),
        feature_weight(values_of(f.feature_weight, weight_count(f))),
        feature_offset(values_of(f.feature_offset, f.feature_count)),
        feature_shift(values_of(f.feature_shift, f.feature_count)) {}

  template <class Visit>
  void each(const Visit& visit) const {
    visit("window", "int16_t", window);
    visit("reversed", "uint8_t", reversed);
    visit("twiddle", "int32_t", twiddle);
    visit("bin_twiddle", "int32_t", bin_twiddle);
    visit("root", "uint16_t", root);
    visit("mel_begin", "uint16_t", mel_begin);
    visit("mel_size", "uint16_t", mel_size);
    visit("mel_weights", "uint16_t", mel_weights);
    visit("log2", "uint16_t", log2);
    visit("softener", "uint16_t", softener);
    visit("feature_weight", "int16_t", feature_weight);
    visit("feature_offset", "int32_t", feature_offset);
    visit("feature_shift", "uint8_t", feature_shift);
  }

  std::span<const std::int16_t> window;
  std::span<const std::uint8_t> reversed;
  std::span<const std::int32_t> twiddle, bin_twiddle;
  std::span<const std::uint16_t> root, mel_begin, mel_size, mel_weights, log2, softener;
  std::span<const std::int16_t> feature_weight;
  std::span<const std::int32_t> feature_offset;
  std::span<const std::uint8_t> feature_shift;
};

std::string fields_text(const mote_fixed_frontend& f) {
  std::string text;
  const auto number = [&](const char* name, int value) { text += fmt::format("  .{} = {},\n", name, value); };
  const auto kind = [&](const char* name, const char* type, int value) {
    text += fmt::format("  .{} = ({}){},\n", name, type, value);
  };
  kind("kind", "mote_feature_kind", f.kind);
  number("window_samples", f.window_samples);
  number("hop_samples", f.hop_samples);
  kind("padding", "mote_padding", f.padding);
  number("fft_size", f.fft_size);
  kind("spectrum", "mote_spectrum_kind", f.spectrum);
  number("bin_begin", f.bin_begin);
  number("bin_count", f.bin_count);
  number("mel_count", f.mel_count);
  kind("log", "mote_log_kind", f.log);
  number("log_unit", f.log_unit);
  number("log_floor", f.log_floor);
  number("feature_count", f.feature_count);
  number("feature_bits", f.feature_bits);
  Tables(f).each([&](const char* name, const char*, const auto& values) {
    text += fmt::format("  .{0} = {1}{2},\n", name, values.empty() ? "NULL" : "table_", values.empty() ? "" : name);
  });
  text.pop_back();
  return text;
}

}  // namespace

std::map<std::string, std::string> fixed_frontend_values(const BundleFrontend& frontend) {
  const mote_fixed_frontend& f = *frontend.fixed;
  std::size_t bytes = sizeof(std::int16_t) * frontend.thresholds.size();
  Tables(f).each([&](const char*, const char*, const auto& values) { bytes += values.size_bytes(); });
  return {{"work_bytes", std::to_string(mote_fixed_frontend_clip_bytes(&f))},
          {"frontend_table_bytes", std::to_string(bytes)},
          {"fields", fields_text(f)}};
}

// "table_": log2 by itself is a function of C.
std::string fixed_tables_text(const BundleFrontend& frontend) {
  std::string text;
  Tables(*frontend.fixed).each([&](const char* name, const char* type, const auto& values) {
    if (!values.empty()) text += table(fmt::format("static const {} table_{}", type, name), values) + '\n';
  });
  return text;
}

}  // namespace mote::exporter
