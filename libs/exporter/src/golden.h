// Golden vectors: what the desktop computes for a few clips, by the same C that the bundle holds.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mote/exporter/bundle.h"
#include "mote/runtime/layer.h"

namespace mote::exporter {

struct GoldenVector {
  std::string name;
  std::vector<std::int16_t> samples_s16;  // one of the two with a front end, else both empty
  std::vector<float> samples_f32;
  std::vector<float> features_f32;          // of a float front end
  std::vector<std::int16_t> features_s16;   // of a fixed one
  std::vector<std::int8_t> input;           // all inputs of the model, one after the other
  std::vector<std::uint64_t> layer_hashes;  // by row of the layer table
  std::vector<std::int8_t> output;
  std::int32_t detection = 0;      // with post-processing, over the vectors in their order
  std::vector<std::int32_t> sums;  // of its moving average, a class each
};

// Errors: kInvalid when the front end does not make as many features as the model takes.
std::vector<GoldenVector> make_golden(const plan::Plan& plan, const BundleOptions& options);

// FNV-1a, 64 bits: mote_layer_hash of the runtime, on values that are in the graph's order already.
std::uint64_t layer_hash(std::span<const std::int8_t> values);

}  // namespace mote::exporter
