#include "mote/device/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/device/verify.h"
#include "mote/plan/cost.h"
#include "reference.h"

namespace mote::device {
namespace {

// The middle one of the times that host_main.c writes, in microseconds.
double median_us(std::span<const std::uint8_t> output) {
  std::vector<std::int64_t> times_ns(output.size() / sizeof(std::int64_t));
  std::memcpy(times_ns.data(), output.data(), times_ns.size() * sizeof(std::int64_t));
  const auto middle = times_ns.begin() + std::ssize(times_ns) / 2;
  std::ranges::nth_element(times_ns, middle);
  return static_cast<double>(*middle) / 1000;
}

FirmwareResult run(const Image& image, const Subject& subject, Counting counting) {
  RunOptions options;
  options.counting = counting;
  if (subject.options.frontend.exists()) {
    const Records records = random_records(subject.model, subject.options.frontend, 1, 1);
    options.input = Reference(subject, records).record_bytes();
  }
  FirmwareResult result = run_image(image, options);
  if (result.exit_status != 0)
    throw Error(ErrorCode::kInvalid, fmt::format("[bench] wanted the model to run on {}, got exit status {}: {}",
                                                 image.machine, result.exit_status, trim(result.messages)));
  return result;
}

// The mean of `count` regions.
InstructionMix mix_of_regions(const FirmwareResult& result, std::size_t first, std::int64_t count) {
  FirmwareResult some;
  for (std::int64_t i = 0; i < count; ++i)
    some.regions.push_back(result.regions.at(first + static_cast<std::size_t>(i)));
  InstructionMix mix = instruction_mix(some);
  for (std::int64_t* sum : {&mix.instructions, &mix.loads, &mix.stores, &mix.branches_taken}) *sum /= count;
  return mix;
}

ImageSizes sizes_of(const Subject& subject, Core core, const std::vector<std::string>& defines) {
  Firmware firmware = firmware_of(subject, "size_main.c", Observe::kNothing);
  firmware.support = Support::kStartOnly;
  firmware.defines.insert(firmware.defines.end(), defines.begin(), defines.end());
  return build_image(firmware, core).sizes;
}

// The first region runs up to the end of step 0; the last one is what follows the last step.
void measure_layers(const Subject& subject, Core core, Bench& bench) {
  Firmware firmware = firmware_of(subject, "bench_main.c", Observe::kLayers);
  firmware.defines.emplace_back("BENCH_LAYERS");
  const FirmwareResult result = run(build_image(firmware, core), subject, Counting::kInstructions);
  const plan::Cost cost = plan::cost(subject.plan);
  if (result.regions.size() < cost.layers.size())
    throw Error(ErrorCode::kInvalid, fmt::format("[bench] wanted {} steps to be counted, got {}", cost.layers.size(),
                                                 result.regions.size()));
  for (std::size_t i = 0; i < cost.layers.size(); ++i) {
    const plan::LayerCost& layer = cost.layers[i];
    bench.layers.push_back({layer.name, layer.kernel, layer.multiply_accumulates, result.regions[i].instructions});
  }
  bench.weight_bytes = cost.weight_bytes;
  bench.multiply_accumulates = cost.multiply_accumulates;
}

// Divides and vectors are known for the whole program only: by far the most are the inference's where there are no
// features, and are shared out by instructions where there are.
void measure_whole(const Subject& subject, Core core, Bench& bench) {
  const Image image = build_image(firmware_of(subject, "bench_main.c", Observe::kNothing), core);
  const FirmwareResult result = run(image, subject, Counting::kClasses);
  bench.machine = image.machine;
  bench.note = image.note;
  bench.runs = subject.streaming() != nullptr ? kMeasuredHops : 1;
  bench.inference = mix_of_regions(result, 0, bench.runs);
  const InstructionMix all = instruction_mix(result);
  const auto share = [&](std::int64_t count, const InstructionMix& part) {
    return all.instructions == 0 ? 0 : count * part.instructions / all.instructions;
  };
  if (subject.options.frontend.exists())
    bench.features = mix_of_regions(result, static_cast<std::size_t>(bench.runs), 1);
  for (InstructionMix* part : {&bench.inference, bench.features ? &*bench.features : nullptr}) {
    if (part == nullptr) continue;
    part->divides = share(all.divides, *part);
    part->vectors = share(all.vectors, *part);
  }
  bench.stack_bytes = result.stack_bytes.value_or(0);
}

}  // namespace

HostBench bench_on_host(const Subject& subject) {
  const Image image = build_image(firmware_of(subject, "host_main.c", Observe::kNothing), Core::kHost);
  const FirmwareResult result = run(image, subject, Counting::kNone);
  const std::span<const std::uint8_t> times = result.output;
  const bool frontend = subject.options.frontend.exists();
  const std::size_t part = times.size() / (frontend ? 2 : 1);
  if (part < sizeof(std::int64_t))
    throw Error(ErrorCode::kInvalid, "[bench] wanted times of the program, got none: it failed");
  HostBench bench;
  bench.repeats = static_cast<std::int64_t>(part / sizeof(std::int64_t));
  bench.inference_us = median_us(times.first(part));
  if (frontend) bench.features_us = median_us(times.subspan(part));
  bench.multiply_accumulates = plan::cost(subject.plan).multiply_accumulates;
  return bench;
}

Bench bench(const Subject& subject, Core core) {
  if (core == Core::kHost)
    throw Error(ErrorCode::kUnsupported,
                "[bench] wanted a microcontroller's core, got host: instructions are counted in emulation only");
  Bench result;
  result.core = core;
  measure_whole(subject, core, result);
  measure_layers(subject, core, result);
  result.image = sizes_of(subject, core, {});
  const bool frontend = subject.options.frontend.exists();
  result.image_with_features = frontend ? sizes_of(subject, core, {"SIZE_FRONTEND"}) : result.image;
  result.arena_bytes = subject.bundle.arena_bytes;
  return result;
}

}  // namespace mote::device
