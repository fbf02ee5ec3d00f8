// How far a kernel's output may lie over an input, from the order in which it reads and writes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "mote/plan/kernel_option.h"
#include "mote/runtime/types.h"

namespace mote::plan {

// Accesses of a kernel, told from the last to the first, as offsets into the input and the output. A byte that is
// written before an input byte is read must not be that byte, so that
//   input address - output address >= 1 + the greatest (written offset - read offset) of such pairs,
// and one less would destroy an input byte that is still to be read.
class AccessTrace {
 public:
  // Reads input bytes from `begin` on.
  void read(std::int64_t begin) { first_read_ = std::min(first_read_, begin); }
  // Writes output bytes up to `end`.
  void write(std::int64_t end) {
    if (first_read_ != kNothingRead) least_distance_ = std::max(least_distance_, end - first_read_);
  }
  // Copies by a routine that wants its operands apart.
  void copy(std::int64_t read_begin, std::int64_t write_end) {
    read(read_begin);
    write(write_end);
  }

  // `input` is the index among the node's inputs. Below -input_bytes the two lie apart anyway.
  Overlap overlap(std::int32_t input, std::int64_t input_bytes) const {
    return {input, std::max(least_distance_, -input_bytes), 1};
  }

 private:
  static constexpr std::int64_t kNothingRead = std::numeric_limits<std::int64_t>::max();

  std::int64_t first_read_ = kNothingRead;
  std::int64_t least_distance_ = std::numeric_limits<std::int64_t>::min();
};

// The first input cell (in scan order) that output cell (y, x) of a window reads.
std::int64_t first_cell(const mote_window& window, std::int32_t y, std::int32_t x);

// Calls visit(cell, first input cell) for each output cell, last to first.
template <class Visit>
void visit_cells_backwards(const mote_window& window, Visit visit) {
  for (std::int32_t y = window.output_h - 1; y >= 0; --y) {
    for (std::int32_t x = window.output_w - 1; x >= 0; --x)
      visit(std::int64_t{y} * window.output_w + x, first_cell(window, y, x));
  }
}

}  // namespace mote::plan
