// What a classifier said about a set of labelled clips: the input of every metric.
//
// One row of scores a clip, one column a class. Scores are probabilities (softmax outputs): an int8 softmax in steps of
// 1/256 is fine, its rows need not sum to exactly 1. Not for logits: apply softmax first, or calibration means nothing.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mote::evaluate {

struct Predictions {
  std::vector<std::string> labels;  // C class names, all different
  std::vector<std::string> clips;   // N clip identifiers, as the manifest names them
  std::vector<int> truth;           // N class indices in [0, C)
  std::vector<float> scores;        // N × C, one row a clip, each in [0, 1]

  std::size_t clip_count() const { return truth.size(); }
  std::size_t class_count() const { return labels.size(); }

  // The C scores of one clip; a view into `scores`.
  std::span<const float> scores_of(std::size_t clip) const;
  // The class with the highest score; among equals the lowest index, as the device's argmax has it.
  int predicted(std::size_t clip) const;

  // Errors: kInvalid when there is no clip or no class, a label occurs twice, the lengths do not fit each other, a
  // truth is outside [0, C), or a score is NaN or outside [0, 1]; the message names the clip.
  void validate() const;
};

}  // namespace mote::evaluate
