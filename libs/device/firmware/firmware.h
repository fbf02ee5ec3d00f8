/* What a measured firmware calls: bytes in and out through files of the host, numbers to report, markers for the
   instruction counter, the stack's peak. The same names on every target; on the host stdio stands behind them. The
   program defines main(); what it returns is the run's exit status. Not for products: it needs an emulator. */
#ifndef MOTE_FIRMWARE_H
#define MOTE_FIRMWARE_H
#include <stdint.h>

/* The next bytes of the input. Fewer than asked for only at the input's end; 0 there. */
uint32_t firmware_read(void* bytes, uint32_t count);
/* Appends to the output. A full disk ends the run with status 124. */
void firmware_write(const void* bytes, uint32_t count);
/* A named number of the result. The name has no space. */
void firmware_report(const char* name, uint32_t value);

/* Instructions executed between the two calls are one region; regions are numbered in the order they run and are not
   nested. Neither call is counted, but for the return of the first and the branch to the second. */
void firmware_region_begin(void);
void firmware_region_end(void);

/* Runs work(context) and reports "stack_bytes": what it needed below its caller's frame, found by painting. Memory that
   is reserved and never written does not show. On the host it only runs the work. */
void firmware_measure_stack(void (*work)(void* context), void* context);

#endif
