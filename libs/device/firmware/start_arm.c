/* Vector table and reset of every Cortex-M. A fault ends the run with status 125. */
#include <stdint.h>

#include "semihost.h"

extern uint32_t __data_load[], __data_start[], __data_end[], __bss_start[], __bss_end[], __stack_top[];

enum { STATUS_FAULT = 125 };

int main(void);
void firmware_reset(void);

static void fault(void) {
  semihost_print("FAULT\n");
  semihost_exit(STATUS_FAULT);
}

void firmware_reset(void) {
#if __ARM_ARCH >= 7 && defined(__ARM_FP)
  *(volatile uint32_t*)0xE000ED88u |= 0xFu << 20; /* CPACR: floating point and vectors on */
  __asm__ volatile("dsb\nisb" ::: "memory");
#endif
  const uint32_t* from = __data_load;
  for (uint32_t* to = __data_start; to < __data_end; to++) *to = *from++;
  for (uint32_t* to = __bss_start; to < __bss_end; to++) *to = 0;
  const int status = main();
  semihost_print("END\n");
  semihost_exit(status);
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16])(void) = {__extension__(void (*)(void))
                                                                                         __stack_top,
                                                                                     firmware_reset,
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
