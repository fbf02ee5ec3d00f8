// The part of model.c that carries a stream: states between hops.
#include <fmt/format.h>

#include "parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

// Windows that the plan carries, with the byte that says "nothing heard".
std::string window_rows(const Parts& parts) {
  std::string text;
  for (const std::int32_t index : parts.plan.carried) {
    const plan::Placement& place = parts.plan.placements[static_cast<std::size_t>(index)];
    const bool planes = place.layout == plan::Layout::kPlanes;
    const std::int32_t zero_point = parts.graph().tensor(place.tensor).quant.zero_points.front();
    text += fmt::format("  {{{}u, {}u, {}u}},\n", place.offset_bytes, place.size_bytes,
                        (zero_point + (planes ? 128 : 0)) & 255);
  }
  text.pop_back();
  return text;
}

std::string state_rows(const Parts& parts) {
  std::string text;
  for (const quant::StreamState& state : parts.options.streaming->states) {
    const std::int64_t window = parts.plan.placement(state.window).offset_bytes;
    text += fmt::format("  {{{}u, {}u, {}u, {}}},\n", parts.plan.placement(state.kept).offset_bytes,
                        window + state.frames_new * state.frame_bytes, state.bytes(), state.zero_point);
  }
  text.pop_back();
  return text;
}

}  // namespace

std::string stream_text(const Parts& parts) {
  auto values = template_values(parts);
  if (parts.carries_windows()) {
    values["window_count"] = std::to_string(parts.plan.carried.size());
    values["window_rows"] = window_rows(parts);
    return filled_template("stream_windows.c.in", values);
  }
  values["state_offset"] = std::to_string(parts.state_offset_bytes());
  values["state_count"] = std::to_string(parts.options.streaming->states.size());
  values["state_rows"] = state_rows(parts);
  return filled_template("stream.c.in", values);
}

std::string hear_header_text(const Parts& parts) {
  return filled_template("hear.h.in", template_values(parts));
}

std::string hear_source_text(const Parts& parts) {
  return head_comment(parts, fmt::format("Samples as they arrive to hops of {}.", parts.name)) +
         "#include \"hear.h\"\n\n" + filled_template("hear.c.in", template_values(parts));
}

}  // namespace mote::exporter
