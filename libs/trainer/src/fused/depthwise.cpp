// Depthwise convolution: the same sums as a convolution, channel by channel. With a multiplier m > 1 the channels of
// the input are repeated m times in scratch, and the gradient of the input is summed over the m copies.
//
//   forward   z[position][c] = bias[c] + Σ_tap x[position + tap][c] · packed[tap][c]
//   weights   dw[tap][c]    += Σ_position    x[position + tap][c] · dz[position][c]
//   input     dx[cell][c]    = Σ_tap         dz[cell - tap][c]    · real[tap][c]
//
// Scratch: x in its frame, dz in its frame, and for m > 1 the narrow x (forward) or the wide and the narrow dx
// (backward).
#include <algorithm>

#include "blocks.h"
#include "offset_tables.h"

namespace mote::trainer::fused {
namespace {

class Depthwise final : public Block {
 public:
  Depthwise(const Window& window, const WeightSource& source, Edge input, Value* output);

  std::int64_t prepare(std::int64_t samples) override;
  bool trains() const override { return true; }
  void pack(const float* parameters) override;
  void begin_shard(std::int64_t shard) override;
  void forward(const Tile& tile) override;
  void backward(const Tile& tile) override;
  void reduce(float* gradients) const override;

 private:
  struct InputPhase {
    Offsets rows, cells, inner, weights;
    std::int64_t cells_of_sample = 0;
  };

  const Value& in() const { return *inputs().front().value; }
  bool repeats() const { return multiplier_ > 1; }
  void wide_view(const Tile& tile, float* x) const;
  void narrow(const Tile& tile, const float* wide, float* to) const;
  void weights_gradient(const Tile& tile, const float* x, const float* dz);
  void contract_input_gradient(const Tile& tile, const float* dz, const Epilogue& epilogue) const;

  Geometry geometry_;
  WeightSource source_;
  std::int64_t taps_, multiplier_, outputs_, columns_;
  AlignedArray packed_, bias_;
  AlignedArray real_;                    // what packed_ stands for
  std::vector<AlignedArray> gradients_;  // like packed, by shard
  Offsets x_rows_, x_taps_, packed_rows_, dz_rows_;
  std::vector<InputPhase> phases_;
  std::int64_t dz_offset_ = 0, wide_offset_ = 0, narrow_offset_ = 0;
};

Depthwise::Depthwise(const Window& window, const WeightSource& source, Edge input, Value* output)
    : Block({input}, output),
      geometry_(make_geometry(window)),
      source_(source),
      taps_(window.taps()),
      multiplier_(output->channels() / input.value->channels()),
      outputs_(output->channels()),
      columns_(output->stride()) {
  packed_ = AlignedArray(taps_ * columns_);
  real_ = AlignedArray(taps_ * columns_);
  bias_ = AlignedArray(columns_);
  for (std::int64_t shard = 0; shard < kShards; ++shard) gradients_.emplace_back(taps_ * columns_);
}

std::int64_t Depthwise::prepare(std::int64_t samples) {
  const Geometry& g = geometry_;
  x_rows_ = tile_offsets(g.origins, g.input_frame.positions(), samples, columns_);
  x_taps_ = tile_offsets(g.tap_offsets, 0, 1, columns_);
  packed_rows_ = regular_offsets(taps_, columns_);
  dz_rows_ = tile_offsets(g.output_positions, g.output_frame.positions(), samples, columns_);
  phases_.clear();
  for (const GradientPhase& phase : g.phases) {
    phases_.push_back({tile_offsets(phase.origins, g.output_frame.positions(), samples, columns_),
                       tile_offsets(phase.cells, in().positions(), samples, 1),
                       tile_offsets(phase.offsets, 0, 1, columns_), tile_offsets(phase.taps, 0, 1, columns_),
                       static_cast<std::int64_t>(phase.cells.size())});
  }
  dz_offset_ = frame_floats(g.input_frame, samples, columns_);
  wide_offset_ = dz_offset_ + frame_floats(g.output_frame, samples, columns_);
  if (!repeats()) return wide_offset_;
  narrow_offset_ = wide_offset_ + frame_floats(in().plain_frame(), samples, columns_);
  return narrow_offset_ + frame_floats(in().plain_frame(), samples, in().stride());
}

void Depthwise::pack(const float* parameters) {
  const float* weights = source_.values(parameters);
  for (std::int64_t tap = 0; tap < taps_; ++tap) {
    std::copy_n(weights + tap * outputs_, outputs_, packed_.data() + tap * columns_);
    for (std::int64_t o = 0; o < outputs_; ++o)
      real_[tap * columns_ + o] = source_.step(o) * weights[tap * outputs_ + o];
  }
  for (std::int64_t o = 0; source_.bias && o < outputs_; ++o) bias_[o] = source_.bias_value(parameters, o);
}

void Depthwise::begin_shard(std::int64_t shard) {
  gradients_[static_cast<std::size_t>(shard)].fill(0.0F);
}

// The view of the input in its frame, each channel `multiplier` times.
void Depthwise::wide_view(const Tile& tile, float* x) const {
  const Frame& frame = geometry_.input_frame;
  if (!repeats()) return in().view_into(tile, frame, x, source_.input_units());
  float* from = tile.scratch + narrow_offset_;
  in().view_into(tile, in().plain_frame(), from, source_.input_units());
  std::fill_n(x, tile.count * frame.positions() * columns_, 0.0F);
  for (std::int64_t row = 0; row < tile.count * in().height(); ++row) {
    const std::int64_t line = row / in().height() * frame.height + row % in().height() + frame.top;
    for (std::int64_t i = 0; i < in().width(); ++i, from += in().stride()) {
      float* to = x + (line * frame.width + frame.left + i) * columns_;
      for (std::int64_t o = 0; o < outputs_; ++o) to[o] = from[o / multiplier_];
    }
  }
}

void Depthwise::narrow(const Tile& tile, const float* wide, float* to) const {
  const std::int64_t rows = tile.count * in().positions();
  std::fill_n(to, rows * in().stride(), 0.0F);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t o = 0; o < outputs_; ++o) to[row * in().stride() + o / multiplier_] += wide[row * columns_ + o];
  }
}

void Depthwise::forward(const Tile& tile) {
  float* x = tile.scratch;
  wide_view(tile, x);
  output()->write(tile, [&](const Epilogue& epilogue) {
    Contraction sums = contraction(x, x_rows_, x_taps_, packed_.data(), packed_rows_);
    sums.start = source_.bias ? bias_.data() : nullptr;
    sums.rows = tile.count * output()->positions();
    sums.inner = taps_;
    sums.columns = columns_;
    sums.epilogue = epilogue;
    tile.kernels(columns_).depthwise(sums);
  });
}

void Depthwise::backward(const Tile& tile) {
  float* x = tile.scratch;
  float* dz = tile.scratch + dz_offset_;
  wide_view(tile, x);
  output()->gradient_into(tile, geometry_.output_frame, dz);
  weights_gradient(tile, x, dz);
  write_gradient(tile, inputs().front(), [&](const Epilogue& epilogue) {
    if (!repeats()) return contract_input_gradient(tile, dz, epilogue);
    Epilogue plain;
    plain.out = tile.scratch + wide_offset_;
    plain.stride = columns_;
    contract_input_gradient(tile, dz, plain);
    float* dx = tile.scratch + narrow_offset_;
    narrow(tile, plain.out, dx);
    tile.kernels(in().stride()).finish(dx, tile.count * in().positions(), in().stride(), epilogue);
  });
}

void Depthwise::weights_gradient(const Tile& tile, const float* x, const float* dz) {
  Contraction sums = contraction(x, x_taps_, x_rows_, dz, dz_rows_);
  sums.rows = taps_;
  sums.inner = tile.count * output()->positions();
  sums.columns = columns_;
  sums.epilogue.finish = Finish::kAdd;
  sums.epilogue.out = gradients_[static_cast<std::size_t>(tile.shard)].data();
  sums.epilogue.stride = columns_;
  tile.kernels(columns_).depthwise(sums);
}

void Depthwise::contract_input_gradient(const Tile& tile, const float* dz, const Epilogue& epilogue) const {
  for (const InputPhase& phase : phases_) {
    Contraction sums = contraction(dz, phase.rows, phase.inner, real_.data(), phase.weights);
    sums.rows = tile.count * phase.cells_of_sample;
    sums.inner = static_cast<std::int64_t>(phase.inner.size());
    sums.columns = columns_;
    sums.epilogue = epilogue;
    sums.epilogue.rows = phase.cells.data();
    tile.kernels(columns_).depthwise(sums);
  }
}

void Depthwise::reduce(float* gradients) const {
  for (std::int64_t tap = 0; tap < taps_; ++tap) {
    for (std::int64_t o = 0; o < outputs_; ++o) {
      float sum = 0;
      for (const AlignedArray& shard : gradients_) sum += shard[tap * columns_ + o];
      gradients[source_.weights + tap * outputs_ + o] = source_.input_step() * sum;
    }
  }
}

}  // namespace

std::unique_ptr<Block> make_depthwise(const Window& window, const WeightSource& source, Edge input, Value* output) {
  return std::make_unique<Depthwise>(window, source, input, output);
}

}  // namespace mote::trainer::fused
