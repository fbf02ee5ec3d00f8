// place(): greedy placement in many orders, each block at the lowest address that its neighbours allow.
#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "align.h"
#include "mote/base/rng.h"
#include "mote/plan/memory_map.h"

namespace mote::plan {
namespace {

constexpr std::uint64_t kSeed = 1;
// Bounds of the search, in comparisons of two blocks and in orders tried.
constexpr std::int64_t kMostComparisons = 12'000'000;
constexpr std::int64_t kMostOrders = 1500;
constexpr std::int64_t kMostDistances = 256;  // tried for a pair whose distance has a multiple

using Order = std::vector<std::size_t>;

struct Neighbour {
  std::size_t block;
  const SharedStep* shared;  // null: must lie apart
};

class Placer {
 public:
  Placer(std::span<Block> blocks, std::span<const SharedStep> shared) : blocks_(blocks), neighbours_(blocks.size()) {
    for (std::size_t a = 0; a < blocks.size(); ++a) {
      for (std::size_t b = 0; b < blocks.size(); ++b) {
        if (a != b && blocks[a].lives_with(blocks[b])) neighbours_[a].push_back({b, nullptr});
      }
    }
    for (const SharedStep& step : shared) {
      note(static_cast<std::size_t>(step.read), static_cast<std::size_t>(step.written), step);
      note(static_cast<std::size_t>(step.written), static_cast<std::size_t>(step.read), step);
    }
  }

  // Places the blocks in this order. Returns the end of the highest one.
  std::int64_t place_in(const Order& order) {
    placed_.assign(blocks_.size(), 0);
    std::int64_t end = 0;
    for (std::size_t index : order) {
      Block& block = blocks_[index];
      block.offset_bytes = lowest_offset(index);
      placed_[index] = 1;
      end = std::max(end, block.offset_bytes + block.size_bytes);
    }
    return end;
  }

  std::int64_t comparisons() const {
    std::int64_t sum = 1;
    for (const auto& list : neighbours_) sum += static_cast<std::int64_t>(list.size() * list.size());
    return sum;
  }

 private:
  void note(std::size_t of, std::size_t other, const SharedStep& step) {
    for (Neighbour& neighbour : neighbours_[of]) {
      if (neighbour.block == other) neighbour.shared = &step;
    }
  }

  bool fits_beside(std::size_t index, std::int64_t offset, const Neighbour& neighbour) const {
    const Block& other = blocks_[neighbour.block];
    const bool apart =
        offset + blocks_[index].size_bytes <= other.offset_bytes || other.offset_bytes + other.size_bytes <= offset;
    if (apart || neighbour.shared == nullptr) return apart;
    const SharedStep& step = *neighbour.shared;
    const bool is_read = static_cast<std::size_t>(step.read) == index;
    const std::int64_t distance = is_read ? offset - other.offset_bytes : other.offset_bytes - offset;
    return distance >= step.least_distance_bytes && distance % step.multiple_bytes == 0;
  }

  bool fits(std::size_t index, std::int64_t offset) const {
    return std::all_of(neighbours_[index].begin(), neighbours_[index].end(), [&](const Neighbour& neighbour) {
      return placed_[neighbour.block] == 0 || fits_beside(index, offset, neighbour);
    });
  }

  void try_offset(std::size_t index, std::int64_t offset, std::int64_t& best) const {
    const std::int64_t aligned = round_up(offset, blocks_[index].alignment_bytes);
    if (aligned >= 0 && aligned < best && fits(index, aligned)) best = aligned;
  }

  // The least allowed offset is 0, or the end of a neighbour, or one that a shared step allows.
  std::int64_t lowest_offset(std::size_t index) const {
    std::int64_t best = std::numeric_limits<std::int64_t>::max();
    try_offset(index, 0, best);
    for (const Neighbour& neighbour : neighbours_[index]) {
      if (best == 0) break;
      if (placed_[neighbour.block] == 0) continue;
      const Block& other = blocks_[neighbour.block];
      try_offset(index, other.offset_bytes + other.size_bytes, best);
      if (neighbour.shared != nullptr) try_shared(index, other, *neighbour.shared, best);
    }
    return best;
  }

  void try_shared(std::size_t index, const Block& other, const SharedStep& step, std::int64_t& best) const {
    const bool is_read = static_cast<std::size_t>(step.read) == index;
    const std::int64_t least = round_up(step.least_distance_bytes, step.multiple_bytes);
    if (is_read) {
      for (std::int64_t k = 0; k < (step.multiple_bytes == 1 ? 1 : kMostDistances); ++k) {
        const std::int64_t offset = other.offset_bytes + least + k * step.multiple_bytes;
        if (offset >= best || offset >= other.offset_bytes + other.size_bytes) return;
        try_offset(index, offset, best);
      }
      return;
    }
    // The written block may lie anywhere below the distance: lowest first.
    const std::int64_t most = other.offset_bytes - least;
    const std::int64_t from = std::max<std::int64_t>(0, other.offset_bytes - blocks_[index].size_bytes);
    if (step.multiple_bytes == 1) return;  // then 0 or the end of another neighbour is the lowest
    const std::int64_t start = other.offset_bytes - round_down(other.offset_bytes - from, step.multiple_bytes);
    for (std::int64_t k = 0; k < kMostDistances; ++k) {
      const std::int64_t offset = start + k * step.multiple_bytes;
      if (offset > most || offset >= best) return;
      try_offset(index, offset, best);
    }
  }

  std::span<Block> blocks_;
  std::vector<std::vector<Neighbour>> neighbours_;
  std::vector<char> placed_;
};

// Blocks that a chain of shared steps puts at one address, as one block that lives as long as all of them.
class SameAddress {
 public:
  SameAddress(std::span<Block> blocks, std::span<const SharedStep> shared) : blocks_(blocks), head_(blocks.size()) {
    std::iota(head_.begin(), head_.end(), std::size_t{0});
    std::vector<const SharedStep*> in_order;
    for (const SharedStep& step : shared) in_order.push_back(&step);
    std::stable_sort(in_order.begin(), in_order.end(), [&](const SharedStep* a, const SharedStep* b) {
      return written(*a).first_step < written(*b).first_step;
    });
    for (const SharedStep* step : in_order) join(*step);
  }

  std::int64_t place() {
    std::vector<std::size_t> heads;
    std::vector<Block> joint;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (head_[i] == i) {
        heads.push_back(i);
        joint.push_back(blocks_[i]);
        joint.back().last_step = last_step(i);
      }
    }
    const std::int64_t arena_bytes = place_by_size(joint);
    for (std::size_t i = 0; i < heads.size(); ++i) blocks_[heads[i]].offset_bytes = joint[i].offset_bytes;
    for (std::size_t i = 0; i < blocks_.size(); ++i) blocks_[i].offset_bytes = blocks_[head_[i]].offset_bytes;
    return arena_bytes;
  }

 private:
  const Block& written(const SharedStep& step) const { return blocks_[static_cast<std::size_t>(step.written)]; }

  void join(const SharedStep& step) {
    const auto read = static_cast<std::size_t>(step.read);
    const auto target = static_cast<std::size_t>(step.written);
    const bool fits = written(step).size_bytes <= blocks_[read].size_bytes;
    if (head_[target] == target && fits && step.least_distance_bytes <= 0) head_[target] = head_[read];
  }

  std::int32_t last_step(std::size_t head) const {
    std::int32_t last = 0;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (head_[i] == head) last = std::max(last, blocks_[i].last_step);
    }
    return last;
  }

  std::span<Block> blocks_;
  std::vector<std::size_t> head_;
};

Order by_size(std::span<const Block> blocks) {
  Order order(blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return blocks[a].size_bytes > blocks[b].size_bytes; });
  return order;
}

// Last first: each block that a step reads finds the block that the step writes in place and lies as little above it as
// allowed, so that a chain slides through memory.
Order backwards(std::span<const Block> blocks) {
  Order order(blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return blocks[a].first_step > blocks[b].first_step; });
  return order;
}

std::vector<std::int64_t> offsets_of(std::span<const Block> blocks) {
  std::vector<std::int64_t> offsets;
  for (const Block& block : blocks) offsets.push_back(block.offset_bytes);
  return offsets;
}

// Keeps the lowest placement that it is shown.
struct Best {
  std::int64_t end_bytes;
  std::vector<std::int64_t> offsets;

  void show(std::int64_t end, std::span<const Block> blocks) {
    if (end >= end_bytes) return;
    end_bytes = end;
    offsets = offsets_of(blocks);
  }
};

// Exchanges two blocks of the order at a time and keeps the exchange unless the arena grows.
void climb(Placer& placer, std::span<Block> blocks, Order order, std::int64_t bound, Best& best) {
  const std::int64_t orders = std::min(kMostOrders, kMostComparisons / placer.comparisons());
  Rng rng = Rng::derive(kSeed, "placement");
  std::int64_t current = placer.place_in(order);
  for (std::int64_t i = 0; i < orders && best.end_bytes > bound; ++i) {
    Order next = order;
    const std::size_t from = rng.below(next.size());
    const std::size_t to = rng.below(next.size());
    const std::size_t moved = next[from];
    next.erase(next.begin() + static_cast<std::ptrdiff_t>(from));
    next.insert(next.begin() + static_cast<std::ptrdiff_t>(to), moved);
    const std::int64_t end = placer.place_in(next);
    best.show(end, blocks);
    if (end > current) continue;
    current = end;
    order = std::move(next);
  }
}

}  // namespace

std::int64_t place(std::span<Block> blocks, std::span<const SharedStep> shared) {
  if (blocks.empty()) return 0;
  const std::int64_t bound = lower_bound_bytes(blocks, shared);
  Best best{SameAddress(blocks, shared).place(), {}};
  best.offsets = offsets_of(blocks);
  Placer placer(blocks, shared);
  const Order size_order = by_size(blocks);
  const Order time_order = backwards(blocks);
  for (const Order* order : {&size_order, &time_order}) {
    if (best.end_bytes > bound) best.show(placer.place_in(*order), blocks);
  }
  for (const Order* order : {&size_order, &time_order}) climb(placer, blocks, *order, bound, best);
  for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i].offset_bytes = best.offsets[i];
  return round_up(best.end_bytes, kArenaAlignmentBytes);
}

}  // namespace mote::plan
