// Distillation: a network learns from the answers of a teacher beside the labels (Hinton et al. 2015).
//
// Use it through TrainIo::hooks of train(): with a fresh student, or with one that was trained or pruned before. The
// teacher sees what the student sees, augmented and mixed as it is (Beyer et al. 2022); its answer to an input that
// comes again is looked up, not computed.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "mote/base/thread_pool.h"
#include "mote/graph/graph.h"
#include "mote/trainer/train.h"

namespace mote::trainer {

// The loss of a sample: (1 - weight)·cross-entropy + weight·T²·KL(teacher ‖ student), both at temperature T.
struct DistillSettings {
  double temperature = 4.0;             // T, (0, 100]
  double weight = 0.9;                  // of the teacher, (0, 1]
  std::int64_t cache_samples = 100000;  // answers that are kept: 16 bytes and a float for each class; 0 keeps none

  // Error(kInvalid): "[distill] temperature must be in (0, 100], got 0".
  void validate() const;
};

// Calls visit(key, value, help) for each setting, in the order of a recipe.
template <class Settings, class Visitor>
requires std::same_as<std::remove_const_t<Settings>, DistillSettings>
void visit_fields(Settings& s, Visitor&& visit) {
  visit("temperature", s.temperature, "softens the answers of teacher and student, (0, 100]");
  visit("weight", s.weight, "share of the teacher in the loss, (0, 1]");
  visit("cache_samples", s.cache_samples, "answers of the teacher that are kept in memory; 0 keeps none");
}

class Teacher {
 public:
  virtual ~Teacher() = default;

  virtual std::int64_t sample_elements() const = 0;
  virtual std::int32_t classes() const = 0;
  // Probabilities, samples × classes, for inputs of samples × sample_elements. A row may depend on its sample alone.
  // Called between steps, on the thread that called train(); it may use the pool of the training.
  virtual void answer(std::span<const float> inputs, std::int64_t samples, std::span<float> probabilities) = 0;
};

// Trained kTrain graphs, run on their moving statistics without dropout; several answer as one by the mean of their
// probabilities. `pool` must outlive the teacher. Errors: kInvalid for no network, for networks that differ in inputs
// or classes, and for weights without values; kUnsupported for one without a final softmax.
std::shared_ptr<Teacher> make_teacher(std::span<const graph::Graph> networks, ThreadPool& pool);

// One object for one training. Resumed from a checkpoint, the bytes are the same. Errors when train() begins: kInvalid
// when the teacher takes other inputs or knows another number of classes.
std::shared_ptr<TrainingHooks> make_distillation(std::shared_ptr<Teacher> teacher, const DistillSettings& settings);

// What a network was trained on, as far as a student must share it.
struct TrainedOn {
  std::vector<std::string> labels;    // in the order of the outputs
  std::vector<std::string> features;  // one setting each, "mel_count = 40", in any fixed order
};

// Before any work. Errors: kInvalid naming the first label, or the first setting, in which the two differ.
void check_teacher(const TrainedOn& teacher, const TrainedOn& student);

}  // namespace mote::trainer
