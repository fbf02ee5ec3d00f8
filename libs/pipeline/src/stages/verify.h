// The C bundle of model.tflite, compiled by this machine's compiler and run on a few clips: does it give the desktop's
// bytes? `mote verify` asks the same of cores in emulation.
#pragma once

#include "mote/data/manifest.h"
#include "stages/context.h"

namespace mote::pipeline {

// Without a compiler nothing is compared, and the result says why. Errors: those of device::verify.
void verify_on_host(const Context& context, const data::Manifest& manifest);

// What verify_on_host() wrote.
DeviceCheck read_device_check(const Context& context);

}  // namespace mote::pipeline
