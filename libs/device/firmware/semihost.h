/* Semihosting of Arm M-profile and RISC-V: the firmware asks the emulator to do input and output. */
#ifndef MOTE_SEMIHOST_H
#define MOTE_SEMIHOST_H
#include <stdint.h>

enum { SEMIHOST_READ = 1, SEMIHOST_WRITE = 5 }; /* modes "rb" and "wb" */

int32_t semihost_open(const char* name, uint32_t mode); /* negative: failed */
uint32_t semihost_read(int32_t file, void* bytes, uint32_t count);
uint32_t semihost_write(int32_t file, const void* bytes, uint32_t count);
void semihost_print(const char* text); /* to the emulator's standard error */
void semihost_exit(int status) __attribute__((noreturn));

#endif
