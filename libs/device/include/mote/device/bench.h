// What a model takes on a core, measured: instructions of one inference, in all and layer by layer, of its features
// where it has a front end; flash by section; RAM by part. Time and energy of boards are estimated from it
// (estimate.h). Instructions are exact; not a clock, but on the host.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mote/device/estimate.h"
#include "mote/device/subject.h"

namespace mote::device {

struct LayerInstructions {
  std::string name;    // of the layer's output tensor
  std::string kernel;  // "mote_conv2d_s8"
  std::int64_t multiply_accumulates = 0;
  std::int64_t instructions = 0;  // with the observer's call, a few
};

struct Bench {
  Core core = Core::kCortexM4;
  std::string machine;
  std::string note;  // see Image::note
  std::int64_t multiply_accumulates = 0;
  std::int64_t runs = 1;                   // that were measured: hops of a stream vary a little with their frames
  InstructionMix inference;                // of a run, the mean
  std::optional<InstructionMix> features;  // of one clip; nothing without a front end
  std::vector<LayerInstructions> layers;

  ImageSizes image;                // the least program that runs the model: start-up, init, inference
  ImageSizes image_with_features;  // the same with the front end; equal without one
  std::int64_t weight_bytes = 0;   // of it: int8 weights and int32 biases, as the graph counts them
  std::int64_t arena_bytes = 0;    // of the static RAM
  std::int64_t stack_bytes = 0;    // of an inference

  // The image without int8 weights and int32 biases: code, multipliers, tables, what weights were widened by.
  std::int64_t flash_overhead_bytes() const { return image.flash_bytes() - weight_bytes; }
  std::int64_t ram_bytes() const { return image.static_ram_bytes() + stack_bytes; }
};

// On this machine there is a time and nothing else: the bundle's own C by the host's compiler, -O2.
struct HostBench {
  std::int64_t repeats = 0;  // of which these are the medians
  double inference_us = 0;
  std::optional<double> features_us;  // of one clip; nothing without a front end
  std::int64_t multiply_accumulates = 0;
};

// Of a subject made for kHost. Errors: kNotFound without a C compiler; kInvalid as for bench().
HostBench bench_on_host(const Subject& subject);

// `core` is not kHost. Errors: kUnsupported for the host (bench_on_host); kNotFound for missing tools;
// kInvalid for a bundle that does not compile or a program that fails.
Bench bench(const Subject& subject, Core core);

}  // namespace mote::device
