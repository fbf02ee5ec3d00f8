#include <algorithm>

#include "mote/doctor/proposals.h"

namespace mote::doctor {
namespace {

// The repair pass of a remedy; nothing for the others.
std::string pass_of(Remedy remedy) {
  const std::string name(enum_name(remedy));
  for (const quant::RepairPass& pass : quant::repair_passes()) {
    if (pass.name == name) return name;
  }
  return "";
}

bool has_pass(const Treatment& treatment, const std::string& name) {
  const auto& passes = treatment.repair.passes;
  return std::find(passes.begin(), passes.end(), name) != passes.end();
}

bool has_int8_weights(const Treatment& treatment) {
  const auto& types = treatment.quantize.weights;
  return std::all_of(types.begin(), types.end(),
                     [](quant::WeightType type) { return type == quant::WeightType::kInt8; });
}

}  // namespace

Treatment with(const Treatment& treatment, Remedy remedy) {
  Treatment result = treatment;
  const std::string pass = pass_of(remedy);
  if (!pass.empty() && !has_pass(treatment, pass)) result.repair.passes.push_back(pass);
  if (remedy == Remedy::kWholeRanges) result.calibration.method = quant::RangeMethod::kMinMax;
  if (remedy == Remedy::kPercentile) result.calibration.method = quant::RangeMethod::kPercentile;
  if (remedy == Remedy::kPerChannelDense) result.quantize.dense = quant::DenseScales::kPerChannel;
  if (remedy == Remedy::kWideActivations) result.quantize.activations = quant::ActivationType::kInt16;
  return result;
}

bool can_be_tried(Remedy remedy, const Treatment& treatment) {
  const std::string pass = pass_of(remedy);
  if (!pass.empty()) return !has_pass(treatment, pass);
  switch (remedy) {
    case Remedy::kWholeRanges:
      return treatment.calibration.method != quant::RangeMethod::kMinMax;
    case Remedy::kPercentile:
      return treatment.calibration.method != quant::RangeMethod::kPercentile;
    case Remedy::kPerChannelDense:
      return treatment.quantize.dense != quant::DenseScales::kPerChannel;
    case Remedy::kWideActivations:
      return treatment.quantize.activations == quant::ActivationType::kInt8 && has_int8_weights(treatment);
    default:
      return false;
  }
}

quant::Draft draft_of(const Case& subject, const Treatment& treatment) {
  const quant::Draft plain =
      quant::make_draft(subject.folded, subject.training, treatment.calibration, treatment.quantize);
  return quant::repair(plain, subject.training, treatment.repair);
}

}  // namespace mote::doctor
