// The part of model.c that carries a stream: states between hops.
#include <fmt/format.h>

#include "parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

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
  values["state_count"] = std::to_string(parts.options.streaming->states.size());
  values["state_rows"] = state_rows(parts);
  return filled_template("stream.c.in", values);
}

}  // namespace mote::exporter
