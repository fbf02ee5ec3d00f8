// Core of depthwise convolutions on Helium with kernels up to 3x3, stride 1 or 2, one channel at a time.
//
// Four input rows of a channel lie side by side in a strip, [column][4 rows], so that sixteen bytes hold four columns
// and VMLADAV sums a whole window at once. Rows are two to a step: row r lies in slot r mod 4, the next step fills the
// two slots that it no longer needs, and in odd steps the weights' halves are swapped instead of the data. Gather and
// scatter are the only instructions that know NHWC; exchanging their pitches transposes the plane, which is done where
// it wastes fewer columns.
//
// Stride 1: a load serves two columns and two rows by four placements of the weights. Register plan: q4 … q7 weights
// {row 0, row 0 one column on, row 1, row 1 one column on}, q0, q1 columns, then sums, q3 places of the outputs, q2
// result; r0, r2 … r12, lr sums; r1 strip, r3 multiplier, r5 output, r7 lanes left, r9 bias, r11 shift. 31 instructions
// for eight outputs. Stride 2: a load serves one output, 38 instructions for eight.
//
// Exactness: as helium_gemm.h. Where ties must fall away from zero (12 instructions more for eight outputs), the sign
// is taken by VQDMULH with one or, where the channel's shift is not to the right, with zero: floor(2·high·1 / 2^32) is
// -1 for negative numbers. Padded taps hold the input's zero point. A last row without partner is computed twice into
// one place; lanes behind the last column are not stored.
//
// In place: outputs of a channel touch bytes of that channel only where the distance is a multiple of the channels. A
// step has read all rows up to 2·step + 3 before it writes (the fill of the step comes first).
#pragma once

#include <cstdint>
#include <string>

#include "helium_gemm.h"
#include "mote/codegen/layer_kernels.h"

namespace mote::codegen::helium {

class StripCore {
 public:
  StripCore(std::int32_t stride, Rounding rounding) : stride_(stride), rounding_(rounding) {}

  std::string name() const;
  Core core() const;
  std::int64_t flash_bytes() const;
  // Of one channel of a plane. `edges`: pairs of input rows that are not both inside.
  struct Extent {
    std::int64_t rows, columns, input_columns, edges;
  };
  std::int64_t instructions(const Extent& extent) const;
  std::int64_t steps(std::int64_t rows) const { return stride_ == 1 ? (rows + 1) / 2 : rows; }
  // Bytes of the strip for `columns` outputs.
  std::int64_t strip_bytes(std::int64_t columns) const;

 private:
  bool general() const { return rounding_ != Rounding::kAboveZeroPoint; }
  std::string assembly() const;

  std::int32_t stride_;
  Rounding rounding_;
};

}  // namespace mote::codegen::helium
