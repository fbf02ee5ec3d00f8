// Runs a streaming graph on this machine by the runtime's own C, step by step, with its states. What it answers is what
// a device answers that streams; plan::HostRunner on the whole graph is what it must equal.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/plan/host_runner.h"
#include "mote/quant/streaming.h"

namespace mote::plan {

class StreamingRunner {
 public:
  // Errors: kInvalid from make_plan and HostModel.
  explicit StreamingRunner(quant::StreamingGraph streaming);

  // Bytes of hop_frames frames, and of the outputs of the whole network, one after the other.
  std::int64_t hop_bytes() const { return hop_bytes_; }
  std::int64_t output_bytes() const { return output_bytes_; }
  const quant::StreamingGraph& streaming() const { return streaming_; }

  // As before the first step: every state holds its zero point.
  void reset();
  // One step. Sizes are hop_bytes() and output_bytes(). Errors: kInvalid for other sizes.
  void run(std::span<const std::int8_t> frames, std::span<std::int8_t> output);
  // The same with every layer of the step graph shown beforehand.
  void run(std::span<const std::int8_t> frames, std::span<std::int8_t> output, const HostRunner::Observer& observe);

 private:
  quant::StreamingGraph streaming_;
  HostRunner runner_;
  std::int64_t hop_bytes_ = 0;
  std::int64_t output_bytes_ = 0;
  std::vector<std::int8_t> inputs_;   // the frames, then every state
  std::vector<std::int8_t> outputs_;  // the network's, then every window
};

}  // namespace mote::plan
