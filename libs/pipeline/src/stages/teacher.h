// Who teaches in the step `distill`: the networks of other run directories, or the one of the step `teacher` (or
// `train`).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mote/trainer/distill.h"
#include "stages/context.h"

namespace mote::pipeline {

// Before any work, for a recipe that distills from other runs. Errors: kNotFound for a folder that holds no finished
// run; kInvalid naming the first label or the first setting of [features] in which a teacher differs.
void check_teachers(const Recipe& recipe, const std::vector<std::string>& labels);

// Names the networks of the other runs by their content; "" where the recipe names none.
std::string teachers_hash(const Recipe& recipe);

// Errors: those of graph::load and trainer::make_teacher.
std::shared_ptr<trainer::Teacher> load_teacher(const Context& context);

}  // namespace mote::pipeline
