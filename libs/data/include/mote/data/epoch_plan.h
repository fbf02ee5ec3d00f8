// Which clip stands where in which batch of which epoch: pure index computations, no data.
//
// An epoch is a stretch of an endless stream of shuffled rounds, so that every clip is used equally often and every
// batch is full. The order depends on the seed and the epoch alone: a resumed run asks for the same epoch and gets the
// same order.
#pragma once

#include <cstdint>
#include <vector>

#include "mote/data/manifest.h"

namespace mote::data {

enum class Balance : std::uint8_t {
  kNone,     // every clip equally often
  kClasses,  // every class equally often
};

struct EpochSettings {
  std::int64_t batch = 100;  // clips a batch, > 0
  Balance balance = Balance::kNone;
  double recorded_share = 0;  // of every batch, when there are recorded and generated clips, in (0, 1); 0 mixes them as
                              // they come. Rounded to whole clips, at least one of each kind
  std::uint64_t seed = 0;

  // Error(kInvalid) that names the setting.
  void validate() const;
};

// One place in a batch.
struct Pick {
  std::int64_t clip = 0;   // position in the lists given to EpochPlan
  std::int64_t visit = 0;  // how often the clip came before: visit modulo K chooses among K augmented passes
  bool operator==(const Pick&) const = default;
};

class EpochPlan {
 public:
  // `labels` and `origins` have one element for each clip. Errors: kInvalid for settings, empty or unequal lists.
  EpochPlan(const std::vector<std::int32_t>& labels, const std::vector<Origin>& origins, const EpochSettings& settings);

  // floor(clips / batch), at least 1.
  std::int64_t batches() const { return batches_; }
  std::int64_t batch() const { return settings_.batch; }

  // All picks of an epoch (>= 0), batch after batch: batches() * batch() of them.
  std::vector<Pick> epoch(std::int64_t epoch) const;

 private:
  // Clips that take turns in shuffled rounds.
  struct Deck {
    std::uint64_t key = 0;  // names its random stream
    std::vector<std::int64_t> clips;
  };
  // Decks that share `slots` places of each batch evenly.
  struct Lane {
    std::uint64_t key = 0;
    std::int64_t slots = 0;
    std::vector<Deck> decks;
  };
  void add_lane(const std::vector<std::int32_t>& labels, std::vector<std::int64_t> clips, std::int64_t slots);
  void deal(const Lane& lane, std::int64_t epoch, std::int64_t first_slot, std::vector<Pick>& picks) const;

  EpochSettings settings_;
  std::int64_t batches_ = 0;
  std::vector<Lane> lanes_;
};

}  // namespace mote::data
