// A network with a case around it, healthy or hurt by unequal channels.
#pragma once

#include <algorithm>

#include "mote/doctor/proposals.h"
#include "repair_net.h"

namespace mote::test {

class SickNetwork {
 public:
  explicit SickNetwork(double octaves)
      : folded_(RepairNet{.gains = gains(octaves)}.build()), scores_(doctor::float_scores(folded_, inputs_.set())) {
    // The float network is right on every clip: whatever int8 loses is lost to quantization.
    for (std::size_t i = 0; i < scores_.size(); i += 4)
      truth_.push_back(static_cast<int>(std::max_element(&scores_[i], &scores_[i] + 4) - &scores_[i]));
  }

  doctor::JudgedSet clips() { return {inputs_.set(), truth_}; }
  doctor::Case subject() { return {folded_, inputs_.set(), clips()}; }
  static doctor::Treatment plain() {
    doctor::Treatment treatment;
    treatment.calibration.method = quant::RangeMethod::kMinMax;
    treatment.repair.samples = 48;
    return treatment;
  }
  doctor::Diagnosis diagnose(const quant::Draft& draft, int threads = 1) {
    ThreadPool pool(threads);
    return doctor::diagnose(draft.reference, quantize(draft), clips(), pool);
  }
  quant::Draft draft() { return doctor::draft_of(subject(), plain()); }

 private:
  // The first channel stays as loud as it is, the last one gets quieter by so many octaves.
  static std::vector<float> gains(double octaves) {
    std::vector<float> result;
    for (int channel = 0; channel < 6; ++channel)
      result.push_back(static_cast<float>(std::exp2(-octaves * channel / 5)));
    return result;
  }

  RepairInputs inputs_{96};
  graph::Graph folded_;
  std::vector<float> scores_;
  std::vector<int> truth_;
};

// Gives the constants of that name other values.
inline void set_constant(graph::Graph& graph, std::string_view name, std::vector<float> values) {
  for (graph::Tensor& tensor : graph.tensors) {
    if (tensor.name == name) tensor.data = graph::make_buffer<float>(values);
  }
}

}  // namespace mote::test
