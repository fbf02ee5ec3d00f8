/* firmware.h over stdio, for programs that run on the host. */
#include <stdio.h>
#include <stdlib.h>

#include "firmware.h"

enum { STATUS_IO = 124 };

static FILE* open_once(FILE** file, const char* name, const char* mode) {
  if (*file == NULL) *file = fopen(name, mode);
  if (*file == NULL) {
    fputs("a file cannot be opened\n", stderr);
    _Exit(STATUS_IO);
  }
  return *file;
}

uint32_t firmware_read(void* bytes, uint32_t count) {
  static FILE* file;
  return (uint32_t)fread(bytes, 1, count, open_once(&file, "input.bin", "rb"));
}

void firmware_write(const void* bytes, uint32_t count) {
  static FILE* file;
  if (fwrite(bytes, 1, count, open_once(&file, "output.bin", "wb")) != count) _Exit(STATUS_IO);
}

void firmware_report(const char* name, uint32_t value) {
  fprintf(stderr, "report %s %lu\n", name, (unsigned long)value);
}

void firmware_region_begin(void) {}
void firmware_region_end(void) {}

void firmware_measure_stack(void (*work)(void* context), void* context) {
  work(context);
}
