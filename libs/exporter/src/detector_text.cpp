// <name>_detector.h and <name>_detector.c: from samples to detections.
#include <fmt/format.h>

#include "c_text.h"
#include "project_parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

constexpr std::int64_t kAudioRateHz = 4000;  // one channel slower than this is no microphone

bool takes_int16(const ProjectParts& project) {
  return project.options.detector.sample_type == MOTE_SAMPLE_S16;
}

std::string thresholds_text(const mote_postprocess_settings& settings) {
  return table("static const int32_t thresholds",
               std::span<const std::int32_t>(settings.thresholds, static_cast<std::size_t>(settings.classes)));
}

void add_stream(const ProjectParts& project, std::map<std::string, std::string>& values) {
  const bool streams = project.streams();
  const bool front_end = project.frontend().tables != nullptr;
  values["streaming"] = streams ? "yes" : "";
  values["clipwise"] = front_end && !streams ? "yes" : "";
  values["no_frontend"] = front_end ? "" : "yes";
  values["sample_type"] = takes_int16(project) ? "int16_t" : "float";
  values["sample_suffix"] = takes_int16(project) ? "s16" : "f32";
  values["sample_kind"] = takes_int16(project) ? "MOTE_SAMPLE_S16" : "MOTE_SAMPLE_F32";
  values["sample_meaning"] = takes_int16(project) ? "full scale is 32768" : "in the unit of the training data";
  values["sample_rate_hz"] = std::to_string(project.options.detector.sample_rate_hz);
  values["step_frames"] = std::to_string(project.options.detector.step_frames);
  values["hop_samples"] = front_end ? std::to_string(project.frontend().tables->hop_samples) : "0";
  values["window_samples"] = front_end ? std::to_string(project.frontend().tables->window_samples) : "0";
  values["stream_bytes"] = std::to_string(project.sample_memory_bytes());
}

}  // namespace

Sensor ProjectParts::sensor() const {
  if (frontend().tables == nullptr) return Sensor::kNone;
  const bool audio = frontend().tables->channels == 1 && options.detector.sample_rate_hz >= kAudioRateHz;
  return audio ? Sensor::kMicrophone : Sensor::kImu;
}

bool ProjectParts::streams() const {
  return frontend().tables != nullptr && frontend().tables->padding == MOTE_PADDING_NONE;
}

mote_stream_settings ProjectParts::stream_settings() const {
  const graph::Tensor& input = parts.graph().tensor(parts.graph().inputs.front());
  return {frontend().tables, options.detector.sample_type,
          mote_frontend_frames(frontend().tables, frontend().clip_samples), input.quant.scales[0],
          input.quant.zero_points[0]};
}

std::int64_t ProjectParts::sample_memory_bytes() const {
  const mote_frontend* f = frontend().tables;
  if (f == nullptr) return 0;
  if (streams()) {
    const mote_stream_settings settings = stream_settings();
    return static_cast<std::int64_t>(mote_stream_bytes(&settings));
  }
  const std::int64_t sample_bytes = options.detector.sample_type == MOTE_SAMPLE_S16 ? 2 : 4;
  const std::int64_t frames = mote_frontend_frames(f, frontend().clip_samples);
  const std::int64_t floats = frames * (mote_frontend_base_count(f) + mote_frontend_feature_count(f));
  return std::int64_t{f->channels} * frontend().clip_samples * sample_bytes + 4 * floats +
         static_cast<std::int64_t>(mote_frontend_scratch_bytes(f));
}

std::int64_t ProjectParts::postprocess_bytes() const {
  return static_cast<std::int64_t>(mote_postprocess_bytes(options.detector.postprocess));
}

std::vector<BundleFile> detector_files(const ProjectParts& project) {
  const mote_postprocess_settings& post = *project.options.detector.postprocess;
  auto values = template_values(project.parts);
  add_stream(project, values);
  values["classes"] = std::to_string(post.classes);
  values["smoothing"] = std::to_string(post.smoothing);
  values["refractory_steps"] = std::to_string(post.refractory_steps);
  values["thresholds"] = thresholds_text(post);
  values["postprocess_bytes"] = std::to_string(project.postprocess_bytes());
  const std::string stem = project.parts.name + "_detector";
  return {{stem + ".h", filled_template("detector.h.in", values)},
          {stem + ".c", filled_template("detector.c.in", values)}};
}

}  // namespace mote::exporter
