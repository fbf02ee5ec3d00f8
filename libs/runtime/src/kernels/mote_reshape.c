#include "mote/runtime/kernels/mote_reshape.h"

#include "mote_kernel.h"

void mote_reshape(const mote_reshape_params* params, const void* input, void* output) {
  if (input == output) return;
  mote_copy(output, input, params->bytes);
}
