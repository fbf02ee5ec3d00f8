// What the doctor found of each layer, as bars: noise, ranges, what it costs.
#include <fmt/format.h>

#include <algorithm>

#include "report/charts.h"
#include "report/html_text.h"

namespace mote::pipeline {

namespace {

constexpr double kNames = 120;
constexpr double kWidth = 460;
constexpr double kTop = 42;
constexpr double kRow = 18;
constexpr double kGreatestDb = 60;  // what lies above is as good as float

// Places on the scale, 0 to 1.
struct Bar {
  double from = 0;
  double to = 0;
};

// Two bars a layer, the upper one of css class s-a, the lower one s-b.
struct BarRow {
  std::string name;
  std::string tooltip;
  Bar upper, lower;
};

struct BarChart {
  std::string title;
  std::string upper, lower;  // what the bars are
  std::vector<std::pair<double, std::string>> ticks;
  std::vector<BarRow> rows;
};

double x_of(double place) {
  return kNames + (kWidth - kNames - 14) * std::clamp(place, 0.0, 1.0);
}

std::string draw_bar(double y, const Bar& bar, const char* css_class) {
  return fmt::format("<line class=\"sr {}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", css_class,
                     x_of(bar.from), y, x_of(bar.to), y);
}

std::string draw_row(const BarRow& row, double y) {
  return fmt::format(
             "<g><title>{}: {}</title>\n<text class=\"tk\" x=\"{:.1f}\" y=\"{:.1f}\" "
             "text-anchor=\"end\">{}</text>\n",
             escape(row.name), escape(row.tooltip), kNames - 6, y + 9, escape(row.name.substr(0, 18))) +
         draw_bar(y + 3, row.upper, "s-a") + draw_bar(y + 8, row.lower, "s-b") + "</g>\n";
}

std::string draw_key(double x, const char* css_class, const std::string& text) {
  return fmt::format(
      "<line class=\"sr {0}\" x1=\"{1:.1f}\" y1=\"29\" x2=\"{2:.1f}\" y2=\"29\"/>"
      "<text class=\"tk\" x=\"{3:.1f}\" y=\"33\">{4}</text>\n",
      css_class, x, x + 14, x + 19, escape(text));
}

std::string draw_ticks(const BarChart& chart, double bottom) {
  std::string svg;
  for (const auto& [place, text] : chart.ticks) {
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>"
        "<text class=\"tk\" x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4}</text>\n",
        x_of(place), kTop - 4, bottom, bottom + 14, escape(text));
  }
  return svg;
}

std::string draw(const BarChart& chart) {
  if (chart.rows.empty()) return "";
  const double bottom = kTop + kRow * static_cast<double>(chart.rows.size());
  std::string svg = fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"{}\">\n"
      "<text class=\"ct\" x=\"2\" y=\"15\">{}</text>\n",
      kWidth, bottom + 22, escape(chart.title), escape(chart.title));
  svg += draw_key(kNames, "s-a", chart.upper) + draw_key(kNames + 160, "s-b", chart.lower);
  svg += draw_ticks(chart, bottom);
  double y = kTop;
  for (const BarRow& row : chart.rows) {
    svg += draw_row(row, y);
    y += kRow;
  }
  return svg + "</svg>\n";
}

}  // namespace

std::string layer_noise_chart(const DoctorFindings& findings) {
  BarChart chart{"Signal to quantization noise, dB", "in the whole network", "alone", {}, {}};
  for (double tick = 0; tick <= kGreatestDb; tick += 20)
    chart.ticks.emplace_back(tick / kGreatestDb, fmt::format("{:.0f}", tick));
  for (const DoctorLayer& layer : findings.layers) {
    if (!layer.whole_sqnr_db || !layer.alone_sqnr_db) continue;
    chart.rows.push_back(
        {layer.name,
         fmt::format("{:.1f} dB in the whole network, {:.1f} dB alone", *layer.whole_sqnr_db, *layer.alone_sqnr_db),
         {0, *layer.whole_sqnr_db / kGreatestDb},
         {0, *layer.alone_sqnr_db / kGreatestDb}});
  }
  return draw(chart);
}

std::string layer_loss_chart(const DoctorFindings& findings) {
  BarChart chart{"Divergence from FP32, nats", "it alone is int8", "all but it are int8", {}, {}};
  double greatest = 1e-6;
  for (const DoctorLayer& layer : findings.layers)
    greatest = std::max({greatest, layer.alone_divergence.value_or(0), layer.as_float_divergence.value_or(0)});
  const std::vector<double> ticks = round_ticks(0, greatest, 4);
  const double end = ticks.back();
  for (double tick : ticks) chart.ticks.emplace_back(tick / end, fmt::format("{:.3g}", tick));
  for (const DoctorLayer& layer : findings.layers) {
    if (!layer.alone_divergence || !layer.as_float_divergence) continue;
    chart.rows.push_back({layer.name,
                          fmt::format("{:.4f} nats when it alone is int8, {:.4f} when all but it are",
                                      *layer.alone_divergence, *layer.as_float_divergence),
                          {0, *layer.alone_divergence / end},
                          {0, *layer.as_float_divergence / end}});
  }
  return draw(chart);
}

std::string layer_range_chart(const DoctorFindings& findings) {
  // The grid takes the middle of the scale, so that values on either side of it show.
  constexpr double kBegin = 0.2, kEnd = 0.8;
  BarChart chart{
      "Float values on the int8 grid", "values seen", "the grid", {{kBegin, "least"}, {kEnd, "greatest"}}, {}};
  for (const DoctorLayer& layer : findings.layers) {
    const double width = layer.kept_high - layer.kept_low;
    if (!layer.seen_low || !layer.seen_high || width <= 0) continue;
    const auto place = [&](double value) { return kBegin + (kEnd - kBegin) * (value - layer.kept_low) / width; };
    chart.rows.push_back({layer.name,
                          fmt::format("values from {:.4g} to {:.4g}, the grid from {:.4g} to {:.4g}", *layer.seen_low,
                                      *layer.seen_high, layer.kept_low, layer.kept_high),
                          {place(*layer.seen_low), place(*layer.seen_high)},
                          {kBegin, kEnd}});
  }
  return draw(chart);
}

}  // namespace mote::pipeline
