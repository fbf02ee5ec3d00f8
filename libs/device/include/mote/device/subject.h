// A model on its way to a core: its plan, and the C bundle made from it. What verify and bench build and run.
#pragma once

#include <vector>

#include "mote/codegen/plan_for.h"
#include "mote/device/core.h"
#include "mote/device/emulator.h"
#include "mote/exporter/bundle.h"
#include "mote/plan/plan.h"
#include "mote/quant/constant_channels.h"

namespace mote::device {

// Of a stream, by bench().
inline constexpr std::int32_t kMeasuredHops = 64;

struct Subject {
  graph::Graph model;                         // as it came, stage kInt8
  plan::Plan plan;                            // see codegen::DevicePlan
  std::vector<quant::ChannelRecord> records;  // likewise
  exporter::BundleOptions options;            // options.frontend: features are verified and measured as well
  exporter::Bundle bundle;                    // made from both; tests may damage it

  // Null where an inference is of a whole window.
  const quant::StreamingGraph* streaming() const { return options.streaming.get(); }
};

// Errors: those of codegen::device_plan() and exporter::make_bundle().
Subject make_subject(const graph::Graph& model, Core core, plan::Optimize optimize,
                     const exporter::BundleOptions& options);
Subject make_subject(const graph::Graph& model, Core core, const codegen::PlanGoal& goal,
                     const exporter::BundleOptions& options);
// New frames only an inference. The subject's front end is of one hop's frames (exporter::hop_frontend). Errors: those
// of codegen::stream_plan() and exporter::make_bundle().
Subject make_stream_subject(const graph::Graph& model, Core core, plan::Optimize optimize,
                            const exporter::BundleOptions& options);

// The program `main_file` (of libs/device/firmware) with the bundle, its self-test left out. Compiled with MOTE_OBSERVE
// where `observe` is kLayers.
enum class Observe : std::uint8_t { kNothing, kLayers };
Firmware firmware_of(const Subject& subject, const char* main_file, Observe observe);

}  // namespace mote::device
