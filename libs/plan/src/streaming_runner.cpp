#include "mote/plan/streaming_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mote/base/error.h"

namespace mote::plan {
namespace {

void check_size(std::string_view what, std::size_t got, std::int64_t wanted) {
  if (got == static_cast<std::size_t>(wanted)) return;
  throw Error(ErrorCode::kInvalid, fmt::format("[streaming] wanted {} of {} bytes, got {}", what, wanted, got));
}

std::int64_t window_bytes(const quant::StreamState& state) {
  return (state.frames_kept + state.frames_new) * state.frame_bytes;
}

}  // namespace

StreamingRunner::StreamingRunner(quant::StreamingGraph streaming)
    : streaming_(std::move(streaming)), runner_(streaming_.step) {
  hop_bytes_ = runner_.model().input_bytes() - streaming_.state_bytes();
  output_bytes_ = runner_.model().output_bytes();
  for (const quant::StreamState& state : streaming_.states) output_bytes_ -= window_bytes(state);
  inputs_.resize(static_cast<std::size_t>(runner_.model().input_bytes()));
  outputs_.resize(static_cast<std::size_t>(runner_.model().output_bytes()));
  reset();
}

void StreamingRunner::reset() {
  auto state_begin = inputs_.begin() + hop_bytes_;
  for (const quant::StreamState& state : streaming_.states) {
    std::fill_n(state_begin, state.bytes(), state.zero_point);
    state_begin += state.bytes();
  }
}

void StreamingRunner::run(std::span<const std::int8_t> frames, std::span<std::int8_t> output,
                          const HostRunner::Observer& observe) {
  check_size("frames", frames.size(), hop_bytes_);
  std::copy(frames.begin(), frames.end(), inputs_.begin());
  runner_.run(inputs_, observe);
  run(frames, output);
}

void StreamingRunner::run(std::span<const std::int8_t> frames, std::span<std::int8_t> output) {
  check_size("frames", frames.size(), hop_bytes_);
  check_size("an output", output.size(), output_bytes_);
  std::copy(frames.begin(), frames.end(), inputs_.begin());
  runner_.run(inputs_, outputs_);
  std::copy_n(outputs_.begin(), output_bytes_, output.begin());
  auto state_begin = inputs_.begin() + hop_bytes_;
  auto window_end = outputs_.begin() + output_bytes_;
  for (const quant::StreamState& state : streaming_.states) {
    window_end += window_bytes(state);
    state_begin = std::copy(window_end - state.bytes(), window_end, state_begin);
  }
}

}  // namespace mote::plan
