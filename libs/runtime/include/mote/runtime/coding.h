/* How weights lie in flash where a kernel decodes them itself: narrow weights packed, sparse ones without their zeros.
 * Nothing is decoded into RAM. The planner packs (plan::coded_weights); mote_init proves that a table is whole.
 *
 * Each filter (index of the first axis) begins on a byte of its own; a depthwise layer is one filter, [KH,KW,C].
 *
 * Packed: value i of a filter lies in bits [i·b, (i+1)·b) of its bytes, the lowest bit first.
 *   S4       b = 4, two's complement. For filters of an even length the table of TensorFlow Lite's INT4
 *   TERNARY  b = 2, two's complement: 0, 1 or -1
 *   BINARY   b = 1: 0 is 1, 1 is -1
 *
 * Sparse: a filter is the number of its entries, 16 bits with the low byte first, then the entries. An entry is a gap
 * and a value: the position in the filter, 0 at its start, goes on by the gap, and the value is the weight there. A gap
 * that is too long is filled with entries of value 0. Source of the idea: Han, Mao, Dally, "Deep Compression" (2016),
 * section 2.
 *   SPARSE_S8       gaps below 16; pairs of entries in three bytes: the gaps (the first in the low half), value, value.
 *                   The number is even: an entry of gap 0 and value 0 is put behind
 *   SPARSE_S8_FAR   gaps below 256; an entry is two bytes: gap, value
 *   SPARSE_S4       gaps below 16; an entry is one byte: the value in the low half (two's complement), gap in the high
 */
#ifndef MOTE_RUNTIME_CODING_H_
#define MOTE_RUNTIME_CODING_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum mote_coding {
  MOTE_CODING_S4 = 1,
  MOTE_CODING_TERNARY = 2,
  MOTE_CODING_BINARY = 3,
  MOTE_CODING_SPARSE_S8 = 4,
  MOTE_CODING_SPARSE_S8_FAR = 5,
  MOTE_CODING_SPARSE_S4 = 6
} mote_coding;

/* Bits of a packed value; 0 for a sparse coding and for what is none. */
static inline int32_t mote_packed_bits(int32_t coding) {
  if (coding == MOTE_CODING_S4) return 4;
  if (coding == MOTE_CODING_TERNARY) return 2;
  return coding == MOTE_CODING_BINARY ? 1 : 0;
}

/* Value `index` of a packed filter. */
static inline int32_t mote_packed_weight(const uint8_t* filter, int32_t bits, int32_t index) {
  const int32_t first = index * bits;
  const uint32_t field = (uint32_t)filter[first >> 3] << (32 - bits - (first & 7));
  const int32_t value = (int32_t)field >> (32 - bits);
  return bits == 1 ? 2 * value + 1 : value;
}

#ifdef __cplusplus
}
#endif

#endif /* MOTE_RUNTIME_CODING_H_ */
