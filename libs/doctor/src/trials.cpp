#include <algorithm>

#include "mote/doctor/proposals.h"

namespace mote::doctor {
namespace {

constexpr double kLeastImprovement = 0.98;  // of the divergence
constexpr double kAccuracySlack = 0.005;

class Trials {
 public:
  Trials(const Case& subject, ThreadPool& pool)
      : subject_(subject), pool_(pool), wanted_(float_scores(subject.folded, subject.clips.inputs)) {}

  Trial measure(const Treatment& treatment, std::vector<Remedy> remedies) const {
    Trial trial;
    trial.remedies = std::move(remedies);
    trial.int8_graph = quantize(draft_of(subject_, treatment));
    const std::vector<float> scores = int8_scores(trial.int8_graph, subject_.clips.inputs, pool_);
    trial.accuracy = accuracy_of(scores, subject_.clips.truth);
    trial.effect = effect_of(wanted_, scores, subject_.clips.truth);
    return trial;
  }

 private:
  const Case& subject_;
  ThreadPool& pool_;
  std::vector<float> wanted_;
};

bool is_better(const Trial& trial, const Trial& best) {
  return trial.effect.divergence < kLeastImprovement * best.effect.divergence &&
         trial.accuracy >= best.accuracy - kAccuracySlack;
}

bool is_wider(const Proposal& proposal) {
  return proposal.remedy == Remedy::kWideActivations;
}

}  // namespace

Outcome try_proposals(const Case& subject, const Treatment& start, const std::vector<Proposal>& proposals,
                      ThreadPool& pool) {
  subject.clips.validate(subject.folded);
  const Trials trials(subject, pool);
  Outcome outcome;
  outcome.best = start;
  Trial best = trials.measure(start, {});
  best.kept = true;
  outcome.trials.push_back(best);
  const auto measure = [&](Remedy remedy) {
    std::vector<Remedy> remedies = best.remedies;
    remedies.push_back(remedy);
    outcome.trials.push_back(trials.measure(with(outcome.best, remedy), std::move(remedies)));
  };
  for (const Proposal& proposal : proposals) {
    if (is_wider(proposal) || !can_be_tried(proposal.remedy, outcome.best)) continue;
    measure(proposal.remedy);
    Trial& trial = outcome.trials.back();
    trial.kept = is_better(trial, best);
    if (!trial.kept) continue;
    best = trial;
    outcome.best = with(outcome.best, proposal.remedy);
  }
  const bool wider = std::any_of(proposals.begin(), proposals.end(), is_wider);
  if (wider && can_be_tried(Remedy::kWideActivations, outcome.best)) measure(Remedy::kWideActivations);
  return outcome;
}

}  // namespace mote::doctor
