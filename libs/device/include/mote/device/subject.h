// A model on its way to a core: the plan, and the C bundle made from it. What verify and bench build and run.
#pragma once

#include "mote/device/core.h"
#include "mote/device/emulator.h"
#include "mote/exporter/bundle.h"
#include "mote/plan/plan.h"

namespace mote::device {

struct Subject {
  plan::Plan plan;
  exporter::BundleOptions options;  // options.frontend: features are verified and measured as well
  exporter::Bundle bundle;          // made from both; tests may damage it
};

// Errors: those of exporter::make_bundle.
Subject make_subject(plan::Plan plan, exporter::BundleOptions options);

// The program `main_file` (of libs/device/firmware) with the bundle, its self-test left out. Compiled with MOTE_OBSERVE
// where `observe` is kLayers.
enum class Observe : std::uint8_t { kNothing, kLayers };
Firmware firmware_of(const Subject& subject, const char* main_file, Observe observe);

}  // namespace mote::device
