#include "mote/runtime/kernels/mote_dense_s16.h"

#include "mote_apply_filters_s16.h"

void mote_dense_s16(const mote_dense_s16_params* params, const int16_t* input, const int8_t* weights,
                    const int64_t* bias, int16_t* output) {
  const mote_filters_s16 filters = {weights,        bias,           params->scaling, params->activation,
                                    params->inputs, params->outputs};
  for (int32_t row = 0; row < params->rows; ++row) {
    mote_apply_filters_s16(&filters, input + row * params->inputs, output + row * params->outputs);
  }
}
