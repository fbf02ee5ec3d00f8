#include "value.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "../moving_average.h"

namespace mote::trainer::fused {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

double total(const std::array<std::vector<double>, kShards>& sums, std::int64_t index) {
  double result = 0;
  for (const auto& shard : sums) result += shard[static_cast<std::size_t>(index)];
  return result;
}

}  // namespace

Value::Value(std::int32_t height, std::int32_t width, std::int32_t channels, std::int64_t stride)
    : height_(height), width_(width), channels_(channels), stride_(stride), low_(-kInfinity), high_(kInfinity) {}

void Value::set_activation(graph::Activation activation) {
  if (activation == graph::Activation::kNone) return;
  has_activation_ = true;
  low_ = 0;
  high_ = activation == graph::Activation::kRelu6 ? 6.0F : kInfinity;
}

void Value::allocate(std::int64_t samples) {
  if (is_input) return;
  z_ = AlignedArray(samples * sample_floats());
  for (AlignedArray* array : {&scale_, &offset_, &shift_, &mean_, &inverse_, &a_, &b_, &c_}) {
    *array = AlignedArray(stride_);
  }
  if (!norm) scale_.fill(1.0F);
  for (ShardSums* sums : {&statistics_, &gradients_}) {
    for (auto& shard : *sums) shard.assign(static_cast<std::size_t>(2 * stride_), 0.0);
  }
}

void Value::begin_step(const Arrays& arrays, const DropoutKey& key) {
  if (dropout) stream_ = dropout_stream({key.seed, key.step, dropout->node}, dropout->rate);
  for (ShardSums* sums : {&statistics_, &gradients_}) {
    for (auto& shard : *sums) std::fill(shard.begin(), shard.end(), 0.0);
  }
  if (norm) std::copy_n(arrays.statistics + norm->mean, channels_, shift_.data());
}

void Value::begin_inference(const Arrays& arrays) {
  stream_ = {};
  if (!norm) return;
  for (std::int64_t c = 0; c < channels_; ++c) {
    set_scale(arrays, c, arrays.statistics[norm->mean + c], arrays.statistics[norm->variance + c]);
  }
}

void Value::set_scale(const Arrays& arrays, std::int64_t c, double mean, double variance) {
  const double inverse = 1.0 / std::sqrt(variance + static_cast<double>(norm->epsilon));
  const double scale = arrays.parameters[norm->gamma + c] * inverse;
  mean_[c] = static_cast<float>(mean);
  inverse_[c] = static_cast<float>(inverse);
  scale_[c] = static_cast<float>(scale);
  offset_[c] = static_cast<float>(arrays.parameters[norm->beta + c] - mean * scale);
}

void Value::finish_statistics(const Arrays& arrays, std::int64_t samples, std::uint64_t step) {
  const auto count = static_cast<double>(samples * positions());
  const float decay = moving_decay(norm->momentum, step);
  for (std::int64_t c = 0; c < channels_; ++c) {
    const double centre = total(statistics_, c) / count;
    const double mean = shift_[c] + centre;
    const double variance = total(statistics_, stride_ + c) / count - centre * centre;
    // max() would hide a NaN.
    set_scale(arrays, c, mean, variance < 0 ? 0.0 : variance);
    float& moving_mean = arrays.statistics[norm->mean + c];
    float& moving_variance = arrays.statistics[norm->variance + c];
    moving_mean = decay * moving_mean + (1.0F - decay) * static_cast<float>(mean);
    moving_variance = decay * moving_variance + (1.0F - decay) * static_cast<float>(variance < 0 ? 0.0 : variance);
  }
}

// With m rows and n = (z - mean)·inverse: dz = gamma·inverse·(gradient - Σ gradient/m - n·Σ(gradient·n)/m).
void Value::finish_gradient(const Arrays& arrays, std::int64_t samples) {
  const auto count = static_cast<double>(samples * positions());
  for (std::int64_t c = 0; c < channels_; ++c) {
    const double sum = total(gradients_, c);
    // A bias in front of a batch norm changes nothing.
    if (bias) arrays.gradients[*bias + c] = norm ? 0.0F : static_cast<float>(sum);
    if (!norm) continue;
    const double inverse = inverse_[c];
    const double dgamma = total(gradients_, stride_ + c) * inverse;
    arrays.gradients[norm->beta + c] = static_cast<float>(sum);
    arrays.gradients[norm->gamma + c] = static_cast<float>(dgamma);
    const double a = arrays.parameters[norm->gamma + c] * inverse;
    const double b = -a * inverse * dgamma / count;
    a_[c] = static_cast<float>(a);
    b_[c] = static_cast<float>(b);
    c_[c] = static_cast<float>(-a * sum / count - b * mean_[c]);
  }
}

const float* Value::stored(const Tile& tile) const {
  return is_input ? tile.job.inputs + tile.sample * sample_floats() : z_.data() + tile.slot * sample_floats();
}

ViewTile Value::view_tile(const Tile& tile) const {
  const auto first = static_cast<std::uint32_t>(tile.sample * positions() * channels_);
  return {scale_.data(),
          offset_.data(),
          low_,
          high_,
          {stream_.key_low, stream_.key_high, stream_.threshold, stream_.scale, first,
           static_cast<std::uint32_t>(channels_)}};
}

// One call of copy(lines, floats of z before them) where the frame has no border, else one for each sample.
template <class Copy>
void Value::fill_frame(const Tile& tile, const Frame& frame, const float* from, float* to, Copy&& copy) const {
  if (frame.positions() == positions()) {
    return copy(Lines{from, to, 1, tile.count * positions(), tile.count * positions(), stride_}, std::int64_t{0});
  }
  const std::int64_t before = (std::int64_t{frame.top} * frame.width + frame.left) * stride_;
  const std::int64_t lines_end = before + std::int64_t{height_} * frame.width * stride_;
  const std::int64_t whole = frame.positions() * stride_;
  for (std::int64_t n = 0; n < tile.count; ++n) {
    float* start = to + n * whole;
    std::memset(start, 0, static_cast<std::size_t>(before) * sizeof(float));
    copy(Lines{from + n * sample_floats(), start + before, height_, width_, frame.width, stride_}, n);
    if (whole > lines_end)
      std::memset(start + lines_end, 0, static_cast<std::size_t>(whole - lines_end) * sizeof(float));
  }
}

void Value::view_into(const Tile& tile, const Frame& frame, float* to) const {
  if (is_input) {
    return fill_frame(tile, frame, stored(tile), to, [](const Lines& x, std::int64_t) {
      const auto gap = static_cast<std::size_t>((x.to_length - x.length) * x.channels);
      for (std::int64_t line = 0; line < x.lines; ++line) {
        float* start = x.to + line * x.to_length * x.channels;
        std::copy_n(x.from + line * x.length * x.channels, x.length * x.channels, start);
        std::memset(start + x.length * x.channels, 0, gap * sizeof(float));
      }
    });
  }
  ViewTile view = view_tile(tile);
  const auto elements = static_cast<std::uint32_t>(positions() * channels_);
  const std::uint32_t first = view.dropout.first;
  fill_frame(tile, frame, stored(tile), to, [&](const Lines& lines, std::int64_t n) {
    view.dropout.first = first + static_cast<std::uint32_t>(n) * elements;
    tile.kernels(stride_).view(lines, view);
  });
}

void Value::gradient_into(const Tile& tile, const Frame& frame, float* to) const {
  const std::int64_t offset = tile.slot * sample_floats();
  fill_frame(tile, frame, gradient_ + offset, to, [&](const Lines& lines, std::int64_t n) {
    if (norm) {
      const float* z = z_.data() + offset + n * sample_floats();
      return tile.kernels(stride_).blend(lines, z, a_.data(), b_.data(), c_.data());
    }
    constexpr float kLow = -kInfinity, kHigh = kInfinity;
    tile.kernels(stride_).view(lines, {scale_.data(), offset_.data(), kLow, kHigh, {}});
  });
}

Epilogue Value::begin_write(const Tile& tile) const {
  Epilogue e;
  e.out = const_cast<float*>(stored(tile));
  e.stride = stride_;
  if (!tile.training() || !norm) return e;
  std::fill_n(tile.sums, 2 * stride_, 0.0F);
  e.finish = Finish::kStatistics;
  e.shift = shift_.data();
  e.sum = tile.sums;
  e.weighted = tile.sums + stride_;
  return e;
}

Epilogue Value::begin_gradient(const Tile& tile, Finish finish) const {
  std::fill_n(tile.sums, 2 * stride_, 0.0F);
  Epilogue e;
  e.finish = finish;
  e.out = gradient_ + tile.slot * sample_floats();
  e.stride = stride_;
  e.shift = mean_.data();
  e.sum = tile.sums;
  e.weighted = tile.sums + stride_;
  e.z = stored(tile);
  e.view = view_tile(tile);
  return e;
}

void Value::add_sums(const Tile& tile, ShardSums& sums) const {
  double* to = sums[static_cast<std::size_t>(tile.shard)].data();
  for (std::int64_t c = 0; c < 2 * stride_; ++c) to[c] += tile.sums[c];
}

}  // namespace mote::trainer::fused
