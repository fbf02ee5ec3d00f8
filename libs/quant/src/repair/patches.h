// What a weighted layer sees: for some of its output places, the values that its filters multiply, as rows of a matrix.
// Private to this library.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/quant/simulate.h"

namespace mote::quant {

// Rows of `width` values in the order of one filter's weights: [KH,KW,C] of a convolution (also of a depthwise one,
// whose filter c has every C-th of them, from c on), all inputs of a dense layer.
class Patches {
 public:
  // Takes at most `most_rows` places in all of `samples` inputs, evenly spread over the places of each sample.
  Patches(const graph::Graph& graph, const graph::Node& node, std::int64_t samples, std::int64_t most_rows);

  // Adds the rows of one group of samples of the layer's input.
  void add(std::span<const float> inputs);

  std::size_t width() const { return width_; }
  std::size_t rows() const { return values_.size() / width_; }
  std::span<const float> row(std::size_t index) const { return std::span(values_).subspan(index * width_, width_); }

  struct Axis {
    std::int32_t input = 1, output = 1, kernel = 1, stride = 1, dilation = 1, pad_before = 0;
  };

 private:
  void add_place(std::span<const float> sample, std::int64_t place);

  Axis h_, w_;
  std::int32_t channels_ = 1;
  std::size_t width_ = 1;
  std::int64_t places_ = 1;        // of one sample
  std::int64_t places_taken_ = 1;  // of them
  std::vector<float> values_;
};

// What the layer at `index` sees of a set: about four thousand places, fewer of a wide layer. `edit` may change what
// the layers before it give.
Patches patches_of(const graph::Graph& graph, std::size_t index, const MeasuringSet& set,
                   const graph::FloatRunner::Editor& edit);

}  // namespace mote::quant
