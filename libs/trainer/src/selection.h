// Which epoch is the best, and whether waiting for a better one makes sense. Functions of the history alone, so that a
// resumed training decides as an undisturbed one.
#pragma once

#include <span>

#include "mote/trainer/train.h"

namespace mote::trainer {

// Higher validation accuracy; among equals, lower validation loss.
bool is_better(const EpochRecord& candidate, const EpochRecord& best);

// Index of the best record; the first of equals. The history is not empty.
std::size_t best_index(std::span<const EpochRecord> history);

// True when the last `patience_epochs` records are no better than one before them. 0 is endless patience.
bool out_of_patience(std::span<const EpochRecord> history, std::int32_t patience_epochs);

}  // namespace mote::trainer
