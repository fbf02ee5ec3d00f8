// Who teaches in the step `distill`: the networks of other run directories, or those of the step `teacher`, or the one
// of `train`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mote/graph/graph.h"
#include "stages/context.h"

namespace mote::pipeline {

// Before any work, for a recipe that distills from other runs. Errors: kNotFound for a folder that holds no finished
// run; kInvalid naming the first label or the first setting of [features] in which a teacher differs.
void check_teachers(const Recipe& recipe, const std::vector<std::string>& labels);

// Names the networks of the other runs by their content; "" where the recipe names none.
std::string teachers_hash(const Recipe& recipe);

// The recipe with the network of the step `teacher` in place of its own.
Recipe of_teacher(const Recipe& recipe);

// Before any work. Errors: those of trainer::with_hint, for distill.hint_student and distill.hint_teacher.
void check_hint(const Recipe& recipe, std::int32_t classes);

// Trained kTrain graphs, at least one; of several, the first gives hints. Errors: those of graph::load.
std::vector<graph::Graph> load_teachers(const Context& context);

}  // namespace mote::pipeline
