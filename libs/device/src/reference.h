// What the desktop computes of each stage: features by the runtime's front end, layers by plan::HostRunner over the
// portable kernels, of the model as it came, whatever was removed from it for the device; detections by the runtime's
// post-processing over the records in their order.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "mote/device/subject.h"
#include "mote/device/verify.h"
#include "mote/exporter/bundle_detector.h"
#include "mote/plan/host_runner.h"
#include "mote/plan/streaming_runner.h"

namespace mote::device {

using Bytes = std::vector<std::uint8_t>;

// FNV-1a, 64 bits, as mote_layer_hash() of the runtime computes it.
std::uint64_t fnv1a(std::span<const std::uint8_t> bytes);

// All stages of one record.
struct ReferenceRun {
  Bytes features;  // floats, or int16 of a fixed front end; empty without one
  Bytes input;
  std::map<graph::TensorId, Bytes> layers;  // by tensor of the plan's graph: the channels that it has
  Bytes output;
  Bytes detection;  // int32: class that fires, inferences in the average, sum of each class; empty without
};

class Reference {
 public:
  // Errors: kInvalid when the records do not fit the model.
  Reference(const Subject& subject, const Records& records);

  std::int64_t record_count() const { return record_count_; }
  // Streams and post-processing go on from the call before: wanted once for each record, in their order. Errors:
  // kInvalid for a channel that was removed as a constant, but has another value here.
  ReferenceRun run(std::int64_t record);
  // The records as the firmware reads them.
  Bytes record_bytes() const;

 private:
  ReferenceRun run_hop(std::int64_t record);
  std::vector<std::int8_t> input_of(std::int64_t record, ReferenceRun& run) const;

  const Subject& subject_;
  const Records& records_;
  plan::HostRunner model_;
  std::optional<plan::StreamingRunner> stream_;
  std::vector<std::int8_t> heard_;  // of a stream: the frames of the last window
  std::optional<exporter::Detector> detector_;
  std::int64_t record_count_ = 0;
  std::int64_t record_values_ = 0;
};

}  // namespace mote::device
