#include "mote/runtime/kernels/mote_concat_s8.h"

#include "mote_kernel.h"

void mote_concat_s8(const mote_concat_s8_params* params, const void* const* inputs, int8_t* output) {
  for (int32_t row = 0; row < params->rows; ++row) {
    for (int32_t i = 0; i < params->input_count; ++i) {
      const int32_t bytes = params->row_bytes[i];
      const int8_t* const input = inputs[i];
      mote_copy(output, input + row * bytes, bytes);
      output += bytes;
    }
  }
}
