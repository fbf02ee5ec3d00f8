// The proof: a bundle, built for a core and run in emulation (or here), computes what the desktop computes, byte for
// byte: features, the model's input, every layer, the output, post-processing over the records in their order. Hashes
// are compared first; of the first difference the whole stage is fetched, so that file, layer, element, operands and
// both values can be named.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mote/device/subject.h"

namespace mote::device {

// What the model is run on, one record after the other: samples where the bundle has a front end (planar, channels ×
// clip_samples of a record, full scale 1), else int8 bytes of all inputs.
struct Records {
  std::vector<std::string> names;
  std::vector<float> samples;
  std::vector<std::int8_t> inputs;
};

// `count` records of random bytes (or white noise, where there is a front end): the same for the same seed.
Records random_records(const graph::Graph& model, const exporter::BundleFrontend& frontend, std::int64_t count,
                       std::uint64_t seed);

// Of a streaming subject a record is one hop, and records follow each other in time: samples where it has a front end,
// else frames. Random ones, or those of clips, one clip after the other, through `frontend`, which is of whole clips.
Records random_hops(const Subject& subject, std::int64_t count, std::uint64_t seed);
Records hops_of_clips(const Subject& subject, const Records& clips, const exporter::BundleFrontend& frontend);

struct Difference {
  std::string record;          // its name
  std::string stage;           // "features", "input", "layer", "output", "post-processing"
  std::string file;            // of the bundle: where the stage's code stands
  std::string layer;           // name of its tensor; empty outside of layers
  std::int64_t index = 0;      // of the first value that differs, in the graph's order; -1: `operands` say it all
  std::int64_t differing = 0;  // values that differ
  std::string operands;        // what the value is made from: kernel, channel, multiplier, shift, bias
  double wanted = 0;           // on the desktop
  double got = 0;              // on the core
};

struct Verification {
  Core core = Core::kHost;
  std::string machine;
  std::string note;  // see Image::note
  std::int64_t records = 0;
  std::int64_t layers = 0;           // compared, of each record
  std::vector<std::string> skipped;  // tensors that are never stored as a whole
  std::optional<Difference> difference;

  bool equal() const { return !difference.has_value(); }
};

struct VerifyOptions {
  int time_limit_seconds = 600;  // of one run of all records
};

// Of a streaming subject, layers are those of the step, and outputs, once the states are full, those of the whole
// network over the last window of frames. Errors: kNotFound for missing tools; kInvalid for a bundle that does not
// compile, a program that fails or does not end (with what it said), records that do not fit the model.
Verification verify(const Subject& subject, const Records& records, Core core, const VerifyOptions& options = {});

// "equal" or the difference in one line, for people.
std::string describe(const Verification& verification);

}  // namespace mote::device
