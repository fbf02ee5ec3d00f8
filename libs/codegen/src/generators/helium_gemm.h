// Core of convolutions on Helium: two rows of K input bytes times groups of four filters.
//
// Registers: eight sums in the even registers r0, r2, … r12, lr, which is where VMLADAVA can put them; r1 rows, r3
// weights, r5 output, r7 biases and multipliers, r11 groups left, r9 zero point. q0, q1 hold sixteen inputs of each
// row, q2 … q5 sixteen weights of each filter, q7 the places of the eight outputs. Sixteen inputs take 14 instructions
// for 128 products. From 17 vectors on, rows are walked by two pointers (r1, r9), q6 holds the zero point, r11 counts
// turns of four vectors, and the end of the table of multipliers lies on the stack.
//
// Weights of four bits: a byte is 16·w_odd + w_even of two filters. It is multiplied as it is, for 16·S_odd + S_even,
// and once shifted left by four, for 16·S_even: two loads and two VSHL instead of four loads, and at the end of a group
// four SUB and two VSHR. For weights of -7 … 7, where 2^31 holds 17 times the greatest sum.
//
// Exactness. The sum is taken modulo 2^32 and its true value fits (checked when the plan is made), the input's zero
// point is part of the bias. VQRDMULH is floor((a·m + 2^30) / 2^31), m >= 0, in full width. VRSHL rounds ties up, the
// definition away from zero, which differs for negative ties only: the definition gives -k - 1 there and VRSHL -k, with
// k >= 0. Where the activation's least value is at or above the zero point, both end at the least value. Elsewhere the
// core subtracts one from negative numbers before VRSHL (lanes with shift 0 excepted, whose VRSHL does nothing): a tie
// -(k + 1/2) falls to -k - 1, and no other number, being at least one unit above the next tie below, changes.
// A left shift is made before VQRDMULH and excludes a right one. Saturation to 16 bits, addition of the zero point and
// saturation to 8 bits equal clamping to -128 … 127.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mote/codegen/layer_kernels.h"
#include "mote/runtime/types.h"

namespace mote::codegen::helium {

// How sums become outputs.
enum class Rounding : std::uint8_t {
  kAboveZeroPoint,  // the activation clamps at -128 = zero point and at 127: nothing to do beyond saturation
  kGeneral,         // ties away from zero, any bounds
  kAnyShift,        // the same, and some channels are shifted left before the multiplication
};

Rounding rounding_for(const mote_channel_scaling& scaling, mote_activation activation, std::int32_t output_zero_point);

// Filters as a layer has them: [filters][depth] in order of the gathered patch, and their requantization.
struct Filters {
  std::span<const std::int8_t> weights;
  std::span<const std::int32_t> bias;  // empty: none
  std::int64_t count = 0;
  std::int64_t depth = 0;
  mote_channel_scaling scaling{};
  std::int32_t input_zero_point = 0;
  bool has_nibbles = false;  // stored as two filters' weights in a byte

  std::int32_t folded_bias(std::int64_t filter) const;  // with the input's zero point in it
  std::int32_t multiplier(std::int64_t filter) const { return scaling.multipliers[index(filter)]; }
  std::int32_t shift(std::int64_t filter) const { return scaling.shifts[index(filter)]; }

 private:
  std::int64_t index(std::int64_t filter) const { return scaling.count == 1 ? 0 : filter; }
};

// Whether the filters can be stored as they want: nibbles hold no -8.
bool weights_fit(const Filters& filters);

class GemmCore {
 public:
  GemmCore(std::int64_t depth, Rounding rounding, bool has_nibbles);

  std::string name() const;
  Core core() const;
  std::int64_t flash_bytes() const;
  std::int64_t row_bytes() const { return 16 * vectors_; }                           // of each row, whole vectors
  std::int64_t group_bytes() const { return row_bytes() * (has_nibbles_ ? 2 : 4); }  // weights of four filters
  // Of one call with `groups` groups of four filters.
  std::int64_t instructions(std::int64_t groups) const;

 private:
  bool walks() const { return vectors_ > 16; }
  std::string assembly() const;
  std::string products() const;
  std::string walked_products() const;
  std::string epilogue() const;
  std::string_view load_weights() const;

  std::int64_t vectors_;
  Rounding rounding_;
  bool has_nibbles_;
};

struct Packed {
  std::vector<std::int8_t> weights;
  std::vector<std::int32_t> scaling;
};

// All filters in the core's order of use, four to a group. A number that is no multiple of four: the last group holds
// the last four, and where there are fewer than four, zeros behind them.
Packed pack(const Filters& filters);

// Appends the group of filters first … first + 3, those from `count` on being zero.
void append_group(const Filters& filters, std::int64_t first, Packed& packed);

}  // namespace mote::codegen::helium
