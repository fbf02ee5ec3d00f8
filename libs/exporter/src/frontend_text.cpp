// frontend.h and frontend.c: the baked tables of the feature front end.
#include <fmt/format.h>

#include <numeric>

#include "c_text.h"
#include "fixed_frontend_text.h"
#include "parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

template <class Value>
std::span<const Value> values_of(const Value* first, std::int32_t count) {
  return {first, first == nullptr ? 0 : static_cast<std::size_t>(count)};
}

// The tables of a front end with the name of the member that points at each.
struct Tables {
  explicit Tables(const mote_frontend& f)
      : window(values_of(f.window, f.window_samples)),
        sine(values_of(f.sine, f.fft_size)),
        mel_begin(values_of(f.mel_begin, f.mel_count)),
        mel_size(values_of(f.mel_size, f.mel_count)),
        mel_weights(values_of(f.mel_weights, std::accumulate(mel_size.begin(), mel_size.end(), 0))),
        dct(values_of(f.dct, f.mfcc_count * f.mel_count)),
        feature_mean(values_of(f.feature_mean, mote_frontend_feature_count(&f))),
        feature_factor(values_of(f.feature_factor, mote_frontend_feature_count(&f))) {}

  template <class Visit>
  void each(const Visit& visit) const {
    visit("window", "float", window);
    visit("sine", "float", sine);
    visit("mel_begin", "uint16_t", mel_begin);
    visit("mel_size", "uint16_t", mel_size);
    visit("mel_weights", "float", mel_weights);
    visit("dct", "float", dct);
    visit("feature_mean", "float", feature_mean);
    visit("feature_factor", "float", feature_factor);
  }

  std::span<const float> window, sine;
  std::span<const std::uint16_t> mel_begin, mel_size;
  std::span<const float> mel_weights, dct, feature_mean, feature_factor;
};

std::string tables_text(const Tables& tables) {
  std::string text;
  tables.each([&](const char* name, const char* type, const auto& values) {
    if (!values.empty()) text += table(fmt::format("static const {} {}", type, name), values) + '\n';
  });
  return text;
}

std::string fields_text(const mote_frontend& f, const Tables& tables) {
  std::string text;
  const auto number = [&](const char* name, int value) { text += fmt::format("  .{} = {},\n", name, value); };
  const auto kind = [&](const char* name, const char* type, int value) {
    text += fmt::format("  .{} = ({}){},\n", name, type, value);
  };
  const auto real = [&](const char* name, float value) {
    text += fmt::format("  .{} = {},\n", name, float_literal(value));
  };
  kind("kind", "mote_feature_kind", f.kind);
  number("channels", f.channels);
  number("window_samples", f.window_samples);
  number("hop_samples", f.hop_samples);
  kind("padding", "mote_padding", f.padding);
  real("sample_scale", f.sample_scale);
  number("remove_dc", f.remove_dc);
  real("pre_emphasis", f.pre_emphasis);
  number("fft_size", f.fft_size);
  kind("spectrum", "mote_spectrum_kind", f.spectrum);
  number("bin_begin", f.bin_begin);
  number("bin_count", f.bin_count);
  kind("log", "mote_log_kind", f.log);
  real("log_floor", f.log_floor);
  real("log_factor", f.log_factor);
  number("mel_count", f.mel_count);
  number("log_energy", f.log_energy);
  number("mfcc_count", f.mfcc_count);
  kind("normalization", "mote_clip_normalization", f.normalization);
  tables.each([&](const char* name, const char*, const auto& values) {
    text += fmt::format("  .{0} = {1},\n", name, values.empty() ? "NULL" : name);
  });
  text.pop_back();
  return text;
}

std::size_t table_bytes(const Tables& tables) {
  std::size_t bytes = 0;
  tables.each([&](const char*, const char*, const auto& values) { bytes += values.size_bytes(); });
  return bytes;
}

std::map<std::string, std::string> float_values(const mote_frontend& f, std::int32_t frames) {
  const Tables tables(f);
  const std::size_t scratch_bytes = mote_frontend_scratch_bytes(&f);
  const auto base_count = static_cast<std::size_t>(frames) * static_cast<std::size_t>(mote_frontend_base_count(&f));
  return {{"scratch_floats", std::to_string(scratch_bytes / sizeof(float))},
          {"work_bytes", std::to_string(scratch_bytes + sizeof(float) * base_count)},
          {"frontend_table_bytes", std::to_string(table_bytes(tables))},
          {"fields", fields_text(f, tables)}};
}

std::map<std::string, std::string> frontend_values(const Parts& parts) {
  const BundleFrontend& frontend = parts.options.frontend;
  auto values = template_values(parts);
  values.merge(frontend.is_fixed() ? fixed_frontend_values(frontend)
                                   : float_values(*frontend.tables, frontend.frames()));
  values["channels"] = std::to_string(frontend.channels());
  values["clip_samples"] = std::to_string(frontend.clip_samples);
  values["frames"] = std::to_string(frontend.frames());
  values["coefficients"] = std::to_string(frontend.coefficients());
  values["hop_samples"] = std::to_string(frontend.hop_samples());
  return values;
}

}  // namespace

std::string frontend_header_text(const Parts& parts) {
  return filled_template("frontend.h.in", frontend_values(parts));
}

std::string frontend_source_text(const Parts& parts) {
  const BundleFrontend& frontend = parts.options.frontend;
  const std::string head =
      head_comment(parts, fmt::format("The feature front end of {}: tables and calls.", parts.name)) +
      "#include \"frontend.h\"\n\n";
  if (frontend.is_fixed()) {
    const std::string thresholds = fmt::format("const int16_t {}_thresholds", parts.name);
    return head + fixed_tables_text(frontend) + table(thresholds, std::span(frontend.thresholds)) + '\n' +
           filled_template("fixed_frontend.c.in", frontend_values(parts));
  }
  const bool wide = parts.graph().tensor(parts.graph().inputs.front()).type == graph::DType::kInt16;
  const std::string kernel = wide ? "mote_quantize_f32_s16" : "mote_quantize_f32_s8";
  return head + "#include \"mote/runtime/kernels/" + kernel + ".h\"\n\n" + tables_text(Tables(*frontend.tables)) +
         filled_template("frontend.c.in", frontend_values(parts));
}

}  // namespace mote::exporter
