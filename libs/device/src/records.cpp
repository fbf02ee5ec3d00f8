// What models are run on.
#include <fmt/format.h>

#include "mote/base/rng.h"
#include "mote/device/verify.h"
#include "mote/exporter/bundle_frontend.h"

namespace mote::device {
namespace {

std::int8_t random_byte(Rng& rng) {
  return static_cast<std::int8_t>(static_cast<int>(rng.below(256)) - 128);
}

std::int64_t hop_bytes(const Subject& subject) {
  return subject.plan.graph.tensor(subject.plan.graph.inputs.front()).bytes();
}

// Clips one after the other as one stream of samples, channel by channel.
std::vector<float> joined(const Records& clips, std::int32_t channels) {
  const std::size_t clip = clips.samples.size() / clips.names.size();
  const std::size_t part = clip / static_cast<std::size_t>(channels);
  std::vector<float> stream;
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    for (std::size_t i = 0; i < clips.names.size(); ++i) {
      const auto from = clips.samples.begin() + static_cast<std::ptrdiff_t>(i * clip + c * part);
      stream.insert(stream.end(), from, from + static_cast<std::ptrdiff_t>(part));
    }
  }
  return stream;
}

// The samples of each hop, as the subject's front end takes them.
Records heard_hops(const Subject& subject, std::span<const float> stream, std::string_view what) {
  Records hops;
  for (const std::vector<float>& clip :
       exporter::hop_clips(subject.options.frontend, subject.streaming()->hop_frames, stream)) {
    hops.names.push_back(fmt::format("{} {}", what, hops.names.size()));
    hops.samples.insert(hops.samples.end(), clip.begin(), clip.end());
  }
  return hops;
}

}  // namespace

Records random_records(const graph::Graph& model, const exporter::BundleFrontend& frontend, std::int64_t count,
                       std::uint64_t seed) {
  Records records;
  std::int64_t input_bytes = 0;
  for (const graph::TensorId id : model.inputs) input_bytes += model.tensor(id).bytes();
  for (std::int64_t i = 0; i < count; ++i) {
    records.names.push_back(fmt::format("random {}", i));
    Rng rng = Rng::derive(seed, "device.records", {static_cast<std::uint64_t>(i)});
    if (frontend.exists()) {
      const std::int64_t samples = std::int64_t{frontend.channels()} * frontend.clip_samples;
      for (std::int64_t s = 0; s < samples; ++s) records.samples.push_back(static_cast<float>(rng.uniform(-0.5, 0.5)));
    } else {
      for (std::int64_t b = 0; b < input_bytes; ++b) records.inputs.push_back(random_byte(rng));
    }
  }
  return records;
}

Records random_hops(const Subject& subject, std::int64_t count, std::uint64_t seed) {
  Records hops;
  Rng rng = Rng::derive(seed, "device.hops");
  if (subject.options.frontend.exists()) {
    const exporter::BundleFrontend all =
        subject.options.frontend.of_frames(static_cast<std::int32_t>(count) * subject.streaming()->hop_frames);
    return heard_hops(subject, random_records(subject.model, all, 1, seed).samples, "random hop");
  }
  for (std::int64_t hop = 0; hop < count; ++hop) {
    hops.names.push_back(fmt::format("random hop {}", hop));
    for (std::int64_t i = 0; i < hop_bytes(subject); ++i) hops.inputs.push_back(random_byte(rng));
  }
  return hops;
}

Records hops_of_clips(const Subject& subject, const Records& clips, const exporter::BundleFrontend& frontend) {
  if (subject.options.frontend.exists()) return heard_hops(subject, joined(clips, frontend.channels()), "hop");
  const graph::Tensor& input = subject.model.tensor(subject.model.inputs.front());
  const std::size_t samples = clips.samples.size() / clips.names.size();
  const auto hop = static_cast<std::size_t>(hop_bytes(subject));
  Records hops;
  for (std::size_t clip = 0; clip < clips.names.size(); ++clip) {
    const std::vector<std::int8_t> frames =
        exporter::features_of(frontend, std::span(clips.samples).subspan(clip * samples, samples), input).input;
    hops.inputs.insert(hops.inputs.end(), frames.begin(), frames.end());
    while (hops.inputs.size() / hop > hops.names.size())
      hops.names.push_back(fmt::format("hop {}, in {}", hops.names.size(), clips.names[clip]));
  }
  hops.inputs.resize(hops.names.size() * hop);
  return hops;
}

}  // namespace mote::device
