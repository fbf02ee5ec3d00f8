/* Pushes the samples of tables.h through the stream in chunks of 100 and compares each new frame. Exit status by
 * semihosting: 0 when all are equal, 1 when one differs, 2 when a frame lacks, 125 after a fault. Where there is a
 * SysTick it prints the ticks of the frame that took longest. */
#include "tables.h"

enum { SYS_WRITE0 = 4, SYS_EXIT_EXTENDED = 0x20 };

static intptr_t semihost(uintptr_t operation, const void* argument);
int main(void);

static _Noreturn void leave(int status) {
  const uintptr_t block[2] = {0x20026, (uintptr_t)status};
  for (;;) semihost(SYS_EXIT_EXTENDED, block);
}

#if defined(__arm__)
extern uint32_t stack_top[];

static intptr_t semihost(uintptr_t operation, const void* argument) {
  register uintptr_t r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return (intptr_t)r0;
}

static void fault(void) {
  leave(125);
}
static void reset(void) {
  leave(main());
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {(void (*)(void))stack_top,
                                                                                     reset,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault,
                                                                                     fault};

#define SYSTICK ((volatile uint32_t*)0xE000E010u)
static void start_ticks(void) {
  SYSTICK[1] = 0xffffffu;
  SYSTICK[2] = 0;
  SYSTICK[0] = 5;
}
static uint32_t ticks(void) {
  return 0xffffffu - SYSTICK[2];
}
#else
/* A trap must end the run too: mtvec points to the same exit. */
__asm__(
    ".option arch, +zicsr\n"
    ".section .vectors, \"ax\"\n"
    ".global _start\n"
    "_start:\n"
    ".option norelax\n"
    "la sp, stack_top\n"
    "la t0, trap\n"
    "csrw mtvec, t0\n"
    "call main\n"
    "call leave_main\n"
    ".balign 4\n"
    "trap:\n"
    "la sp, stack_top\n"
    "li a0, 125\n"
    "call leave_main\n"
    ".text\n");
__attribute__((used)) void leave_main(int status) {
  leave(status);
}

static intptr_t semihost(uintptr_t operation, const void* argument) {
  register uintptr_t a0 __asm__("a0") = operation;
  register const void* a1 __asm__("a1") = argument;
  __asm__ volatile(".balign 16\n.option push\n.option norvc\nslli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n.option pop"
                   : "+r"(a0)
                   : "r"(a1)
                   : "memory");
  return (intptr_t)a0;
}
static void start_ticks(void) {}
static uint32_t ticks(void) {
  return 0;
}
#endif

static void print_number(uint32_t x) {
  char text[12];
  int at = 11;
  text[at] = 0;
  text[--at] = '\n';
  do {
    text[--at] = (char)('0' + x % 10u);
    x /= 10u;
  } while (x != 0);
  semihost(SYS_WRITE0, text + at);
}

static int32_t memory[MEMORY_BYTES / 4];

int main(void) {
  mote_fixed_stream stream;
  int32_t at;
  int32_t compared = 0;
  int32_t equal = 1;
  uint32_t longest = 0;
  if (mote_fixed_stream_init(&stream, &settings, memory, sizeof memory) != MOTE_OK) return 2;
  for (at = 0; at < SAMPLE_COUNT; at += 100) {
    const int32_t count = SAMPLE_COUNT - at < 100 ? SAMPLE_COUNT - at : 100;
    int32_t frames = 0;
    uint32_t taken;
    int32_t c;
    start_ticks();
    (void)mote_fixed_stream_push(&stream, samples + at, count, &frames);
    taken = ticks();
    if (taken > longest) longest = taken;
    if (frames == 0) continue;
    for (c = 0; c < frontend.feature_count; ++c, ++compared) {
      if (mote_fixed_stream_newest(&stream)[c] != expected[compared]) equal = 0;
    }
  }
  print_number(longest);
  if (compared != EXPECTED_COUNT) return 2;
  return equal ? 0 : 1;
}
