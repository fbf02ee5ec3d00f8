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
    const graph::Graph int8_graph = quantize(draft_of(subject_, treatment));
    const std::vector<float> scores = int8_scores(int8_graph, subject_.clips.inputs, pool_);
    Trial trial;
    trial.remedies = std::move(remedies);
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
  for (const Proposal& proposal : proposals) {
    if (!can_be_tried(proposal.remedy, outcome.best)) continue;
    std::vector<Remedy> remedies = best.remedies;
    remedies.push_back(proposal.remedy);
    const Treatment candidate = with(outcome.best, proposal.remedy);
    Trial trial = trials.measure(candidate, std::move(remedies));
    trial.kept = is_better(trial, best);
    outcome.trials.push_back(trial);
    if (!trial.kept) continue;
    best = trial;
    outcome.best = candidate;
  }
  return outcome;
}

}  // namespace mote::doctor
