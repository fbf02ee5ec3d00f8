// A model on its way to a core: its plan, and the C bundle made from it. What verify and bench build and run.
#pragma once

#include <vector>

#include "mote/device/core.h"
#include "mote/device/emulator.h"
#include "mote/exporter/bundle.h"
#include "mote/plan/plan.h"
#include "mote/quant/constant_channels.h"

namespace mote::device {

struct Subject {
  graph::Graph model;                         // as it came, stage kInt8
  plan::Plan plan;                            // for the core, of the model without channels that cannot vary
  std::vector<quant::ChannelRecord> records;  // from the tensors of the model to those of the plan
  exporter::BundleOptions options;            // options.frontend: features are verified and measured as well
  exporter::Bundle bundle;                    // made from both; tests may damage it
};

// Errors: those of codegen::device_plan() and exporter::make_bundle().
Subject make_subject(const graph::Graph& model, Core core, plan::Optimize optimize,
                     const exporter::BundleOptions& options);

// The program `main_file` (of libs/device/firmware) with the bundle, its self-test left out. Compiled with MOTE_OBSERVE
// where `observe` is kLayers.
enum class Observe : std::uint8_t { kNothing, kLayers };
Firmware firmware_of(const Subject& subject, const char* main_file, Observe observe);

}  // namespace mote::device
