// A whole report with figures like those of a real run, made from a seed.
#pragma once

#include <cstddef>

#include "mote/evaluate/predictions.h"
#include "mote/pipeline/report_schema.h"

namespace mote::pipeline::test {

// Scores of a fairly good classifier; `noise` widens its mistakes.
evaluate::Predictions sample_predictions(std::size_t classes, std::size_t clips_a_class, double noise);

// Every section present.
Report sample_report(std::size_t classes);

}  // namespace mote::pipeline::test
