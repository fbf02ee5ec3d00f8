// Copies of elements: reshape, pad, concat, and values that have to exist as such (a batch norm on the graph's input, a
// view that others read before its activation).
//
// Scratch: the view of one input, or its gradient; behind it the output, or its gradient.
#include <algorithm>

#include "blocks.h"

namespace mote::trainer::fused {
namespace {

// A stretch of elements without padding on either side.
struct Piece {
  std::int64_t from = 0, to = 0, count = 0;
};

// Offset of an element of a sample as it is stored.
std::int64_t stored_offset(const Value& value, std::int64_t element) {
  return element / value.channels() * value.stride() + element % value.channels();
}

// Cuts a run where the padding of either side lies.
void cut(const Run& run, const Value& from, const Value& to, std::vector<Piece>& pieces) {
  for (std::int64_t done = 0, count = 0; done < run.count; done += count) {
    count = std::min({run.count - done, from.channels() - (run.from + done) % from.channels(),
                      to.channels() - (run.to + done) % to.channels()});
    pieces.push_back({stored_offset(from, run.from + done), stored_offset(to, run.to + done), count});
  }
}

class Rearrangement final : public Block {
 public:
  Rearrangement(const std::vector<std::vector<Run>>& runs, std::vector<Edge> inputs, Value* output)
      : Block(std::move(inputs), output), pieces_(runs.size()) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
      for (const Run& run : runs[i]) cut(run, *this->inputs()[i].value, *output, pieces_[i]);
    }
  }

  std::int64_t prepare(std::int64_t samples) override;
  void forward(const Tile& tile) override;
  void backward(const Tile& tile) override;

 private:
  std::vector<std::vector<Piece>> pieces_;  // by input
  std::int64_t output_offset_ = 0;
};

std::int64_t Rearrangement::prepare(std::int64_t samples) {
  output_offset_ = 0;
  for (const Edge& edge : inputs()) {
    output_offset_ = std::max(output_offset_, frame_floats(edge.value->plain_frame(), samples, edge.value->stride()));
  }
  return output_offset_ + frame_floats(output()->plain_frame(), samples, output()->stride());
}

void Rearrangement::forward(const Tile& tile) {
  float* x = tile.scratch;
  float* y = tile.scratch + output_offset_;
  std::fill_n(y, tile.count * output()->sample_floats(), 0.0F);
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const Value& in = *inputs()[i].value;
    in.view_into(tile, in.plain_frame(), x);
    for (std::int64_t n = 0; n < tile.count; ++n) {
      const float* from = x + n * in.sample_floats();
      float* to = y + n * output()->sample_floats();
      for (const Piece& piece : pieces_[i]) std::copy_n(from + piece.from, piece.count, to + piece.to);
    }
  }
  output()->write(tile, [&](const Epilogue& epilogue) {
    tile.kernels(output()->stride()).finish(y, tile.count * output()->positions(), output()->stride(), epilogue);
  });
}

void Rearrangement::backward(const Tile& tile) {
  float* dx = tile.scratch;
  float* dy = tile.scratch + output_offset_;
  output()->gradient_into(tile, output()->plain_frame(), dy);
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    write_gradient(tile, inputs()[i], [&](const Epilogue& epilogue) {
      const Value& in = *inputs()[i].value;
      std::fill_n(dx, tile.count * in.sample_floats(), 0.0F);
      for (std::int64_t n = 0; n < tile.count; ++n) {
        const float* from = dy + n * output()->sample_floats();
        float* to = dx + n * in.sample_floats();
        for (const Piece& piece : pieces_[i]) std::copy_n(from + piece.to, piece.count, to + piece.from);
      }
      tile.kernels(in.stride()).finish(dx, tile.count * in.positions(), in.stride(), epilogue);
    });
  }
}

}  // namespace

std::unique_ptr<Block> make_rearrangement(const std::vector<std::vector<Run>>& runs, std::vector<Edge> inputs,
                                          Value* output) {
  return std::make_unique<Rearrangement>(runs, std::move(inputs), output);
}

}  // namespace mote::trainer::fused
