// A finished run as the doctor takes it: its float network, inputs to calibrate on and labelled clips.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mote/doctor/proposals.h"
#include "mote/pipeline/doctor_model.h"
#include "stages/context.h"

namespace mote::pipeline {

// Owns everything that its doctor::Case points to.
class Consultation {
 public:
  Consultation(const Context& context, const DoctorOptions& options);

  doctor::Case subject() const;
  const std::string& split() const { return split_; }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  void read_clips(const Context& context, const DoctorOptions& options);

  graph::Graph folded_;
  std::unique_ptr<graph::FloatRunner> runner_;
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

}  // namespace mote::pipeline
