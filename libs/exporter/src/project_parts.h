// What the files of a project are made from.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mote/exporter/project.h"
#include "parts.h"

namespace mote::exporter {

// Where the samples come from, by which main files differ.
enum class Sensor : std::uint8_t { kMicrophone, kImu, kNone };

struct ProjectParts {
  Parts parts;
  const ProjectOptions& options;
  const Ecosystem& ecosystem;

  bool runs_tflm() const { return options.runtime == ProjectRuntime::kTflm; }
  const BundleFrontend& frontend() const { return options.bundle.frontend; }
  Sensor sensor() const;
  // Memory of the detector, by part.
  std::int64_t arena_bytes() const;
  std::int64_t sample_memory_bytes() const;
  std::int64_t postprocess_bytes() const;
};

// <name>_detector.h and .c.
std::vector<BundleFile> detector_files(const ProjectParts& project);

// <name>.h and <name>.cc with the functions of a bundle, run by TensorFlow Lite Micro; model_data.h and .cc.
std::vector<BundleFile> tflm_files(const ProjectParts& project);

}  // namespace mote::exporter
