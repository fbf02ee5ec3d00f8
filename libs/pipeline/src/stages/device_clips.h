// Clips of a data set as a device model takes them.
#pragma once

#include <filesystem>

#include "mote/data/manifest.h"
#include "mote/pipeline/device_model.h"

namespace mote::pipeline {

// At most `count` clips of the test split (validation where there is none), spread over it. `file`: the model's
// .tflite, with mote's metadata. Errors: those of reading a clip; kInvalid for no clip.
device::Records clips_of(const data::Manifest& manifest, const std::filesystem::path& file, const DeviceModel& model,
                         std::int64_t count);

}  // namespace mote::pipeline
