#include "selection.h"

namespace mote::trainer {

bool is_better(const EpochRecord& candidate, const EpochRecord& best) {
  if (candidate.validation_accuracy != best.validation_accuracy) {
    return candidate.validation_accuracy > best.validation_accuracy;
  }
  return candidate.validation_loss < best.validation_loss;
}

std::size_t best_index(std::span<const EpochRecord> history) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < history.size(); ++i) {
    if (is_better(history[i], history[best])) best = i;
  }
  return best;
}

bool out_of_patience(std::span<const EpochRecord> history, std::int32_t patience_epochs) {
  if (patience_epochs == 0 || history.empty()) return false;
  return history.size() - 1 - best_index(history) >= static_cast<std::size_t>(patience_epochs);
}

}  // namespace mote::trainer
