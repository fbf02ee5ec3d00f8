// <name>_detector.h and <name>_detector.c: from samples to detections, by listen.h and postprocess.h.
#include "mote/runtime/dsp/fixed_frontend.h"
#include "project_parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

constexpr std::int64_t kAudioRateHz = 4000;  // one channel slower than this is no microphone

// What lies in the detector while the features of a whole clip are computed.
std::int64_t clip_bytes(const BundleFrontend& frontend, mote_sample_type type) {
  const std::int64_t samples = std::int64_t{frontend.channels()} * frontend.clip_samples;
  const std::int64_t features = std::int64_t{frontend.frames()} * frontend.coefficients();
  if (frontend.is_fixed())
    return 2 * (samples + features) + static_cast<std::int64_t>(mote_fixed_frontend_clip_bytes(frontend.fixed));
  const std::int64_t base = std::int64_t{frontend.frames()} * mote_frontend_base_count(frontend.tables);
  return samples * (type == MOTE_SAMPLE_S16 ? 2 : 4) + 4 * (features + base) +
         static_cast<std::int64_t>(mote_frontend_scratch_bytes(frontend.tables));
}

}  // namespace

Sensor ProjectParts::sensor() const {
  if (!frontend().exists()) return Sensor::kNone;
  const bool audio = frontend().channels() == 1 && options.detector.sample_rate_hz >= kAudioRateHz;
  return audio || frontend().is_fixed() ? Sensor::kMicrophone : Sensor::kImu;
}

std::int64_t ProjectParts::sample_memory_bytes() const {
  if (!frontend().exists()) return 0;
  const mote_sample_type type = options.detector.sample_type;
  return parts.listens() ? listen_buffer_bytes(parts, type) : clip_bytes(frontend(), type);
}

std::int64_t ProjectParts::postprocess_bytes() const {
  return static_cast<std::int64_t>(mote_postprocess_bytes(options.bundle.postprocess.settings));
}

std::vector<BundleFile> detector_files(const ProjectParts& project) {
  const bool s16 = project.options.detector.sample_type == MOTE_SAMPLE_S16;
  const BundleFrontend& frontend = project.frontend();
  auto values = template_values(project.parts);
  values["sample_type"] = s16 ? "int16_t" : "float";
  values["sample_suffix"] = s16 ? "s16" : "f32";
  values["SAMPLE_SUFFIX"] = s16 ? "S16" : "F32";
  values["sample_meaning"] = s16 ? "full scale is 32768" : "in the unit of the training data";
  values["feature_type"] = frontend.is_fixed() ? "int16_t" : "float";
  values["sample_rate_hz"] = std::to_string(project.options.detector.sample_rate_hz);
  values["window_samples"] = frontend.exists() ? std::to_string(frontend.window_samples()) : "";
  const std::string stem = project.parts.name + "_detector";
  return {{stem + ".h", filled_template("detector.h.in", values)},
          {stem + ".c", filled_template("detector.c.in", values)}};
}

}  // namespace mote::exporter
