#include "value.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "../moving_average.h"

namespace mote::trainer::fused {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

void round_to(const ActivationGrid& grid, const float* from, std::int64_t count, float step, float* to) {
  for (std::int64_t i = 0; i < count; ++i) to[i] = step * rounded_to(grid, from[i]);
}

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
  for (AlignedArray* array : {&scale_, &offset_, &shift_, &mean_, &inverse_, &a_, &b_, &c_, &front_}) {
    *array = AlignedArray(stride_);
  }
  if (!norm) scale_.fill(1.0F);
  if (!norm) a_.fill(1.0F);
  if (grid != nullptr) grid_scale_ = AlignedArray(stride_);
  if (grid != nullptr) grid_offset_ = AlignedArray(stride_);
  for (auto& shard : statistics_) shard.assign(static_cast<std::size_t>(2 * stride_), 0.0);
  for (auto& shard : gradients_) shard.assign(static_cast<std::size_t>(gradient_sums() * stride_), 0.0);
}

// The real value of one in z.
double Value::unit(std::int64_t c) const {
  return products == nullptr ? 1.0 : static_cast<double>(products->unit[static_cast<std::size_t>(c)]);
}

void Value::begin_step(const Arrays& arrays, const Batch& batch) {
  begin_inference(arrays);
  frozen_ = batch.frozen_norms;
  if (dropout) stream_ = dropout_stream({batch.seed, batch.step, dropout->node}, dropout->rate);
  for (ShardSums* sums : {&statistics_, &gradients_}) {
    for (auto& shard : *sums) std::fill(shard.begin(), shard.end(), 0.0);
  }
  if (norm) std::copy_n(mean_.data(), channels_, shift_.data());
}

void Value::begin_inference(const Arrays& arrays) {
  frozen_ = true;
  stream_ = {};
  if (is_input) return;
  for (std::int64_t c = 0; norm && c < channels_; ++c) {
    set_scale(arrays, c, arrays.statistics[norm->mean + c], arrays.statistics[norm->variance + c]);
  }
  for (std::int64_t c = 0; !norm && c < channels_; ++c) scale_[c] = static_cast<float>(unit(c));
  for (std::int64_t c = 0; bias && products != nullptr && c < channels_; ++c) {
    front_[c] = unit(c) == 0 ? 0.0F : static_cast<float>(arrays.parameters[*bias + c] / unit(c));
  }
  set_grid_view();
}

// Where rounding in float would give another integer than the kernel, z moves by what makes it the kernel's: a quarter
// of a step from the border, on its own side.
void Value::settle(const Tile& tile) {
  const ViewTile view = view_tile(tile, Units::kGrid);
  float* z = const_cast<float*>(stored(tile));
  for (std::int64_t row = 0; row < tile.count * positions(); ++row, z += stride_) {
    for (std::int64_t c = 0; c < channels_; ++c) {
      const float exact = products->rounding(z[c] - front_[c], static_cast<std::size_t>(c));
      const float seen = view.scale[c] * z[c] + view.offset[c];
      if (view.scale[c] == 0 || std::nearbyint(std::clamp(seen, view.low, view.high)) == exact) continue;
      z[c] = (exact + (seen > exact ? 0.25F : -0.25F) - view.offset[c]) / view.scale[c];
    }
  }
}

void Value::set_grid_view() {
  if (grid == nullptr) return;
  const auto step = static_cast<double>(grid->step);
  for (std::int64_t c = 0; c < channels_; ++c) {
    grid_scale_[c] = static_cast<float>(static_cast<double>(scale_[c]) / step);
    grid_offset_[c] = static_cast<float>(static_cast<double>(offset_[c]) / step);
  }
}

// From the statistics of the real values.
void Value::set_scale(const Arrays& arrays, std::int64_t c, double mean, double variance) {
  const double inverse = 1.0 / std::sqrt(variance + static_cast<double>(norm->epsilon));
  const double scale = arrays.parameters[norm->gamma + c] * inverse;
  mean_[c] = static_cast<float>(unit(c) == 0 ? 0.0 : mean / unit(c));
  inverse_[c] = static_cast<float>(inverse);
  scale_[c] = static_cast<float>(scale * unit(c));
  offset_[c] = static_cast<float>(arrays.parameters[norm->beta + c] - mean * scale);
}

void Value::finish_statistics(const Arrays& arrays, std::int64_t samples, std::uint64_t step) {
  if (frozen_) return;
  const auto count = static_cast<double>(samples * positions());
  const float decay = moving_decay(norm->momentum, step);
  for (std::int64_t c = 0; c < channels_; ++c) {
    const double centre = total(statistics_, c) / count;
    const double mean = unit(c) * (shift_[c] + centre);
    const double variance = unit(c) * unit(c) * (total(statistics_, stride_ + c) / count - centre * centre);
    // max() would hide a NaN.
    set_scale(arrays, c, mean, variance < 0 ? 0.0 : variance);
    float& moving_mean = arrays.statistics[norm->mean + c];
    float& moving_variance = arrays.statistics[norm->variance + c];
    moving_mean = decay * moving_mean + (1.0F - decay) * static_cast<float>(mean);
    moving_variance = decay * moving_variance + (1.0F - decay) * static_cast<float>(variance < 0 ? 0.0 : variance);
  }
  set_grid_view();
}

// With m rows and n = (x - mean)·inverse, x the real value of z: dx = gamma·inverse·(gradient - Σ gradient/m -
// n·Σ(gradient·n)/m). Frozen statistics do not depend on x: dx = gamma·inverse·gradient.
void Value::finish_gradient(const Arrays& arrays, std::int64_t samples) {
  const auto count = static_cast<double>(samples * positions());
  for (std::int64_t c = 0; c < channels_; ++c) {
    const double sum = total(gradients_, c);
    if (bias && !norm) arrays.gradients[*bias + c] = static_cast<float>(sum);
    if (!norm) continue;
    const double inverse = inverse_[c];
    const double dgamma = total(gradients_, stride_ + c) * inverse * unit(c);
    arrays.gradients[norm->beta + c] = static_cast<float>(sum);
    arrays.gradients[norm->gamma + c] = static_cast<float>(dgamma);
    const double a = arrays.parameters[norm->gamma + c] * inverse;
    // A bias in front of a batch norm that takes the mean away changes nothing.
    if (bias) arrays.gradients[*bias + c] = frozen_ ? static_cast<float>(a * sum) : 0.0F;
    const double b = frozen_ ? 0.0 : -a * inverse * dgamma / count * unit(c);
    a_[c] = static_cast<float>(a);
    b_[c] = static_cast<float>(b);
    c_[c] = frozen_ ? 0.0F : static_cast<float>(-a * sum / count - b * mean_[c]);
  }
}

double Value::step_gradient() const {
  double sum = 0;
  for (std::int64_t c = 0; c < channels_; ++c) sum += total(gradients_, 2 * stride_ + c);
  return sum * static_cast<double>(grid->step);
}

const float* Value::stored(const Tile& tile) const {
  return is_input ? tile.job.inputs + tile.sample * sample_floats() : z_.data() + tile.slot * sample_floats();
}

ViewTile Value::view_tile(const Tile& tile, Units units) const {
  ViewTile view{scale_.data(), offset_.data(), low_, high_, 0.0F, {}};
  if (grid != nullptr) {
    const float low = std::max(low_ / grid->step, grid->low);
    const float high = std::min(high_ / grid->step, grid->high);
    const float step = units == Units::kGrid ? 1.0F : grid->step;
    view = {grid_scale_.data(), grid_offset_.data(), low, high, step, {}};
  }
  const auto first = static_cast<std::uint32_t>(tile.sample * positions() * channels_);
  view.dropout = {stream_.key_low,
                  stream_.key_high,
                  stream_.threshold,
                  stream_.scale,
                  first,
                  static_cast<std::uint32_t>(channels_)};
  return view;
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

// The input lies without padding: no kernel takes it.
void Value::input_into(const Tile& tile, const Frame& frame, float* to, Units units) const {
  fill_frame(tile, frame, stored(tile), to, [&](const Lines& x, std::int64_t) {
    const std::int64_t count = x.length * x.channels;
    const auto gap = static_cast<std::size_t>((x.to_length - x.length) * x.channels);
    for (std::int64_t line = 0; line < x.lines; ++line) {
      const float* from = x.from + line * count;
      float* start = x.to + line * x.to_length * x.channels;
      if (grid == nullptr) std::copy_n(from, count, start);
      if (grid != nullptr) round_to(*grid, from, count, units == Units::kGrid ? 1.0F : grid->step, start);
      std::memset(start + count, 0, gap * sizeof(float));
    }
  });
}

void Value::view_into(const Tile& tile, const Frame& frame, float* to, Units units) const {
  if (is_input) return input_into(tile, frame, to, units);
  ViewTile view = view_tile(tile, units);
  const auto elements = static_cast<std::uint32_t>(positions() * channels_);
  const std::uint32_t first = view.dropout.first;
  fill_frame(tile, frame, stored(tile), to, [&](const Lines& lines, std::int64_t n) {
    view.dropout.first = first + static_cast<std::uint32_t>(n) * elements;
    tile.kernels(stride_).view(lines, view);
  });
}

void Value::raw_view(const Tile& tile, float* to) const {
  if (is_input) {
    std::copy_n(stored(tile), sample_floats(), to);
    return;
  }
  const Lines lines{stored(tile), to, 1, positions(), positions(), stride_};
  tile.kernels(stride_).view(lines, {scale_.data(), offset_.data(), low_, high_, 0.0F, {}});
}

void Value::gradient_into(const Tile& tile, const Frame& frame, float* to) const {
  const std::int64_t offset = tile.slot * sample_floats();
  fill_frame(tile, frame, gradient_ + offset, to, [&](const Lines& lines, std::int64_t n) {
    if (norm) {
      const float* z = z_.data() + offset + n * sample_floats();
      return tile.kernels(stride_).blend(lines, z, a_.data(), b_.data(), c_.data());
    }
    tile.kernels(stride_).view(lines, {a_.data(), c_.data(), -kInfinity, kInfinity, 0.0F, {}});
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
  std::fill_n(tile.sums, gradient_sums() * stride_, 0.0F);
  Epilogue e;
  e.finish = finish;
  e.out = gradient_ + tile.slot * sample_floats();
  e.stride = stride_;
  e.shift = mean_.data();
  e.sum = tile.sums;
  e.weighted = tile.sums + stride_;
  e.z = stored(tile);
  e.view = view_tile(tile, Units::kReal);
  if (learns_step) e.steps = tile.sums + 2 * stride_;
  return e;
}

void Value::add_sums(const Tile& tile, std::int64_t kinds, ShardSums& sums) const {
  double* to = sums[static_cast<std::size_t>(tile.shard)].data();
  for (std::int64_t c = 0; c < kinds * stride_; ++c) to[c] += tile.sums[c];
}

}  // namespace mote::trainer::fused
