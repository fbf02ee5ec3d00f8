// A finished run as the doctor takes it: its float network, inputs to calibrate on and labelled clips.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mote/doctor/proposals.h"
#include "mote/pipeline/doctor_model.h"
#include "mote/pipeline/evaluate_model.h"
#include "stages/context.h"

namespace mote::pipeline {

// Training inputs of a run, as many as its calibration looks at. Errors: kCorrupt when the feature cache is damaged.
std::vector<float> training_inputs(const Context& context);

// Clips by which remedies are chosen, and clips by which the result is judged: never the same. With a test split the
// validation clips choose and the test clips judge; without one, and among other clips (`data`), one half by group
// chooses and the other judges.
struct ClipRoles {
  EvaluateOptions choosing;
  EvaluateOptions judging;
};
ClipRoles clip_roles(const DoctorOptions& options);

// Owns everything that its doctor::Case points to.
class Consultation {
 public:
  Consultation(const Context& context, const DoctorOptions& options);

  doctor::Case subject() const;
  // The last step left the int8 graph itself, which was trained: nothing is quantized after training.
  bool int8_is_trained() const { return int8_.has_value(); }
  // Of the float and the int8 graph that were exported.
  doctor::Diagnosis diagnose(const doctor::Treatment& treatment) const;
  const std::string& split() const { return split_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  void read_graphs(const Context& context);
  void read_clips(const DoctorOptions& options);

  ThreadPool& pool_;
  std::unique_ptr<graph::FloatRunner> runner_;
  graph::Graph folded_;
  std::optional<graph::Graph> int8_;
  std::vector<float> training_;
  std::int64_t training_samples_ = 0;
  std::vector<float> clips_;
  std::vector<int> truth_;
  std::string split_;
  std::vector<std::string> notes_;
};

// The run's way from the folded float network to int8, and back into a recipe.
doctor::Treatment treatment_of(const Context& context, const graph::Graph& folded);
Recipe with_treatment(const Recipe& recipe, const doctor::Treatment& treatment);

// The settings in which two recipes differ, as `after` has them.
std::vector<NamedValue> changed_settings(const Recipe& before, const Recipe& after);

// What a remedy changes of the recipe, as lines of key = value.
std::string change_of(const Recipe& recipe, const doctor::Treatment& treatment, doctor::Remedy remedy);

}  // namespace mote::pipeline
