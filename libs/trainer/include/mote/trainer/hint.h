// Feature matching: a student learns what a teacher has inside, beside what it answers (Romero et al. 2015, FitNets).
//
// A tensor of the student goes through a learned 1×1 regressor and is compared with a tensor of the teacher: weight ·
// mean of the squared differences is added to the loss. Use: train(with_hint(student …)) with make_hint() among the
// hooks (and make_distillation(), as a rule), then without_hint() of the result. The teacher's tensor is computed for
// each batch, by the op-by-op path, and not kept: it is large.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>

#include "mote/base/thread_pool.h"
#include "mote/graph/graph.h"
#include "mote/trainer/train.h"

namespace mote::trainer {

struct HintSettings {
  std::string student;  // names of tensors (a layer's output has the layer's name); both empty: no hint
  std::string teacher;
  double weight = 1.0;  // > 0

  bool is_on() const { return !student.empty() || !teacher.empty(); }
  // Error(kInvalid): "[distill] hint_weight must be > 0, got 0".
  void validate() const;
};

// Calls visit(key, value, help) for each setting, in the order of a recipe.
template <class Settings, class Visitor>
requires std::same_as<std::remove_const_t<Settings>, HintSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("hint_student", s.student, "tensor of the student that is to resemble the teacher's hint; empty: no hint");
  visit("hint_teacher", s.teacher, "tensor of the teacher that the student's is compared with");
  visit("hint_weight", s.weight, "of the squared difference in the loss, > 0");
}

// The student (kTrain, with values) with a regressor of its own and a second output. `seed` names the regressor's
// starting values. Errors: kNotFound for a tensor that is not there; kInvalid for tensors of other height or width, and
// for settings out of range.
graph::Graph with_hint(const graph::Graph& student, const graph::Graph& teacher, const HintSettings& settings,
                       std::uint64_t seed);

// The trained network without regressor and second output.
graph::Graph without_hint(const graph::Graph& trained);

// Shows the teacher's tensor to the loss. One object for one training; `pool` must outlive it. Errors when train()
// begins: kInvalid for a graph that with_hint() did not make, or a teacher of other inputs.
std::shared_ptr<TrainingHooks> make_hint(const graph::Graph& teacher, const HintSettings& settings, ThreadPool& pool);

}  // namespace mote::trainer
