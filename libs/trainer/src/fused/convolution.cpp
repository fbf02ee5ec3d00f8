// Convolution and dense layers as matrix products over tables of offsets: no patches are copied.
//
//   forward   z[position][o]   = bias[o] + Σ_(tap,c) x[position + tap][c] · packed[(tap,c)][o]
//   weights   dw[(tap,c)][o]  += Σ_position        x[position + tap][c] · dz[position][o]
//   input     dx[cell][c]      = Σ_(tap,o)         dz[cell - tap][o]    · flipped[(tap,o)][c]
//
// Scratch: x, the view of the input in its frame; behind it dz in its frame. dx leaves the registers through the
// input's epilogue, z through the output's.
#include <algorithm>

#include "blocks.h"
#include "offset_tables.h"

namespace mote::trainer::fused {
namespace {

class Convolution final : public Block {
 public:
  Convolution(const Window& window, const WeightSource& source, Edge input, Value* output);

  std::int64_t prepare(std::int64_t samples) override;
  bool trains() const override { return true; }
  void pack(const float* parameters) override;
  void begin_shard(std::int64_t shard) override;
  void forward(const Tile& tile) override;
  void backward(const Tile& tile) override;
  void reduce(float* gradients) const override;

 private:
  // Tables of one phase of the input's gradient.
  struct InputPhase {
    Offsets rows;     // of dz, for each cell of the tile
    Offsets cells;    // rows of dx
    Offsets inner;    // of dz, for each (tap, o)
    Offsets weights;  // of flipped, for each (tap, o)
    std::int64_t cells_of_sample = 0;
  };

  const Value& in() const { return *inputs().front().value; }
  void weights_gradient(const Tile& tile, const float* x, const float* dz);
  void input_gradient(const Tile& tile, const float* dz);
  InputPhase make_phase(const GradientPhase& phase, std::int64_t samples) const;

  Geometry geometry_;
  WeightSource source_;
  std::int64_t taps_, channels_, inner_;  // inner: taps · channels
  std::int64_t outputs_, columns_;        // columns: outputs with padding
  AlignedArray packed_, flipped_, bias_;
  std::vector<AlignedArray> gradients_;  // like packed, by shard
  Offsets x_rows_, x_inner_, packed_rows_, dz_rows_;
  std::vector<InputPhase> phases_;
  std::int64_t dz_offset_ = 0;
};

Convolution::Convolution(const Window& window, const WeightSource& source, Edge input, Value* output)
    : Block({input}, output),
      geometry_(make_geometry(window)),
      source_(source),
      taps_(window.taps()),
      channels_(input.value->channels()),
      inner_(taps_ * channels_),
      outputs_(output->channels()),
      columns_(output->stride()) {
  packed_ = AlignedArray(inner_ * columns_);
  flipped_ = AlignedArray(in().needs_gradient ? taps_ * outputs_ * in().stride() : 0);
  bias_ = AlignedArray(columns_);
  for (std::int64_t shard = 0; shard < kShards; ++shard) gradients_.emplace_back(inner_ * columns_);
}

Convolution::InputPhase Convolution::make_phase(const GradientPhase& phase, std::int64_t samples) const {
  InputPhase p;
  p.cells_of_sample = static_cast<std::int64_t>(phase.cells.size());
  p.rows = tile_offsets(phase.origins, geometry_.output_frame.positions(), samples, columns_);
  p.cells = tile_offsets(phase.cells, in().positions(), samples, 1);
  p.inner = channel_offsets(phase.offsets, outputs_, columns_);
  for (std::int32_t tap : phase.taps) {
    for (std::int64_t o = 0; o < outputs_; ++o) {
      p.weights.push_back(static_cast<std::int32_t>((tap * outputs_ + o) * in().stride()));
    }
  }
  return p;
}

std::int64_t Convolution::prepare(std::int64_t samples) {
  const Geometry& g = geometry_;
  x_rows_ = tile_offsets(g.origins, g.input_frame.positions(), samples, in().stride());
  x_inner_ = channel_offsets(g.tap_offsets, channels_, in().stride());
  packed_rows_ = regular_offsets(inner_, columns_);
  dz_rows_ = tile_offsets(g.output_positions, g.output_frame.positions(), samples, columns_);
  phases_.clear();
  for (const GradientPhase& phase : g.phases) {
    if (in().needs_gradient) phases_.push_back(make_phase(phase, samples));
  }
  dz_offset_ = frame_floats(g.input_frame, samples, in().stride());
  return dz_offset_ + frame_floats(g.output_frame, samples, columns_);
}

void Convolution::pack(const float* parameters) {
  const float* weights = source_.values(parameters);
  for (std::int64_t o = 0; o < outputs_; ++o) {
    for (std::int64_t k = 0; k < inner_; ++k) packed_[k * columns_ + o] = weights[o * inner_ + k];
  }
  for (std::int64_t o = 0; source_.bias && o < outputs_; ++o) bias_[o] = source_.bias_value(parameters, o);
  if (flipped_.size() == 0) return;
  for (std::int64_t o = 0; o < outputs_; ++o) {
    const float step = source_.step(o);
    for (std::int64_t tap = 0; tap < taps_; ++tap) {
      const float* from = weights + o * inner_ + tap * channels_;
      float* to = flipped_.data() + (tap * outputs_ + o) * in().stride();
      for (std::int64_t c = 0; c < channels_; ++c) to[c] = step * from[c];
    }
  }
}

void Convolution::begin_shard(std::int64_t shard) {
  gradients_[static_cast<std::size_t>(shard)].fill(0.0F);
}

void Convolution::forward(const Tile& tile) {
  float* x = tile.scratch;
  in().view_into(tile, geometry_.input_frame, x, source_.input_units());
  output()->write(tile, [&](const Epilogue& epilogue) {
    Contraction product = contraction(x, x_rows_, x_inner_, packed_.data(), packed_rows_);
    product.start = source_.bias ? bias_.data() : nullptr;
    product.rows = tile.count * output()->positions();
    product.inner = inner_;
    product.columns = columns_;
    product.epilogue = epilogue;
    tile.kernels(product.columns).gemm(product);
  });
}

void Convolution::backward(const Tile& tile) {
  float* x = tile.scratch;
  float* dz = tile.scratch + dz_offset_;
  in().view_into(tile, geometry_.input_frame, x, source_.input_units());
  output()->gradient_into(tile, geometry_.output_frame, dz);
  weights_gradient(tile, x, dz);
  input_gradient(tile, dz);
}

void Convolution::weights_gradient(const Tile& tile, const float* x, const float* dz) {
  Contraction product = contraction(x, x_inner_, x_rows_, dz, dz_rows_);
  product.rows = inner_;
  product.inner = tile.count * output()->positions();
  product.columns = columns_;
  product.epilogue.finish = Finish::kAdd;
  product.epilogue.out = gradients_[static_cast<std::size_t>(tile.shard)].data();
  product.epilogue.stride = columns_;
  tile.kernels(product.columns).gemm(product);
}

void Convolution::input_gradient(const Tile& tile, const float* dz) {
  write_gradient(tile, inputs().front(), [&](const Epilogue& epilogue) {
    for (const InputPhase& phase : phases_) {
      Contraction product = contraction(dz, phase.rows, phase.inner, flipped_.data(), phase.weights);
      product.rows = tile.count * phase.cells_of_sample;
      product.inner = static_cast<std::int64_t>(phase.inner.size());
      product.columns = in().stride();
      product.epilogue = epilogue;
      product.epilogue.rows = phase.cells.data();
      tile.kernels(product.columns).gemm(product);
    }
  });
}

void Convolution::reduce(float* gradients) const {
  float* to = gradients + source_.weights;
  for (std::int64_t o = 0; o < outputs_; ++o) {
    for (std::int64_t k = 0; k < inner_; ++k) {
      float sum = 0;
      for (const AlignedArray& shard : gradients_) sum += shard[k * columns_ + o];
      to[o * inner_ + k] = source_.input_step() * sum;
    }
  }
}

}  // namespace

std::unique_ptr<Block> make_convolution(const Window& window, const WeightSource& source, Edge input, Value* output) {
  return std::make_unique<Convolution>(window, source, input, output);
}

}  // namespace mote::trainer::fused
