// The sum of two values of equal shape. The gradient of the sum goes to both.
//
// Scratch: forward the two views; backward the gradient.
#include "blocks.h"

namespace mote::trainer::fused {
namespace {

class Add final : public Block {
 public:
  Add(Edge left, Edge right, Value* output, const AdditionRounding* rounding)
      : Block({left, right}, output), rounding_(rounding) {}

  std::int64_t prepare(std::int64_t samples) override {
    second_ = frame_floats(output()->plain_frame(), samples, output()->stride());
    return 2 * second_;
  }

  void forward(const Tile& tile) override {
    const Frame frame = output()->plain_frame();
    float* left = tile.scratch;
    float* right = tile.scratch + second_;
    inputs()[0].value->view_into(tile, frame, left);
    inputs()[1].value->view_into(tile, frame, right);
    if (rounding_ != nullptr && !rounding_->empty() && output()->is_frozen()) round_as_kernel(tile, left, right);
    Epilogue add;
    add.finish = Finish::kAdd;
    add.out = left;
    add.stride = output()->stride();
    tile.kernels(output()->stride()).finish(right, rows(tile), output()->stride(), add);
    output()->write(tile, [&](const Epilogue& e) {
      tile.kernels(output()->stride()).finish(left, rows(tile), output()->stride(), e);
    });
  }

  void backward(const Tile& tile) override {
    output()->gradient_into(tile, output()->plain_frame(), tile.scratch);
    for (const Edge& edge : inputs()) {
      write_gradient(tile, edge, [&](const Epilogue& epilogue) {
        tile.kernels(output()->stride()).finish(tile.scratch, rows(tile), output()->stride(), epilogue);
      });
    }
  }

 private:
  // The views become the sum of the kernel, and nothing.
  void round_as_kernel(const Tile& tile, float* left, float* right) const {
    const float first = inputs()[0].value->grid->step, second = inputs()[1].value->grid->step;
    const float step = output()->grid->step;
    for (std::int64_t i = 0; i < rows(tile) * output()->stride(); ++i) {
      left[i] = step * (*rounding_)(left[i] / first, right[i] / second);
      right[i] = 0.0F;
    }
  }

  std::int64_t rows(const Tile& tile) const { return tile.count * output()->positions(); }

  const AdditionRounding* rounding_;
  std::int64_t second_ = 0;  // offset of the second view in scratch
};

}  // namespace

std::unique_ptr<Block> make_add(Edge left, Edge right, Value* output, const AdditionRounding* rounding) {
  return std::make_unique<Add>(left, right, output, rounding);
}

}  // namespace mote::trainer::fused
