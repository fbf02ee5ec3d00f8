// Charts of the report page, each one inline SVG (a picture: one data URI). Colours are CSS classes and variables of
// page_style.cpp, so that light and dark share one drawing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {

struct Series {
  std::string name;
  std::string css_class;                          // stroke: "s-a", "s-b", …
  std::vector<std::pair<double, double>> points;  // x rising
};

struct LineChart {
  std::string title;
  std::string x_title;
  std::vector<Series> series;
  std::optional<double> mark_x;  // a vertical line, "best" say
  std::string mark_name;
};
// Axes with round ticks, a legend, the values of every x as tooltips. Series without points are passed over.
std::string line_chart(const LineChart& chart);

// Counts as a heat map, one row a label: shade is the share of the row. Cells shrink with the number of classes and
// keep their counts legible up to 40.
std::string confusion_chart(const evaluate::Metrics& metrics, const std::string& title);

// Accuracy against confidence by bin, with the diagonal of perfect calibration.
std::string calibration_chart(const evaluate::Metrics& metrics, const std::string& title);

// Arena (vertical, bytes) × steps (horizontal).
std::string memory_chart(const MemoryMap& memory);

// Signal to quantization noise of each layer in dB: in the whole int8 network beside alone. Layers without are left
// out.
std::string layer_noise_chart(const DoctorFindings& findings);
// Divergence when each layer alone is int8, beside when it alone is not.
std::string layer_loss_chart(const DoctorFindings& findings);
// Values seen in float, on a scale of each layer's grid.
std::string layer_range_chart(const DoctorFindings& findings);

// A bar from 0 to 1 in a table cell.
std::string bar(double share, const std::string& css_class);
// A rate with its interval on a scale from `low` to `high`.
std::string interval_strip(double value, const evaluate::Interval& interval, double low, double high);

// The picture as an <img> with a PNG in it: time to the right, bin 0 at the bottom.
std::string feature_image(const FeaturePicture& picture);
// 8-bit palette PNG without compression (ISO/IEC 15948), rows top to bottom, `levels` in 0..255.
std::vector<std::uint8_t> palette_png(std::span<const std::uint8_t> levels, std::size_t width, std::size_t height);

// Round tick positions that cover [low, high]: steps of 1, 2 or 5 times a power of ten, at most about `wanted` of them.
std::vector<double> round_ticks(double low, double high, int wanted);

}  // namespace mote::pipeline
