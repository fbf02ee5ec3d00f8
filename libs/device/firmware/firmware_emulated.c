/* firmware.h over semihosting. */
#include "firmware.h"
#include "semihost.h"

#define STACK_PAINT 0xC5C5A11Cu /* as in paint_stack() */
enum { STATUS_IO = 124 };

extern uint32_t __stack_limit[], __stack_top[];

static int32_t open_once(int32_t* file, const char* name, uint32_t mode) {
  if (*file == 0) *file = semihost_open(name, mode);
  if (*file < 0) {
    semihost_print("a file cannot be opened\n");
    semihost_exit(STATUS_IO);
  }
  return *file;
}

uint32_t firmware_read(void* bytes, uint32_t count) {
  static int32_t file;
  return semihost_read(open_once(&file, "input.bin", SEMIHOST_READ), bytes, count);
}

void firmware_write(const void* bytes, uint32_t count) {
  static int32_t file;
  if (semihost_write(open_once(&file, "output.bin", SEMIHOST_WRITE), bytes, count) == count) return;
  semihost_print("the output cannot be written\n");
  semihost_exit(STATUS_IO);
}

void firmware_report(const char* name, uint32_t value) {
  char digits[12];
  int at = 11;
  digits[at] = 0;
  digits[--at] = '\n';
  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  semihost_print("report ");
  semihost_print(name);
  semihost_print(" ");
  semihost_print(digits + at);
}

__attribute__((noinline, used)) void firmware_region_begin(void) {
  __asm__ volatile("" ::: "memory");
}
__attribute__((noinline, used)) void firmware_region_end(void) {
  __asm__ volatile("" ::: "memory");
}

/* Paints from the stack's limit to the stack pointer and returns it. In assembly and without a frame, because a
   compiler may push after it has read the stack pointer and would then paint over its own return address. */
#if defined(__riscv)
__attribute__((naked, noinline)) static uintptr_t paint_stack(void) {
  __asm__ volatile(
      "la a1, __stack_limit\nli a2, 0xC5C5A11C\n"
      "1: bgeu a1, sp, 2f\nsw a2, 0(a1)\naddi a1, a1, 4\nj 1b\n2: mv a0, sp\nret");
}
#else
__attribute__((naked, noinline)) static uintptr_t paint_stack(void) {
  __asm__ volatile(
      ".syntax unified\nldr r1, =__stack_limit\nldr r2, =0xC5C5A11C\nmov r0, sp\nb 2f\n"
      "1: str r2, [r1]\nadds r1, #4\n2: cmp r1, r0\nblo 1b\nbx lr\n.ltorg");
}
#endif

__attribute__((noinline)) void firmware_measure_stack(void (*work)(void* context), void* context) {
  const uintptr_t top = paint_stack();
  work(context);
  const volatile uint32_t* lowest = __stack_limit;
  while (lowest < __stack_top && *lowest == STACK_PAINT) lowest++;
  firmware_report("stack_bytes", top > (uintptr_t)lowest ? (uint32_t)(top - (uintptr_t)lowest) : 0);
}
