/* The loops that take most of a frame. On Armv6-M (Cortex-M0, M0+) they are assembly, because a compiler runs out of
 * the eight registers that instructions can reach: 90 instructions a butterfly where GCC 12 takes 140. The C is the
 * definition, and both have the same bits (tests/unit/dsp/embedded). */
#include "mote_fixed_fft.h"

#if defined(__ARM_ARCH_6M__) && defined(__GNUC__) && !defined(MOTE_PORTABLE)

/* Registers of a butterfly: r0 walks over the legs x2, x3, x1, x0 and, for the results, x0, x2, x1, x3; r7 reads
 * twiddles. r8 to r12 hold its steps in bytes, with S = 8 span: S - 8, -2S - 8, -S - 8, 2S - 8, -S. lr: half of the
 * last place of a turned leg. Stack: 0 to 12 sums of the outer legs, 16 twiddle pointer, 20 its step, 24 and 32 shifts,
 * 28 half of the last place of x0, 36 end of the group, 40 twiddles, 44 4S, 48 end of the data. */
#define MOTE_TURN /* (r2, r6) = (r0)(cos - i sin) >> shift */ \
  "ldm r0!, {r1, r2}\n"                                       \
  "ldm r7!, {r3, r4, r5}\n"                                   \
  "adds r6, r1, r2\n"                                         \
  "muls r6, r3\n"                                             \
  "add r6, lr\n"                                              \
  "muls r2, r4\n"                                             \
  "muls r1, r5\n"                                             \
  "adds r2, r2, r6\n"                                         \
  "subs r6, r6, r1\n"                                         \
  "ldr r3, [sp, #24]\n"                                       \
  "asrs r2, r3\n"                                             \
  "asrs r6, r3\n"

__asm__(
    ".syntax unified\n"
    ".section .text.mote_fixed_radix4, \"ax\", %progbits\n"
    ".balign 4\n"
    ".global mote_fixed_radix4\n"
    ".type mote_fixed_radix4, %function\n"
    ".thumb_func\n"
    "mote_fixed_radix4:\n"
    "push {r4, r5, r6, r7, lr}\n"
    "mov r4, r8\n"
    "mov r5, r9\n"
    "mov r6, r10\n"
    "mov r7, r11\n"
    "push {r4, r5, r6, r7}\n"
    "sub sp, #52\n"
    "str r1, [sp, #40]\n"
    "lsls r3, r3, #3\n"
    "lsls r2, r2, #3\n"
    "adds r2, r0, r2\n"
    "mov r4, r3\n"
    "subs r4, #8\n"
    "mov r8, r4\n"
    "lsls r5, r3, #1\n"
    "mov r4, r5\n"
    "subs r4, #8\n"
    "mov r11, r4\n"
    "rsbs r4, r3, #0\n"
    "mov r12, r4\n"
    "subs r4, #8\n"
    "mov r10, r4\n"
    "subs r4, r4, r3\n"
    "mov r9, r4\n"
    "lsls r4, r3, #2\n"
    "str r4, [sp, #44]\n"
    "ldr r4, [sp, #88]\n" /* stride: a butterfly has read one entry of 36 bytes */
    "movs r6, #36\n"
    "muls r4, r6\n"
    "subs r4, #36\n"
    "str r4, [sp, #20]\n"
    "ldr r4, [sp, #92]\n" /* shift */
    "str r4, [sp, #32]\n"
    "movs r6, #1\n"
    "lsls r6, r4\n"
    "lsrs r6, r6, #1\n"
    "str r6, [sp, #28]\n"
    "adds r4, #14\n" /* MOTE_FIXED_TWIDDLE_BITS */
    "str r4, [sp, #24]\n"
    "subs r4, #1\n"
    "movs r6, #1\n"
    "lsls r6, r4\n"
    "mov lr, r6\n"
    "adds r0, r0, r5\n"
    "adds r2, r2, r5\n"
    "str r2, [sp, #48]\n"
    "1:\n" /* a group, r0 at x2 */
    "mov r4, r12\n"
    "subs r4, r0, r4\n"
    "str r4, [sp, #36]\n"
    "ldr r7, [sp, #40]\n"
    "2:\n" /* a butterfly: c = x2 turned */
    MOTE_TURN
    "str r2, [sp, #0]\n"
    "str r6, [sp, #4]\n"
    "add r0, r8\n" /* d = x3 turned */
    MOTE_TURN
    "ldr r1, [sp, #0]\n"
    "ldr r3, [sp, #4]\n"
    "adds r4, r1, r2\n" /* c + d */
    "subs r5, r2, r1\n" /* -i (c - d) */
    "adds r1, r3, r6\n"
    "subs r3, r3, r6\n"
    "str r4, [sp, #0]\n"
    "str r1, [sp, #4]\n"
    "str r3, [sp, #8]\n"
    "str r5, [sp, #12]\n"
    "add r0, r9\n" /* b = x1 turned */
    MOTE_TURN
    "add r0, r10\n" /* a = x0 scaled */
    "ldm r0!, {r1, r3}\n"
    "ldr r4, [sp, #28]\n"
    "ldr r5, [sp, #32]\n"
    "adds r1, r1, r4\n"
    "adds r3, r3, r4\n"
    "asrs r1, r5\n"
    "asrs r3, r5\n"
    "adds r4, r1, r2\n" /* a + b in (r4, r5), a - b in (r1, r3) */
    "subs r1, r1, r2\n"
    "adds r5, r3, r6\n"
    "subs r3, r3, r6\n"
    "str r7, [sp, #16]\n"
    "ldr r6, [sp, #0]\n"
    "ldr r7, [sp, #4]\n"
    "adds r2, r4, r6\n"
    "subs r4, r4, r6\n"
    "adds r6, r5, r7\n"
    "subs r5, r5, r7\n"
    "subs r0, #8\n"
    "stm r0!, {r2, r6}\n" /* x0 */
    "add r0, r11\n"
    "stm r0!, {r4, r5}\n" /* x2 */
    "ldr r2, [sp, #8]\n"
    "ldr r4, [sp, #12]\n"
    "adds r5, r1, r2\n"
    "subs r1, r1, r2\n"
    "adds r6, r3, r4\n"
    "subs r3, r3, r4\n"
    "add r0, r10\n"
    "stm r0!, {r5, r6}\n" /* x1 */
    "add r0, r11\n"
    "stm r0!, {r1, r3}\n" /* x3 */
    "add r0, r12\n"
    "ldr r7, [sp, #16]\n"
    "ldr r1, [sp, #20]\n"
    "adds r7, r7, r1\n"
    "ldr r1, [sp, #36]\n"
    "cmp r0, r1\n"
    "bne 2b\n"
    "ldr r1, [sp, #44]\n"
    "adds r0, r0, r1\n"
    "add r0, r12\n"
    "ldr r1, [sp, #48]\n"
    "cmp r0, r1\n"
    "bne 1b\n"
    "add sp, #52\n"
    "pop {r4, r5, r6, r7}\n"
    "mov r8, r4\n"
    "mov r9, r5\n"
    "mov r10, r6\n"
    "mov r11, r7\n"
    "pop {r4, r5, r6, r7, pc}\n"
    ".size mote_fixed_radix4, . - mote_fixed_radix4\n"
    ".text\n");

__asm__(
    ".syntax unified\n"
    ".section .text.mote_fixed_seen_bits, \"ax\", %progbits\n"
    ".balign 4\n"
    ".global mote_fixed_seen_bits\n"
    ".type mote_fixed_seen_bits, %function\n"
    ".thumb_func\n"
    "mote_fixed_seen_bits:\n"
    "push {r4, r5, r6, r7, lr}\n"
    "lsls r1, r1, #2\n"
    "adds r7, r0, r1\n"
    "movs r1, #0\n"
    "1:\n"
    "ldm r0!, {r2, r3, r4, r5}\n"
    "asrs r6, r2, #31\n"
    "eors r2, r6\n"
    "orrs r1, r2\n"
    "asrs r6, r3, #31\n"
    "eors r3, r6\n"
    "orrs r1, r3\n"
    "asrs r6, r4, #31\n"
    "eors r4, r6\n"
    "orrs r1, r4\n"
    "asrs r6, r5, #31\n"
    "eors r5, r6\n"
    "orrs r1, r5\n"
    "cmp r0, r7\n"
    "bne 1b\n"
    "mov r0, r1\n"
    "pop {r4, r5, r6, r7, pc}\n"
    ".size mote_fixed_seen_bits, . - mote_fixed_seen_bits\n"

    /* Two samples a word: bits that differ from their neighbour in w ^ 2w, of which bits 0 and 16 mean nothing. */
    ".section .text.mote_fixed_seen_sample_bits, \"ax\", %progbits\n"
    ".balign 4\n"
    ".global mote_fixed_seen_sample_bits\n"
    ".type mote_fixed_seen_sample_bits, %function\n"
    ".thumb_func\n"
    "mote_fixed_seen_sample_bits:\n"
    "push {r4, r5, r6, r7, lr}\n"
    "lsls r1, r1, #1\n"
    "adds r7, r0, r1\n"
    "movs r1, #0\n"
    "1:\n"
    "ldm r0!, {r2, r3, r4, r5}\n"
    "lsls r6, r2, #1\n"
    "eors r2, r6\n"
    "orrs r1, r2\n"
    "lsls r6, r3, #1\n"
    "eors r3, r6\n"
    "orrs r1, r3\n"
    "lsls r6, r4, #1\n"
    "eors r4, r6\n"
    "orrs r1, r4\n"
    "lsls r6, r5, #1\n"
    "eors r5, r6\n"
    "orrs r1, r5\n"
    "cmp r0, r7\n"
    "bne 1b\n"
    "lsrs r0, r1, #16\n"
    "orrs r0, r1\n"
    "lsls r0, r0, #16\n"
    "lsrs r0, r0, #17\n"
    "pop {r4, r5, r6, r7, pc}\n"
    ".size mote_fixed_seen_sample_bits, . - mote_fixed_seen_sample_bits\n"
    ".text\n");

/* r0 walks up the spectrum, r1 down, r2 reads twiddles. r8, r9: 2E; r10: half of the last places; r11: where the
 * next power goes; r12: end of r0. */
__asm__(
    ".syntax unified\n"
    ".section .text.mote_fixed_bin_powers, \"ax\", %progbits\n"
    ".balign 4\n"
    ".global mote_fixed_bin_powers\n"
    ".type mote_fixed_bin_powers, %function\n"
    ".thumb_func\n"
    "mote_fixed_bin_powers:\n"
    "push {r4, r5, r6, r7, lr}\n"
    "mov r4, r8\n"
    "mov r5, r9\n"
    "mov r6, r10\n"
    "mov r7, r11\n"
    "push {r4, r5, r6, r7}\n"
    "ldr r4, [sp, #36]\n" /* power */
    "mov r11, r4\n"
    "lsls r3, r3, #3\n"
    "adds r3, r0, r3\n"
    "mov r12, r3\n"
    "movs r4, #5\n"
    "lsls r4, r4, #13\n"
    "mov r10, r4\n"
    "1:\n"
    "ldm r0!, {r3, r4}\n"
    "ldr r5, [r1]\n"
    "ldr r6, [r1, #4]\n"
    "subs r1, #8\n"
    "adds r7, r3, r5\n"
    "subs r5, r5, r3\n" /* 2 O: r4, r5 */
    "subs r3, r4, r6\n"
    "adds r4, r4, r6\n"
    "mov r8, r7\n"
    "mov r9, r3\n"
    "adds r6, r4, r5\n"
    "ldm r2!, {r3}\n"
    "muls r6, r3\n"
    "add r6, r10\n"
    "ldm r2!, {r3, r7}\n"
    "muls r4, r7\n"
    "muls r3, r5\n"
    "adds r5, r3, r6\n"
    "subs r6, r6, r4\n"
    "asrs r5, r5, #14\n" /* MOTE_FIXED_TWIDDLE_BITS */
    "asrs r6, r6, #14\n"
    "add r5, r8\n"
    "add r6, r9\n"
    "asrs r5, r5, #2\n"
    "asrs r6, r6, #2\n"
    "muls r5, r5\n"
    "muls r6, r6\n"
    "adds r5, r5, r6\n"
    "mov r3, r11\n"
    "stm r3!, {r5}\n"
    "mov r11, r3\n"
    "cmp r0, r12\n"
    "bne 1b\n"
    "pop {r4, r5, r6, r7}\n"
    "mov r8, r4\n"
    "mov r9, r5\n"
    "mov r10, r6\n"
    "mov r11, r7\n"
    "pop {r4, r5, r6, r7, pc}\n"
    ".size mote_fixed_bin_powers, . - mote_fixed_bin_powers\n"
    ".text\n");

#else

/* x (cos - i sin) / 2^shift with three products. The sums of products fit 32 bits, what is between them need not: it is
 * taken modulo 2^32. */
static inline void turn(const int32_t* x, const int32_t* w, int32_t shift, int32_t* re, int32_t* im) {
  const uint32_t a = (uint32_t)x[0];
  const uint32_t b = (uint32_t)x[1];
  const uint32_t common = (a + b) * (uint32_t)w[0] + (UINT32_C(1) << (shift - 1));
  *re = (int32_t)(common + b * (uint32_t)w[1]) >> shift;
  *im = (int32_t)(common - a * (uint32_t)w[2]) >> shift;
}

static inline void butterfly(int32_t* x, int32_t span, const int32_t* w, int32_t shift) {
  int32_t* const x1 = x + 2 * span;
  int32_t* const x2 = x1 + 2 * span;
  int32_t* const x3 = x2 + 2 * span;
  const int32_t half = (1 << shift) >> 1;
  const int32_t a_re = (x[0] + half) >> shift;
  const int32_t a_im = (x[1] + half) >> shift;
  int32_t b_re, b_im, c_re, c_im, d_re, d_im;
  turn(x2, w, MOTE_FIXED_TWIDDLE_BITS + shift, &c_re, &c_im);
  turn(x3, w + 3, MOTE_FIXED_TWIDDLE_BITS + shift, &d_re, &d_im);
  turn(x1, w + 6, MOTE_FIXED_TWIDDLE_BITS + shift, &b_re, &b_im);
  x[0] = a_re + b_re + (c_re + d_re);
  x[1] = a_im + b_im + (c_im + d_im);
  x1[0] = a_re - b_re + (c_im - d_im);
  x1[1] = a_im - b_im - (c_re - d_re);
  x2[0] = a_re + b_re - (c_re + d_re);
  x2[1] = a_im + b_im - (c_im + d_im);
  x3[0] = a_re - b_re - (c_im - d_im);
  x3[1] = a_im - b_im + (c_re - d_re);
}

void mote_fixed_radix4(int32_t* data, const int32_t* twiddle, int32_t points, int32_t span, int32_t stride,
                       int32_t shift) {
  int32_t* const end = data + 2 * points;
  int32_t j;
  for (; data < end; data += 8 * span) {
    for (j = 0; j < span; ++j) butterfly(data + 2 * j, span, twiddle + 9 * stride * j, shift);
  }
}

uint32_t mote_fixed_seen_bits(const int32_t* x, int32_t count) {
  int32_t seen = 0;
  int32_t i;
  for (i = 0; i < count; ++i) seen |= x[i] ^ (x[i] >> 31);
  return (uint32_t)seen;
}

uint32_t mote_fixed_seen_sample_bits(const int16_t* x, int32_t count) {
  int32_t seen = 0;
  int32_t i;
  for (i = 0; i < count; ++i) seen |= x[i] ^ (x[i] >> 15);
  return (uint32_t)seen;
}

/* X[k] = E + w^k O with 2E = Z[k] + conj Z[n - k], 2O = -i (Z[k] - conj Z[n - k]), for n points of half the size. */
static inline uint32_t bin_power(const int32_t* a, const int32_t* b, const int32_t* w) {
  /* Half of the last place of a turned value, and of X/2 = 2X / 4. */
  const uint32_t half = (UINT32_C(1) << (MOTE_FIXED_TWIDDLE_BITS - 1)) + (UINT32_C(2) << MOTE_FIXED_TWIDDLE_BITS);
  const uint32_t odd_re = (uint32_t)(a[1] + b[1]);
  const uint32_t odd_im = (uint32_t)(b[0] - a[0]);
  const uint32_t common = (odd_re + odd_im) * (uint32_t)w[0] + half;
  const int32_t turned_re = (int32_t)(common + odd_im * (uint32_t)w[1]) >> MOTE_FIXED_TWIDDLE_BITS;
  const int32_t turned_im = (int32_t)(common - odd_re * (uint32_t)w[2]) >> MOTE_FIXED_TWIDDLE_BITS;
  const int32_t re = (a[0] + b[0] + turned_re) >> 2;
  const int32_t im = (a[1] - b[1] + turned_im) >> 2;
  return (uint32_t)(re * re) + (uint32_t)(im * im);
}

void mote_fixed_bin_powers(const int32_t* up, const int32_t* down, const int32_t* twiddle, int32_t count,
                           uint32_t* power) {
  uint32_t* const end = power + count;
  for (; power < end; up += 2, down -= 2, twiddle += 3) *power++ = bin_power(up, down, twiddle);
}

#endif
