// What feeds the model of a bundle: one of the runtime's two front ends with its baked tables, or none. Also what the
// desktop makes of samples with it, by the C that the bundle holds: golden vectors and `mote verify` compare with that.
// Not the desktop's fast path (mote/dsp/extractor.h).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/graph/tensor.h"
#include "mote/runtime/dsp/fixed_frontend.h"
#include "mote/runtime/dsp/frontend.h"

namespace mote::exporter {

// What is pointed at outlives the struct. At most one of `tables` and `fixed`; with neither, the application makes the
// model's input itself.
struct BundleFrontend {
  const mote_frontend* tables = nullptr;
  std::int32_t clip_samples = 0;  // of a channel, in one inference
  const mote_fixed_frontend* fixed = nullptr;
  std::vector<std::int16_t> thresholds{};  // with `fixed`: MOTE_FIXED_THRESHOLDS, for the model's input

  bool exists() const { return tables != nullptr || fixed != nullptr; }
  bool is_fixed() const { return fixed != nullptr; }
  // Of what exists: channels of a sample, frames of a clip, features of a frame.
  std::int32_t channels() const;
  std::int32_t frames() const;
  std::int32_t coefficients() const;
  std::int32_t window_samples() const;
  std::int32_t hop_samples() const;
  // Frames are centred on samples that are yet to come: whole clips only.
  bool is_padded() const;
  // The same for clips of exactly so many frames. Not padded.
  BundleFrontend of_frames(std::int32_t count) const;
};

// For the frames of a hop: of_frames(), or none where there is none or it is padded, as frames then wait for samples
// that are yet to come.
BundleFrontend hop_frontend(const BundleFrontend& frontend, std::int32_t hop_frames);

// Of a stream of samples (planar, channels one after the other) the clips that follow each other by `hop_frames`
// frames, as many as there are whole ones; `frontend` is of hop_frames.
std::vector<std::vector<float>> hop_clips(const BundleFrontend& frontend, std::int32_t hop_frames,
                                          std::span<const float> samples);

// Features of one clip with the model's input.
struct BundleFeatures {
  std::vector<float> f32;          // of the float front end, else empty
  std::vector<std::int16_t> s16;   // of the fixed one, else empty
  std::vector<std::int8_t> input;  // bytes, two a value of int16
};

// `samples`: planar, channels × clip_samples, full scale 1; a fixed front end takes them as to_int16() makes them.
// `input`: of the model, int8 (a fixed front end knows no other) or int16. `frontend` exists and its clip has at least
// one frame (asserted).
BundleFeatures features_of(const BundleFrontend& frontend, std::span<const float> samples, const graph::Tensor& input);

// Rounded to 1/32768, halves to even, saturated: as training rounds them (mote::dsp).
std::vector<std::int16_t> to_int16(std::span<const float> samples);

}  // namespace mote::exporter
