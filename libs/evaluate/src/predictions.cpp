#include "mote/evaluate/predictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "mote/base/error.h"

namespace mote::evaluate {

namespace {

void require_equal_length(const char* what, std::size_t wanted, std::size_t got) {
  if (wanted == got) return;
  throw Error(ErrorCode::kInvalid, fmt::format("[evaluate] wanted {} {} to go with the labels of the clips, got {}: "
                                               "collect all of them for each clip",
                                               wanted, what, got));
}

void require_different_labels(const std::vector<std::string>& labels) {
  std::set<std::string> seen;
  for (const auto& label : labels) {
    if (seen.insert(label).second) continue;
    throw Error(ErrorCode::kInvalid,
                fmt::format("[evaluate] wanted different class names, got '{}' twice: remove one", label));
  }
}

void require_probabilities(const Predictions& predictions, std::size_t clip) {
  for (const float score : predictions.scores_of(clip)) {
    if (score >= 0 && score <= 1) continue;  // NaN fails both
    throw Error(ErrorCode::kInvalid, fmt::format("[evaluate] wanted scores in [0, 1], got {} for clip '{}': the model "
                                                 "diverged, or its output is not a softmax",
                                                 score, predictions.clips[clip]));
  }
}

void require_known_class(const Predictions& predictions, std::size_t clip) {
  const int truth = predictions.truth[clip];
  if (truth >= 0 && static_cast<std::size_t>(truth) < predictions.class_count()) return;
  throw Error(ErrorCode::kInvalid, fmt::format("[evaluate] wanted a class in [0, {}), got {} for clip '{}': map its "
                                               "label first",
                                               predictions.class_count(), truth, predictions.clips[clip]));
}

}  // namespace

std::span<const float> Predictions::scores_of(std::size_t clip) const {
  return std::span(scores).subspan(clip * class_count(), class_count());
}

int Predictions::predicted(std::size_t clip) const {
  const auto row = scores_of(clip);
  return static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
}

void Predictions::validate() const {
  if (labels.empty())
    throw Error(ErrorCode::kInvalid, "[evaluate] wanted at least one class, got none: name the labels");
  if (truth.empty()) {
    throw Error(ErrorCode::kInvalid, "[evaluate] wanted at least one clip, got none: choose a split that has clips");
  }
  require_different_labels(labels);
  require_equal_length("clip names", clip_count(), clips.size());
  require_equal_length("scores", clip_count() * class_count(), scores.size());
  for (std::size_t clip = 0; clip < clip_count(); ++clip) {
    require_known_class(*this, clip);
    require_probabilities(*this, clip);
  }
}

}  // namespace mote::evaluate
