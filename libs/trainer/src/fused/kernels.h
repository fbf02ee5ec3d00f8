// The hot kernels of the fused trainer: one table of functions for each instruction set, chosen once at run time.
//
// Channels are padded to whole vectors (padded_channels()) in every buffer that a kernel reads or writes as vectors
// (the padding holds zeros), and such buffers start on 64 bytes: no kernel has a tail. Free of other headers of mote
// and of the standard library's containers, because the files that implement it are compiled with flags of their own.
#pragma once

#include <cstdint>

namespace mote::trainer::fused {

// Dropout of a tile: row r, channel c is element first + r·channels + c of dropout_hash(). threshold 0: none.
struct DropoutTile {
  std::uint32_t key_low = 0;
  std::uint32_t key_high = 0;
  std::uint32_t threshold = 0;
  float scale = 1.0F;
  std::uint32_t first = 0;
  std::uint32_t channels = 0;
};

// How a stored value z is seen by those who read it: dropout(clamp(scale·z + offset, low, high)), scale and offset by
// channel. Where step is not 0, the clamped value is rounded (ties to even) and multiplied by it; low and high are then
// within ±2^21.
struct ViewTile {
  const float* scale = nullptr;
  const float* offset = nullptr;
  float low = 0;
  float high = 0;
  float step = 0;
  DropoutTile dropout;
};

enum class Finish : std::uint8_t {
  kStore,        // out = v
  kAdd,          // out += v
  kStatistics,   // out = v; sum += v - shift; weighted += (v - shift)²
  kGradient,     // out = v through the view's derivative; sum += out; weighted += out·(z - shift)
  kAddGradient,  // the same for v + out
};

// What becomes of results while they are still in registers: row m of the results goes to row rows[m] (m where rows is
// null) of `out`. z lies like out.
struct Epilogue {
  Finish finish = Finish::kStore;
  float* out = nullptr;
  std::int64_t stride = 0;  // floats from row to row of out and z
  const std::int32_t* rows = nullptr;
  const float* shift = nullptr;  // by channel
  float* sum = nullptr;          // by channel
  float* weighted = nullptr;     // by channel
  float* steps = nullptr;        // by channel: the gradient of the view's step is added to it; null for none
  const float* z = nullptr;
  ViewTile view;
};

// Sums of products over operands that are addressed by tables of offsets (in floats), so that one kernel serves every
// use:
//   gemm       v[m][j] = start[j] + Σ_k a[a_rows[m] + a_inner[k]]     · b[b_inner[k] + j]
//   depthwise  v[m][j] = start[j] + Σ_k a[a_rows[m] + a_inner[k] + j] · b[b_inner[k] + j]
// for m < rows, k < inner, j < columns. A forward pass sums over taps and channels, a gradient of weights over
// positions. The order of summation is k ascending, whatever m and rows are.
struct Contraction {
  const float* a = nullptr;
  const std::int32_t* a_rows = nullptr;
  const std::int32_t* a_inner = nullptr;
  const float* b = nullptr;
  const std::int32_t* b_inner = nullptr;
  const float* start = nullptr;  // null: zero
  std::int64_t rows = 0;
  std::int64_t inner = 0;
  std::int64_t columns = 0;  // a multiple of lanes
  Epilogue epilogue;
};

// Lines of positions, read one after the other and written with a gap of zeros behind each line (the border of a padded
// tile).
struct Lines {
  const float* from = nullptr;
  float* to = nullptr;
  std::int64_t lines = 0;
  std::int64_t length = 0;     // positions of a line
  std::int64_t to_length = 0;  // positions from the start of a line of `to` to the next, >= length
  std::int64_t channels = 0;   // a multiple of lanes
};

struct Kernels {
  const char* name;
  std::int32_t lanes;  // floats in a vector
  void (*gemm)(const Contraction&);
  void (*depthwise)(const Contraction&);
  // to = the view of from.
  void (*view)(const Lines&, const ViewTile&);
  // to = a·from + b·z + c, by channel: the gradient behind a batch norm. z lies like from.
  void (*blend)(const Lines&, const float* z, const float* a, const float* b, const float* c);
  // Rows of `columns` floats, one after the other, through an epilogue.
  void (*finish)(const float* from, std::int64_t rows, std::int64_t columns, const Epilogue&);
};

// Null where this build or this CPU lacks the instruction set.
const Kernels* avx512_kernels();
const Kernels* avx2_kernels();
const Kernels* neon_kernels();
const Kernels* portable_kernels();

// The best that this CPU has, or what override_kernels() named.
const Kernels& best_kernels();

// Channels with padding: whole vectors, of a narrower instruction set where that is enough for all of them.
std::int64_t padded_channels(const Kernels& kernels, std::int64_t channels);

// The kernels for rows of `columns` floats, a number that padded_channels() gave.
const Kernels& kernels_for(const Kernels& kernels, std::int64_t columns);

// For tests: the kernels of programs made from now on; null: the best again. Not to be called while programs are made.
void override_kernels(const Kernels* kernels);

}  // namespace mote::trainer::fused
