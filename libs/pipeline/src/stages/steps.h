// The steps that make the network, in the order of the recipe (compress.steps): each is a stage of its own, with a
// checkpoint, a log and a trained graph, and starts from what the one before left. A step of several members (teacher)
// is a stage for each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mote/graph/graph.h"
#include "stages/context.h"
#include "stages/training_source.h"

namespace mote::pipeline {

// How many networks a step trains: teacher.members in the step teacher, else one.
std::int32_t members_of(const Recipe& recipe, StepKind step);

// Where a step keeps the things of one member, relative to the run directory.
struct StepFiles {
  std::string name;  // of the stage: that of the step, with a number behind it from the second member on
  std::string checkpoint;
  std::string trained;  // the kTrain graph that it made
  // qat: the inference graphs whose figures it reports; other steps have theirs made by inference_graphs().
  std::string float_graph, int8_graph;
  std::string types;    // mixed: what it measured and chose
  std::string history;  // one line of JSON an epoch; mixed trains none

  explicit StepFiles(StepKind step, std::int32_t member = 1);
  // What the step leaves when it is done.
  std::vector<std::string> results() const;
};

// The recipe's tables that shape a step, beside what shaped those before it.
std::vector<std::string_view> tables_of(StepKind step);

// The network that a member of a step of this run left. Errors: those of graph::load.
graph::Graph load_trained(const RunDirectory& directory, StepKind step, std::int32_t member = 1);

// Which network a stage makes: a member (1..) of step `index` of the recipe.
struct StepMember {
  std::size_t index = 0;
  std::int32_t member = 1;
};

// Runs one stage. Errors: those of the step; kNotFound when the step before left no graph.
void run_step(const Context& context, TrainingSource& source, std::int32_t classes, StepMember at,
              const std::string& key);

}  // namespace mote::pipeline
