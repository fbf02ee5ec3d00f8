// The arena over the steps of an inference.
#include <fmt/format.h>

#include <algorithm>

#include "report/charts.h"
#include "report/html_text.h"

namespace mote::pipeline {

namespace {

constexpr double kLeft = 62;
constexpr double kTop = 12;
constexpr double kHeight = 260;
constexpr double kBottom = 36;
constexpr int kColours = 6;

struct Grid {
  double step_width;
  double pixels_per_byte;
};

// Letters of the 11-unit font that fit into `width`.
std::string fitted(const std::string& name, double width) {
  const auto room = static_cast<std::size_t>(std::max(0.0, (width - 8) / 6.3));
  if (name.size() <= room) return escape(name);
  if (room < 4) return "";
  std::size_t end = room - 1;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return escape(name.substr(0, end)) + "…";
}

// Translucent: in the step that reads one and writes the other, tensors may lie over each other.
std::string draw_tensor(const Grid& grid, const PlacedTensor& tensor, std::size_t index) {
  const auto steps = static_cast<double>(tensor.last_step - tensor.first_step + 1);
  const double width = steps * grid.step_width - 2;
  const double height = std::max(1.0, static_cast<double>(tensor.size_bytes) * grid.pixels_per_byte - 1);
  const double x = kLeft + static_cast<double>(tensor.first_step) * grid.step_width + 1;
  // Offset 0 lies at the bottom, as RAM is drawn.
  const double end_bytes = static_cast<double>(tensor.offset_bytes + tensor.size_bytes);
  const double y = kTop + kHeight - end_bytes * grid.pixels_per_byte;
  std::string svg = fmt::format(
      "<g><title>{}\n{} at offset {}\nsteps {} to {}</title><rect class=\"m{}\" x=\"{:.1f}\" "
      "y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"2\" fill-opacity=\".8\"/>",
      escape(tensor.name), bytes(tensor.size_bytes), count(tensor.offset_bytes), tensor.first_step, tensor.last_step,
      index % kColours, x, y, width, height);
  if (height >= 14) {
    svg += fmt::format("<text class=\"mn\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", x + 5, y + 13,
                       fitted(tensor.name, width));
  }
  return svg + "</g>\n";
}

std::string draw_axes(const Grid& grid, const MemoryMap& memory, double width) {
  std::string svg;
  const auto arena = static_cast<double>(memory.arena_bytes);
  for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    const double y = kTop + kHeight * (1 - share);
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text class=\"tk\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
        kLeft, y, width - 8, y, kLeft - 6, y + 4, bytes(static_cast<std::int64_t>(arena * share)));
  }
  const std::size_t every = std::max<std::size_t>(1, static_cast<std::size_t>(22 / grid.step_width + 0.99));
  for (std::size_t step = 0; step < memory.steps.size(); step += every) {
    svg +=
        fmt::format("<text class=\"tk\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}<title>{}</title></text>\n",
                    kLeft + (static_cast<double>(step) + 0.5) * grid.step_width, kTop + kHeight + 15, step,
                    escape(memory.steps[step]));
  }
  return svg + fmt::format("<text class=\"tk\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">step</text>\n",
                           (kLeft + width) / 2, kTop + kHeight + 31);
}

}  // namespace

std::string memory_chart(const MemoryMap& memory) {
  if (memory.arena_bytes <= 0 || memory.steps.empty()) return "";
  const auto steps = static_cast<double>(memory.steps.size());
  const Grid grid{std::clamp(940 / steps, 18.0, 110.0), kHeight / static_cast<double>(memory.arena_bytes)};
  const double width = kLeft + steps * grid.step_width + 10;
  const double height = kTop + kHeight + kBottom;
  std::string svg = fmt::format(
      "<div class=\"scroll\"><svg class=\"mm\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
      "style=\"width:{0:.0f}px;min-width:{2:.0f}px\" role=\"img\" "
      "aria-label=\"Arena over the steps of one inference\">\n",
      width, height, width * 0.7);
  svg += draw_axes(grid, memory, width);
  for (std::size_t i = 0; i < memory.tensors.size(); ++i) svg += draw_tensor(grid, memory.tensors[i], i);
  return svg + "</svg></div>\n";
}

}  // namespace mote::pipeline
