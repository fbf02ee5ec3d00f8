#include "mote/data/epoch_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "mote/base/error.h"
#include "mote/base/rng.h"
#include "mote/data/range.h"

namespace mote::data {
namespace {

// The order of one round of `count` cards.
std::vector<std::int64_t> shuffled(std::int64_t count, std::uint64_t seed, std::string_view purpose, std::uint64_t key,
                                   std::uint64_t round) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  Rng rng = Rng::derive(seed, purpose, {key, round});
  rng.shuffle(std::span(order));
  return order;
}

// An endless stream of shuffled rounds, read at ascending positions.
class Rounds {
 public:
  Rounds(std::int64_t count, std::uint64_t seed, std::string_view purpose, std::uint64_t key)
      : count_(count), seed_(seed), purpose_(purpose), key_(key) {}

  std::int64_t round_of(std::int64_t position) const { return position / count_; }
  std::int64_t at(std::int64_t position) {
    if (round_of(position) != round_) {
      round_ = round_of(position);
      order_ = shuffled(count_, seed_, purpose_, key_, static_cast<std::uint64_t>(round_));
    }
    return order_[static_cast<std::size_t>(position % count_)];
  }

 private:
  std::int64_t count_;
  std::uint64_t seed_;
  std::string_view purpose_;
  std::uint64_t key_;
  std::int64_t round_ = -1;
  std::vector<std::int64_t> order_;
};

}  // namespace

void EpochSettings::validate() const {
  check_number("train.batch", static_cast<double>(batch), 1, 1e6);
  check_number("train.recorded_share", recorded_share, 0, 1);
}

EpochPlan::EpochPlan(const std::vector<std::int32_t>& labels, const std::vector<Origin>& origins,
                     const EpochSettings& settings)
    : settings_(settings) {
  settings.validate();
  if (labels.empty() || labels.size() != origins.size()) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("[batches] wanted a label and an origin for each clip, got {} labels and {} origins: "
                            "give clips to train on",
                            labels.size(), origins.size()));
  }
  const auto clips = static_cast<std::int64_t>(labels.size());
  batches_ = std::max<std::int64_t>(1, clips / settings.batch);
  std::vector<std::int64_t> recorded;
  std::vector<std::int64_t> generated;
  for (std::int64_t i = 0; i < clips; ++i) {
    (origins[static_cast<std::size_t>(i)] == Origin::kRecorded ? recorded : generated).push_back(i);
  }
  const bool mixes = settings.recorded_share > 0 && settings.batch > 1 && !recorded.empty() && !generated.empty();
  if (!mixes) {
    recorded.insert(recorded.end(), generated.begin(), generated.end());
    add_lane(labels, std::move(recorded), settings.batch);
    return;
  }
  const auto wanted = std::llround(settings.recorded_share * static_cast<double>(settings.batch));
  const auto slots = std::clamp<std::int64_t>(wanted, 1, settings.batch - 1);
  add_lane(labels, std::move(recorded), slots);
  add_lane(labels, std::move(generated), settings.batch - slots);
}

void EpochPlan::add_lane(const std::vector<std::int32_t>& labels, std::vector<std::int64_t> clips, std::int64_t slots) {
  Lane lane{lanes_.size(), slots, {}};
  std::ranges::sort(clips);
  std::map<std::int32_t, std::vector<std::int64_t>> by_class;
  for (const std::int64_t clip : clips) {
    const bool balanced = settings_.balance == Balance::kClasses;
    by_class[balanced ? labels[static_cast<std::size_t>(clip)] : 0].push_back(clip);
  }
  for (auto& [label, members] : by_class) {
    lane.decks.push_back({lane.key << 32 | static_cast<std::uint32_t>(label), std::move(members)});
  }
  lanes_.push_back(std::move(lane));
}

// A lane's place p of all epochs belongs to the deck that a shuffled round of decks names, and takes that deck's next
// clip.
void EpochPlan::deal(const Lane& lane, std::int64_t epoch, std::int64_t first_slot, std::vector<Pick>& picks) const {
  const auto decks = static_cast<std::int64_t>(lane.decks.size());
  Rounds turns(decks, settings_.seed, "turns", lane.key);
  std::vector<Rounds> clips;
  for (const Deck& deck : lane.decks) {
    clips.emplace_back(static_cast<std::int64_t>(deck.clips.size()), settings_.seed, "shuffle", deck.key);
  }
  const std::int64_t first = epoch * batches_ * lane.slots;
  for (std::int64_t i = 0; i < batches_ * lane.slots; ++i) {
    const auto deck = static_cast<std::size_t>(turns.at(first + i));
    const std::int64_t position = (first + i) / decks;
    const std::int64_t chosen = clips[deck].at(position);
    const std::int64_t place = i / lane.slots * settings_.batch + first_slot + i % lane.slots;
    picks[static_cast<std::size_t>(place)] = {lane.decks[deck].clips[static_cast<std::size_t>(chosen)],
                                              clips[deck].round_of(position)};
  }
}

std::vector<Pick> EpochPlan::epoch(std::int64_t epoch) const {
  std::vector<Pick> picks(static_cast<std::size_t>(batches_ * settings_.batch));
  std::int64_t first_slot = 0;
  for (const Lane& lane : lanes_) {
    deal(lane, epoch, first_slot, picks);
    first_slot += lane.slots;
  }
  return picks;
}

}  // namespace mote::data
