// What each step of the recipe did: all judged on the same clips and planned for the same core.
#pragma once

#include <string>
#include <vector>

#include "stages/evaluate.h"
#include "stages/training_source.h"

namespace mote::pipeline {

struct StepTable {
  std::vector<StepResult> rows;  // one a step
  // Clip by clip: "clip,label", then the classes that the float and the quantized model of each step saw,
  // "train.fp32,train.int8". For comparisons in pairs.
  std::string predictions_csv;
};

// `judged` are the scores of the finished model, with the features of the clips.
StepTable step_table(const Context& context, const TrainingSource& source, const ModelUnderTest& finished,
                     const ClipScores& judged);

}  // namespace mote::pipeline
