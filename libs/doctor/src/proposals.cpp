#include "mote/doctor/proposals.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace mote::doctor {
namespace {

// Below it a proposal is not worth its line.
constexpr double kLeastGain = 0.0002;
// Share of the noise of rounding to nearest that a better rounding takes away: an estimate, for the order of the list.
constexpr double kRoundingGain = 0.5;
// Of the loss that training with quantization gives back.
constexpr double kTrainingGain = 0.9;

// What a nat of divergence may cost: on few clips no answer may have flipped yet.
constexpr double kAccuracyPerNat = 0.25;

using Share = std::function<double(const LayerFinding&)>;

bool has_weights(const LayerFinding& layer) {
  return layer.weights > 0;
}

double square(double value) {
  return value * value;
}

// Accuracy that comes back when each layer loses a share of its noise: shares of the whole loss, divided among the
// layers by what each does alone.
class Predictor {
 public:
  explicit Predictor(const Diagnosis& diagnosis) : diagnosis_(diagnosis) {
    for (const LayerFinding& layer : diagnosis.layers) sum_ += layer.alone.divergence;
  }

  double gain(const Share& share) const {
    if (sum_ <= 0) return 0;
    double removed = 0;
    for (const LayerFinding& layer : diagnosis_.layers) removed += layer.alone.divergence * share(layer);
    const double lost = std::max(diagnosis_.whole.accuracy_lost, kAccuracyPerNat * diagnosis_.whole.divergence);
    return removed / sum_ * lost;
  }

  // The layer that most of such a gain comes from.
  const LayerFinding& worst(const Share& share) const {
    return *std::max_element(diagnosis_.layers.begin(), diagnosis_.layers.end(), [&](const auto& a, const auto& b) {
      return a.alone.divergence * share(a) < b.alone.divergence * share(b);
    });
  }

 private:
  const Diagnosis& diagnosis_;
  double sum_ = 0;
};

// The usual channel's noise falls as the square of its distance from the loudest one.
double unequal(const LayerFinding& layer) {
  return has_weights(layer) ? 1 - 1 / square(std::max(1.0, layer.channel_spread)) : 0.0;
}

double clipped(const LayerFinding& layer) {
  return std::min(1.0, 1000 * layer.clipped_share);
}

double rounding(const LayerFinding& layer) {
  return has_weights(layer) ? kRoundingGain : 0.0;
}

double one_scale(const LayerFinding& layer) {
  return layer.one_weight_scale ? 1 - 1 / square(std::max(1.0, layer.weight_spread)) : 0.0;
}

double unclipped(const LayerFinding& layer) {
  return 0.5 * (1 - clipped(layer));
}

struct Rule {
  Remedy remedy;
  double share;  // of what `layers` says
  double (*layers)(const LayerFinding&);
  const char* reason;  // takes the name of the worst layer and a number of it
  double (*number)(const LayerFinding&);
};

double spread_number(const LayerFinding& layer) {
  return layer.channel_spread;
}
double sqnr_number(const LayerFinding& layer) {
  return layer.alone_sqnr_db;
}
double clipped_number(const LayerFinding& layer) {
  return 100 * layer.clipped_share;
}
double weight_number(const LayerFinding& layer) {
  return layer.weight_spread;
}

constexpr double everything(const LayerFinding&) {
  return 1.0;
}

constexpr Rule kRules[] = {
    {Remedy::kEqualize, 1.0, unequal, "the loudest channel of '{0}' is {1:.1f} times as loud as the median one",
     spread_number},
    {Remedy::kSearchRanges, 0.3, unclipped,
     "the range of '{0}' is not what its answer needs: {1:.1f} dB of signal to noise", sqnr_number},
    {Remedy::kWholeRanges, 0.5, clipped, "{1:.3f} % of the values of '{0}' are clipped", clipped_number},
    {Remedy::kPercentile, 0.1, unclipped, "the range of '{0}' may hold rare values: {1:.1f} dB of signal to noise",
     sqnr_number},
    {Remedy::kClipWeights, 0.1, rounding,
     "filters of '{0}' may have single wide weights: widest filter {1:.1f} times the median", weight_number},
    {Remedy::kRoundWeights, 0.8, rounding, "'{0}' alone leaves {1:.1f} dB of signal to noise", sqnr_number},
    {Remedy::kCorrectBias, 0.4, rounding, "'{0}' alone leaves {1:.1f} dB of signal to noise, some of it in the mean",
     sqnr_number},
    {Remedy::kPerChannelDense, 1.0, one_scale,
     "'{0}' has one scale for filters of which the widest is {1:.1f} times the median", weight_number},
    {Remedy::kWideActivations, 0.95, everything, "'{0}' alone leaves {1:.1f} dB of signal to noise", sqnr_number},
    {Remedy::kTrainQuantized, kTrainingGain, everything, "'{0}' alone leaves {1:.1f} dB of signal to noise",
     sqnr_number},
};

std::vector<Proposal> proposals_among(const Diagnosis& diagnosis, const std::function<bool(Remedy)>& is_possible) {
  const Predictor predictor(diagnosis);
  std::vector<Proposal> proposals;
  for (const Rule& rule : kRules) {
    if (!is_possible(rule.remedy)) continue;
    const double gain = rule.share * predictor.gain(rule.layers);
    if (gain < kLeastGain) continue;
    const LayerFinding& worst = predictor.worst(rule.layers);
    proposals.push_back({rule.remedy, fmt::format(fmt::runtime(rule.reason), worst.name, rule.number(worst)), gain});
  }
  std::stable_sort(proposals.begin(), proposals.end(),
                   [](const Proposal& a, const Proposal& b) { return a.predicted_gain > b.predicted_gain; });
  return proposals;
}

}  // namespace

std::vector<Proposal> propose(const Diagnosis& diagnosis, const Treatment& treatment) {
  return proposals_among(
      diagnosis, [&](Remedy remedy) { return remedy == Remedy::kTrainQuantized || can_be_tried(remedy, treatment); });
}

std::vector<Proposal> propose_training(const Diagnosis& diagnosis, const Treatment& treatment) {
  return proposals_among(diagnosis, [&](Remedy remedy) {
    const bool wider = remedy == Remedy::kWideActivations && can_be_tried(remedy, treatment);
    return wider || remedy == Remedy::kTrainQuantized;
  });
}

}  // namespace mote::doctor
