// The confusion matrix as a heat map.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/charts.h"
#include "report/html_text.h"

namespace mote::pipeline {

namespace {

// All sizes in CSS pixels at natural scale.
struct Layout {
  double cell;
  double label_left;  // room for the names of the rows
  double label_top;   // room for the slanted names of the columns
  double overhang;    // of the last column's name beyond the grid
  double grid;        // length of one side
};

Layout layout_for(const evaluate::Metrics& metrics) {
  const std::size_t classes = metrics.classes.size();
  const double cell = classes <= 6 ? 46 : classes <= 12 ? 33 : classes <= 16 ? 27 : classes <= 24 ? 26 : 21;
  std::size_t longest = 0;
  for (const auto& each : metrics.classes) longest = std::max(longest, each.name.size());
  const double text = 6.9 * static_cast<double>(std::min<std::size_t>(longest, 14));
  return {cell, text + 12, text * 0.77 + 42, std::max(6.0, text * 0.6 - cell / 2), cell * static_cast<double>(classes)};
}

std::string shortened(const std::string& name) {
  if (name.size() <= 14) return escape(name);
  std::size_t end = 13;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return escape(name.substr(0, end)) + "…";
}

// Four digits in a cell of 21 pixels need a smaller font.
double font_size(double cell, std::int64_t value) {
  const double digits = static_cast<double>(std::to_string(value).size());
  return std::min({13.0, cell * 0.5, cell * 1.5 / digits});
}

std::string draw_cell(const Layout& layout, const evaluate::Metrics& metrics, std::size_t row, std::size_t column) {
  const std::int64_t value = metrics.confusion[row][column];
  if (value == 0) return "";
  const auto support = static_cast<double>(metrics.classes[row].support);
  const double share = support > 0 ? static_cast<double>(value) / support : 0;
  const bool hit = row == column;
  // Mistakes are rare and must be seen: their shade grows with the square root.
  const double shade = hit ? 0.08 + 0.82 * share : 0.18 + 0.77 * std::sqrt(share);
  const double x = layout.label_left + layout.cell * static_cast<double>(column);
  const double y = layout.label_top + layout.cell * static_cast<double>(row);
  return fmt::format(
      "<g><title>{} taken for {}: {} of {} ({})</title><rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" "
      "width=\"{:.1f}\" height=\"{:.1f}\" fill-opacity=\"{:.2f}\"/>"
      "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:.1f}\">{}</text></g>\n",
      escape(metrics.classes[row].name), escape(metrics.classes[column].name), value, metrics.classes[row].support,
      percent(share), hit ? "hit" : "miss", x + 0.5, y + 0.5, layout.cell - 1, layout.cell - 1, shade,
      shade > 0.55 ? "cv on" : "cv", x + layout.cell / 2, y + layout.cell / 2, font_size(layout.cell, value), value);
}

std::string draw_names(const Layout& layout, const evaluate::Metrics& metrics) {
  std::string svg;
  for (std::size_t i = 0; i < metrics.classes.size(); ++i) {
    const double middle = layout.cell * (static_cast<double>(i) + 0.5);
    const double x = layout.label_left + middle;
    const double y = layout.label_top + middle;
    svg += fmt::format(
        "<text class=\"cn\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>"
        "<text class=\"cn\" transform=\"translate({:.1f} {:.1f}) rotate(-50)\">{}</text>\n",
        layout.label_left - 6, y + 3.5, shortened(metrics.classes[i].name), x + 2, layout.label_top - 6,
        shortened(metrics.classes[i].name));
  }
  return svg;
}

}  // namespace

std::string confusion_chart(const evaluate::Metrics& metrics, const std::string& title) {
  const Layout layout = layout_for(metrics);
  const double width = layout.label_left + layout.grid + layout.overhang;
  const double height = layout.label_top + layout.grid + 4;
  std::string svg = fmt::format(
      "<svg class=\"cm\" viewBox=\"0 0 {0:.0f} {1:.0f}\" style=\"max-width:{0:.0f}px;"
      "min-width:{2:.0f}px\" role=\"img\" aria-label=\"{3}\">\n"
      "<text class=\"ct\" x=\"2\" y=\"15\">{3}</text>\n"
      "<rect class=\"cb\" x=\"{4:.1f}\" y=\"{5:.1f}\" width=\"{6:.1f}\" height=\"{6:.1f}\"/>\n",
      width, height, width * 0.66, escape(title), layout.label_left, layout.label_top, layout.grid);
  svg += draw_names(layout, metrics);
  const std::size_t classes = metrics.classes.size();
  for (std::size_t i = 1; i < classes; ++i) {
    const double at = layout.cell * static_cast<double>(i);
    svg += fmt::format("<path class=\"cg{}\" d=\"M{:.1f} {:.1f}h{:.1f}M{:.1f} {:.1f}v{:.1f}\"/>\n",
                       i % 5 == 0 ? " five" : "", layout.label_left, layout.label_top + at, layout.grid,
                       layout.label_left + at, layout.label_top, layout.grid);
  }
  for (std::size_t row = 0; row < classes; ++row) {
    for (std::size_t column = 0; column < classes; ++column) svg += draw_cell(layout, metrics, row, column);
  }
  return svg + "</svg>\n";
}

}  // namespace mote::pipeline
