// Signal to quantization noise, layer by layer.
#include <fmt/format.h>

#include <algorithm>

#include "report/charts.h"
#include "report/html_text.h"

namespace mote::pipeline {

namespace {

constexpr double kNames = 120;
constexpr double kWidth = 460;
constexpr double kTop = 26;
constexpr double kRow = 18;
constexpr double kGreatest = 60;  // dB; what lies above is as good as float

double bar_width(double db) {
  return (kWidth - kNames - 10) * std::clamp(db, 0.0, kGreatest) / kGreatest;
}

std::string draw_bar(double y, double db, const char* css_class) {
  return fmt::format("<line class=\"sr {}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", css_class,
                     kNames, y, kNames + bar_width(db), y);
}

}  // namespace

std::string layer_noise_chart(const DoctorFindings& findings) {
  std::string rows;
  double y = kTop;
  for (const DoctorLayer& layer : findings.layers) {
    if (!layer.whole_sqnr_db || !layer.alone_sqnr_db) continue;
    rows += fmt::format("<g><title>{}: {:.1f} dB in the whole network, {:.1f} dB alone</title>\n", escape(layer.name),
                        *layer.whole_sqnr_db, *layer.alone_sqnr_db);
    rows += fmt::format("<text class=\"tk\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", kNames - 6,
                        y + 9, escape(layer.name.substr(0, 18)));
    rows += draw_bar(y + 3, *layer.whole_sqnr_db, "s-a") + draw_bar(y + 8, *layer.alone_sqnr_db, "s-b") + "</g>\n";
    y += kRow;
  }
  if (rows.empty()) return "";
  const char* title = "Signal to quantization noise, dB";
  std::string svg = fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"{}\">\n"
      "<text class=\"ct\" x=\"2\" y=\"15\">{}</text>\n",
      kWidth, y + 22, title, title);
  for (double tick = 0; tick <= kGreatest; tick += 20) {
    const double x = kNames + bar_width(tick);
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>"
        "<text class=\"tk\" x=\"{0:.1f}\" y=\"{3:.1f}\" text-anchor=\"middle\">{4:.0f}</text>\n",
        x, kTop - 4, y, y + 14, tick);
  }
  return svg + rows + "</svg>\n";
}

}  // namespace mote::pipeline
