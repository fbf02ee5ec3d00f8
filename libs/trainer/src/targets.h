// From labels to what a network is trained on: smoothed targets and class weights.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mote/trainer/settings.h"

namespace mote::trainer {

// Rows of `classes` probabilities: 1 - smoothing for the label, and smoothing/classes for every class besides
// (Szegedy et al. 2016). Errors: kInvalid for a label outside [0, classes).
void fill_targets(std::span<const std::int32_t> labels, std::int32_t classes, double smoothing,
                  std::span<float> targets);

// A weight for each class. none: 1. balanced: samples/(classes that occur · samples of the class), so that all classes
// weigh the same and the mean weight of a sample is 1; a class without samples gets 1.
std::vector<float> class_weights(ClassWeights kind, const std::vector<std::int64_t>& counts);

}  // namespace mote::trainer
