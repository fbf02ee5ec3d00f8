#include "mote/runtime/kernels/mote_dense_coded_s8.h"

#include "mote_apply_coded_filters.h"

void mote_dense_coded_s8(const mote_dense_coded_s8_params* params, const int8_t* input, const uint8_t* weights,
                         const int32_t* bias, int8_t* output) {
  const mote_coded_filters filters = {weights,
                                      bias,
                                      params->scaling,
                                      params->activation,
                                      params->inputs,
                                      params->outputs,
                                      params->input_offset,
                                      params->output_offset,
                                      params->coding};
  for (int32_t row = 0; row < params->rows; ++row) {
    mote_apply_coded_filters(&filters, input + row * params->inputs, output + row * params->outputs);
  }
}
