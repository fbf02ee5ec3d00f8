// listen.h and listen.c: the front end on a stream of samples.
#include <fmt/format.h>

#include "mote/runtime/dsp/fixed_stream.h"
#include "mote/runtime/dsp/stream.h"
#include "parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

std::map<std::string, std::string> listen_values(const Parts& parts) {
  const bool fixed = parts.options.frontend.is_fixed();
  auto values = template_values(parts);
  values["stream"] = fixed ? "mote_fixed_stream" : "mote_stream";
  values["s16_bytes"] = std::to_string(listen_buffer_bytes(parts, MOTE_SAMPLE_S16));
  values["f32_bytes"] = std::to_string(listen_buffer_bytes(parts, MOTE_SAMPLE_F32));
  values["or_floats"] = fixed ? "" : ", and to float ones of full scale 1";
  values["or_type"] = fixed ? "" : " or a listener to the other type";
  return values;
}

}  // namespace

// Buffers hold numbers, no pointers: they are as large on the device.
std::int64_t listen_buffer_bytes(const Parts& parts, mote_sample_type type) {
  const BundleFrontend& frontend = parts.options.frontend;
  if (frontend.is_fixed()) {
    const mote_fixed_stream_settings settings{frontend.fixed, frontend.thresholds.data(), frontend.frames()};
    return static_cast<std::int64_t>(mote_fixed_stream_bytes(&settings));
  }
  const mote_stream_settings settings{frontend.tables, type, frontend.frames(), 1.0F, 0};
  return static_cast<std::int64_t>(mote_stream_bytes(&settings));
}

std::string listen_header_text(const Parts& parts) {
  return filled_template("listen.h.in", listen_values(parts));
}

std::string listen_source_text(const Parts& parts) {
  return head_comment(parts, fmt::format("Samples as they arrive, for {}.", parts.name)) + "#include \"listen.h\"\n\n" +
         filled_template("listen.c.in", listen_values(parts));
}

}  // namespace mote::exporter
