// Inference in float32: for calibration and range search (every activation shown), and for FP32 evaluation (outputs
// alone).
//
// Not for training, nor for numbers that a device must repeat: those come from the int8 graph and the runtime.
// Numbers depend neither on how samples are grouped nor on the number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mote/base/thread_pool.h"
#include "mote/graph/float_runner.h"

namespace mote::trainer {

// `pool` must outlive the runner. A run holds the live activations of all samples at once (samples × elements): hand in
// calibration sets, not whole data sets. Errors of run(): those of verify() for kFloat; kInvalid when `inputs` is not
// samples × elements of the input.
std::unique_ptr<graph::FloatRunner> make_float_runner(ThreadPool& pool);

// Outputs (samples × elements of the graph's first output) of a kFloat graph, or of a kTrain graph run on its moving
// statistics without dropout. `inputs` is samples × elements of the one input, NHWC. Works through the samples in small
// groups: a whole data set may be handed in. Errors: those of verify(); kInvalid for a wrong length of `inputs` or a
// weight without values.
std::vector<float> predict(const graph::Graph& graph, std::span<const float> inputs, std::int64_t samples,
                           ThreadPool& pool);

}  // namespace mote::trainer
