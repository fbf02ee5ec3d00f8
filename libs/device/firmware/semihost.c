#include "semihost.h"

/* Operations of "Semihosting for AArch32 and AArch64", Arm 2020; RISC-V takes the same numbers. */
enum { SYS_OPEN = 0x01, SYS_WRITE0 = 0x04, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_EXIT_EXTENDED = 0x20 };
enum { APPLICATION_EXIT = 0x20026 };

intptr_t semihost_call(uintptr_t operation, const void* arguments);

#if defined(__riscv)
/* The three instructions are the request only when uncompressed and on one page. */
__attribute__((naked, noinline, aligned(16))) intptr_t semihost_call(uintptr_t operation, const void* arguments) {
  (void)operation;
  (void)arguments;
  __asm__ volatile(
      ".option push\n.option norvc\n"
      "slli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\nret\n.option pop");
}
#else
__attribute__((noinline)) intptr_t semihost_call(uintptr_t operation, const void* arguments) {
  register uintptr_t r0 __asm__("r0") = operation;
  register const void* r1 __asm__("r1") = arguments;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return (intptr_t)r0;
}
#endif

static uintptr_t length_of(const char* text) {
  uintptr_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

int32_t semihost_open(const char* name, uint32_t mode) {
  const uintptr_t arguments[3] = {(uintptr_t)name, mode, length_of(name)};
  return (int32_t)semihost_call(SYS_OPEN, arguments);
}

/* Read and write answer with the number of bytes that were NOT moved. */
static uint32_t moved(intptr_t left, uint32_t count) {
  return left < 0 || (uintptr_t)left > count ? 0 : count - (uint32_t)left;
}

uint32_t semihost_read(int32_t file, void* bytes, uint32_t count) {
  const uintptr_t arguments[3] = {(uintptr_t)file, (uintptr_t)bytes, count};
  return moved(semihost_call(SYS_READ, arguments), count);
}

uint32_t semihost_write(int32_t file, const void* bytes, uint32_t count) {
  const uintptr_t arguments[3] = {(uintptr_t)file, (uintptr_t)bytes, count};
  return moved(semihost_call(SYS_WRITE, arguments), count);
}

void semihost_print(const char* text) {
  semihost_call(SYS_WRITE0, text);
}

void semihost_exit(int status) {
  const uintptr_t arguments[2] = {APPLICATION_EXIT, (uintptr_t)status};
  for (;;) semihost_call(SYS_EXIT_EXTENDED, arguments);
}
