// Charts with two numeric axes: training curves and calibration.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/charts.h"
#include "report/html_text.h"

namespace mote::pipeline {

namespace {

constexpr double kWidth = 460;
constexpr double kHeight = 270;
constexpr double kLeft = 46;
constexpr double kRight = 14;
constexpr double kTop = 34;
constexpr double kBottom = 38;

// A linear map from data to the drawing.
struct Axis {
  double low;
  double high;
  double at_low;
  double at_high;
  double operator()(double value) const { return at_low + (value - low) / (high - low) * (at_high - at_low); }
};

struct Frame {
  Axis x;
  Axis y;
};

std::string open_svg(const std::string& title) {
  return fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n"
      "<text class=\"ct\" x=\"{}\" y=\"15\">{}</text>\n",
      kWidth, kHeight, escape(title), 2, escape(title));
}

std::string tick_text(double value) {
  return number(std::abs(value) < 1e-12 ? 0 : value);
}

std::string draw_axes(const Frame& frame, const std::vector<double>& x_ticks, const std::vector<double>& y_ticks,
                      const std::string& x_title) {
  std::string svg;
  for (const double tick : y_ticks) {
    const double y = frame.y(tick);
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text class=\"tk\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
        frame.x.at_low, y, frame.x.at_high, y, frame.x.at_low - 6, y + 3.5, tick_text(tick));
  }
  for (const double tick : x_ticks) {
    svg += fmt::format("<text class=\"tk\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", frame.x(tick),
                       frame.y.at_low + 15, tick_text(tick));
  }
  svg += fmt::format("<line class=\"axis\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", frame.x.at_low,
                     frame.y.at_low, frame.x.at_high, frame.y.at_low);
  svg += fmt::format("<text class=\"tk\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                     (frame.x.at_low + frame.x.at_high) / 2, frame.y.at_low + 31, escape(x_title));
  return svg;
}

// Right-aligned beside the title: 7.4 units a letter leave room for the larger font of narrow screens.
std::string draw_legend(const std::vector<Series>& series) {
  std::string svg;
  double right = kWidth - kRight;
  for (auto each = series.rbegin(); each != series.rend(); ++each) {
    if (each->points.empty()) continue;
    const double text_left = right - 7.4 * static_cast<double>(each->name.size());
    svg += fmt::format(
        "<line class=\"sr {}\" x1=\"{:.1f}\" y1=\"11\" x2=\"{:.1f}\" y2=\"11\"/>"
        "<text class=\"lg\" x=\"{:.1f}\" y=\"15\">{}</text>\n",
        each->css_class, text_left - 22, text_left - 6, text_left, escape(each->name));
    right = text_left - 34;
  }
  return svg;
}

std::string draw_series(const Frame& frame, const Series& series) {
  if (series.points.empty()) return "";
  std::string list;
  for (const auto& [x, y] : series.points) list += fmt::format("{:.1f},{:.1f} ", frame.x(x), frame.y(y));
  list.pop_back();
  if (series.points.size() == 1) {
    const auto& [x, y] = series.points.front();
    return fmt::format("<circle class=\"sr {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\"/>\n", series.css_class, frame.x(x),
                       frame.y(y));
  }
  return fmt::format("<polyline class=\"sr {}\" points=\"{}\"/>\n", series.css_class, list);
}

// One invisible strip for each x; its tooltip lists every series there.
std::string draw_tooltips(const Frame& frame, const LineChart& chart) {
  std::map<double, std::string> lines;
  for (const auto& series : chart.series) {
    for (const auto& [x, y] : series.points) lines[x] += fmt::format("\n{}: {}", series.name, number(y));
  }
  const double span =
      std::abs(frame.x.at_high - frame.x.at_low) / static_cast<double>(std::max<std::size_t>(1, lines.size()));
  std::string svg;
  for (const auto& [x, text] : lines) {
    svg += fmt::format(
        "<rect class=\"hit\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\">"
        "<title>{} {}{}</title></rect>\n",
        frame.x(x) - span / 2, frame.y.at_high, span, frame.y.at_low - frame.y.at_high, escape(chart.x_title),
        number(x), escape(text));
  }
  return svg;
}

std::string draw_mark(const Frame& frame, double x, const std::string& name) {
  const double at = frame.x(x);
  const bool on_the_right = at > (frame.x.at_low + frame.x.at_high) / 2;
  return fmt::format(
      "<line class=\"mark\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>"
      "<text class=\"lg\" x=\"{3:.1f}\" y=\"{4:.1f}\" text-anchor=\"{5}\">{6}</text>\n",
      at, frame.y.at_high, frame.y.at_low, at + (on_the_right ? -5 : 5), frame.y.at_high + 9,
      on_the_right ? "end" : "start", escape(name));
}

// [least, greatest] over all points, widened when they are one.
std::pair<double, double> extent(const std::vector<Series>& series, double std::pair<double, double>::*coordinate) {
  double low = INFINITY;
  double high = -INFINITY;
  for (const auto& each : series) {
    for (const auto& point : each.points) {
      low = std::min(low, point.*coordinate);
      high = std::max(high, point.*coordinate);
    }
  }
  if (high > low) return {low, high};
  const double reach = std::max(0.5, std::abs(low) / 2);
  return {low - reach, high + reach};
}

}  // namespace

std::vector<double> round_ticks(double low, double high, int wanted) {
  const double rough = (high - low) / wanted;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double ratio = rough / power;
  const double step = power * (ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10);
  const double first = std::floor(low / step + 1e-9);
  const double last = std::ceil(high / step - 1e-9);
  // Counted in whole numbers: beyond 2^53 adding 1 to `first` would change nothing.
  const int steps = static_cast<int>(std::clamp(last - first, 0.0, 2.0 * wanted));
  std::vector<double> ticks;
  for (int i = 0; i <= steps; ++i) ticks.push_back((first + i) * step);
  return ticks;
}

std::string line_chart(const LineChart& chart) {
  const bool has_points = std::any_of(chart.series.begin(), chart.series.end(),
                                      [](const Series& series) { return !series.points.empty(); });
  if (!has_points) return "";
  const auto x = extent(chart.series, &std::pair<double, double>::first);
  const auto y = extent(chart.series, &std::pair<double, double>::second);
  const auto y_ticks = round_ticks(y.first, y.second, 5);
  std::vector<double> x_ticks = round_ticks(x.first, x.second, 7);
  std::erase_if(x_ticks, [&](double tick) { return tick < x.first || tick > x.second || tick != std::floor(tick); });
  const Frame frame{{x.first, x.second, kLeft + 4, kWidth - kRight - 4},
                    {y_ticks.front(), y_ticks.back(), kHeight - kBottom, kTop}};
  std::string svg =
      open_svg(chart.title) + draw_legend(chart.series) + draw_axes(frame, x_ticks, y_ticks, chart.x_title);
  if (chart.mark_x) svg += draw_mark(frame, *chart.mark_x, chart.mark_name);
  for (const auto& series : chart.series) svg += draw_series(frame, series);
  return svg + draw_tooltips(frame, chart) + "</svg>\n";
}

std::string calibration_chart(const evaluate::Metrics& metrics, const std::string& title) {
  const Frame frame{{0, 1, kLeft + 4, kWidth - kRight - 4}, {0, 1, kHeight - kBottom, kTop}};
  const std::vector<double> ticks = {0, 0.2, 0.4, 0.6, 0.8, 1};
  std::string svg = open_svg(title) + draw_axes(frame, ticks, ticks, "highest score");
  for (const auto& bin : metrics.calibration) {
    if (bin.clips == 0) continue;
    const double share = static_cast<double>(bin.clips) / static_cast<double>(std::max<std::int64_t>(1, metrics.clips));
    svg += fmt::format(
        "<rect class=\"cal\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
        "fill-opacity=\"{:.2f}\"><title>score {:.2f} to {:.2f}: {} clips\nmean score {}\naccuracy {}"
        "</title></rect>\n",
        frame.x(bin.low) + 1, frame.y(bin.accuracy), frame.x(bin.high) - frame.x(bin.low) - 2,
        frame.y(0) - frame.y(bin.accuracy), 0.3 + 0.7 * std::sqrt(share), bin.low, bin.high, count(bin.clips),
        percent(bin.mean_confidence), percent(bin.accuracy));
  }
  svg += fmt::format("<line class=\"mark\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", frame.x(0),
                     frame.y(0), frame.x(1), frame.y(1));
  return svg + "</svg>\n";
}

std::string bar(double share, const std::string& css_class) {
  return fmt::format("<span class=\"bar\"><i class=\"{}\" style=\"width:{:.1f}%\"></i></span>", css_class,
                     100 * std::clamp(share, 0.0, 1.0));
}

std::string interval_strip(double value, const evaluate::Interval& interval, double low, double high) {
  const auto at = [&](double rate) { return 100 * std::clamp((rate - low) / (high - low), 0.0, 1.0); };
  return fmt::format(
      "<span class=\"strip\" title=\"scale {:.0f} to {:.0f} %\"><i style=\"left:{:.1f}%;width:{:.1f}%\"></i><b "
      "style=\"left:{:.1f}%\"></b></span>",
      100 * low, 100 * high, at(interval.low), at(interval.high) - at(interval.low), at(value));
}

}  // namespace mote::pipeline
