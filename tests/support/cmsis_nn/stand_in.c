/* CMSIS-NN's functions by what its header says of them, one value after another. Each call prints its name: a test can
 * tell that a layer came here. Softmax is mote's own (renamed): what is tested is how it is called. */
#include <stdio.h>

#include "arm_nnfunctions.h"

static int32_t high_multiply(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* TensorFlow Lite's MultiplyByQuantizedMultiplier, doubly rounded. */
static int32_t requantize(int32_t value, int32_t multiplier, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0;
  const int32_t right = shift > 0 ? 0 : -shift;
  const int32_t product = high_multiply(value * ((int32_t)1 << left), multiplier);
  const int32_t mask = (int32_t)(((int64_t)1 << right) - 1);
  return (product >> right) + ((product & mask) > (mask >> 1) + (product < 0 ? 1 : 0) ? 1 : 0);
}

static int8_t clamped(int32_t value, cmsis_nn_activation activation) {
  return (int8_t)(value < activation.min ? activation.min : value > activation.max ? activation.max : value);
}

typedef struct {
  const cmsis_nn_dims *input_dims, *filter_dims, *output_dims;
  cmsis_nn_tile stride, padding, dilation;
} window;

/* The input cell under a tap of the filter; null outside. */
static const int8_t* cell_at(const window* w, const int8_t* input, int32_t y, int32_t x, int32_t ky, int32_t kx) {
  const int32_t row = y * w->stride.h - w->padding.h + ky * w->dilation.h;
  const int32_t column = x * w->stride.w - w->padding.w + kx * w->dilation.w;
  if (row < 0 || row >= w->input_dims->h || column < 0 || column >= w->input_dims->w) return NULL;
  return input + (row * w->input_dims->w + column) * w->input_dims->c;
}

/* Sum over the taps of output channel o; `per_output` 0: over all input channels, else the one that o belongs to. */
static int32_t filtered(const window* w, const int8_t* input, const int8_t* filter, int32_t y, int32_t x, int32_t o,
                        int32_t offset, int32_t per_output) {
  const cmsis_nn_dims* f = w->filter_dims;
  int32_t sum = 0;
  for (int32_t ky = 0; ky < f->h; ++ky) {
    for (int32_t kx = 0; kx < f->w; ++kx) {
      const int8_t* const cell = cell_at(w, input, y, x, ky, kx);
      if (cell == NULL) continue;
      if (per_output != 0) {
        sum += (cell[o / per_output] + offset) * filter[(ky * f->w + kx) * f->c + o];
        continue;
      }
      for (int32_t c = 0; c < f->c; ++c) sum += (cell[c] + offset) * filter[((o * f->h + ky) * f->w + kx) * f->c + c];
    }
  }
  return sum;
}

static void convolve(const window* w, const cmsis_nn_channel_scales* scales, const int8_t* input, const int8_t* filter,
                     const int32_t* bias, int32_t input_offset, int32_t output_offset, cmsis_nn_activation activation,
                     int32_t per_output, int8_t* output) {
  for (int32_t at = 0; at < w->output_dims->h * w->output_dims->w * w->output_dims->c; ++at) {
    const int32_t o = at % w->output_dims->c;
    const int32_t cell = at / w->output_dims->c;
    const int32_t sum =
        filtered(w, input, filter, cell / w->output_dims->w, cell % w->output_dims->w, o, input_offset, per_output) +
        (bias == NULL ? 0 : bias[o]);
    output[at] = clamped(requantize(sum, scales->multiplier[o], scales->shift[o]) + output_offset, activation);
  }
}

/* More than nothing, so that buffers are asked for and given. */
int32_t arm_convolve_wrapper_s8_get_buffer_size(const cmsis_nn_conv_params* layer, const cmsis_nn_dims* input_dims,
                                                const cmsis_nn_dims* filter_dims, const cmsis_nn_dims* output_dims) {
  (void)layer, (void)output_dims;
  return 4 * filter_dims->w * filter_dims->h * input_dims->c;
}

arm_cmsis_nn_status arm_convolve_wrapper_s8(const cmsis_nn_context* ctx, const cmsis_nn_conv_params* layer,
                                            const cmsis_nn_channel_scales* scales, const cmsis_nn_dims* input_dims,
                                            const int8_t* input, const cmsis_nn_dims* filter_dims, const int8_t* filter,
                                            const cmsis_nn_dims* bias_dims, const int32_t* bias,
                                            const cmsis_nn_dims* output_dims, int8_t* output) {
  const window w = {input_dims, filter_dims, output_dims, layer->stride, layer->padding, layer->dilation};
  if (ctx->buf == NULL || filter_dims->n != output_dims->c || bias_dims->c != output_dims->c)
    return ARM_CMSIS_NN_ARG_ERROR;
  for (int32_t i = 0; i < ctx->size; ++i) ((int8_t*)ctx->buf)[i] = 1;
  convolve(&w, scales, input, filter, bias, layer->input_offset, layer->output_offset, layer->activation, 0, output);
  puts("arm_convolve_wrapper_s8");
  return ARM_CMSIS_NN_SUCCESS;
}

int32_t arm_depthwise_conv_wrapper_s8_get_buffer_size(const cmsis_nn_dw_conv_params* layer,
                                                      const cmsis_nn_dims* input_dims, const cmsis_nn_dims* filter_dims,
                                                      const cmsis_nn_dims* output_dims) {
  (void)layer, (void)input_dims, (void)filter_dims, (void)output_dims;
  return 0;
}

arm_cmsis_nn_status arm_depthwise_conv_wrapper_s8(const cmsis_nn_context* ctx, const cmsis_nn_dw_conv_params* layer,
                                                  const cmsis_nn_channel_scales* scales,
                                                  const cmsis_nn_dims* input_dims, const int8_t* input,
                                                  const cmsis_nn_dims* filter_dims, const int8_t* filter,
                                                  const cmsis_nn_dims* bias_dims, const int32_t* bias,
                                                  const cmsis_nn_dims* output_dims, int8_t* output) {
  const window w = {input_dims, filter_dims, output_dims, layer->stride, layer->padding, layer->dilation};
  if (ctx->size != 0 || filter_dims->c != output_dims->c || bias_dims->c != output_dims->c)
    return ARM_CMSIS_NN_ARG_ERROR;
  convolve(&w, scales, input, filter, bias, layer->input_offset, layer->output_offset, layer->activation,
           layer->ch_mult, output);
  puts("arm_depthwise_conv_wrapper_s8");
  return ARM_CMSIS_NN_SUCCESS;
}

int32_t arm_fully_connected_s8_get_buffer_size(const cmsis_nn_dims* filter_dims) {
  (void)filter_dims;
  return 0;
}

arm_cmsis_nn_status arm_fully_connected_s8(const cmsis_nn_context* ctx, const cmsis_nn_fc_params* layer,
                                           const cmsis_nn_per_tensor_quant_params* scale,
                                           const cmsis_nn_dims* input_dims, const int8_t* input,
                                           const cmsis_nn_dims* filter_dims, const int8_t* filter,
                                           const cmsis_nn_dims* bias_dims, const int32_t* bias,
                                           const cmsis_nn_dims* output_dims, int8_t* output) {
  (void)ctx, (void)bias_dims;
  for (int32_t at = 0; at < input_dims->n * output_dims->c; ++at) {
    const int32_t o = at % output_dims->c;
    int32_t sum = bias == NULL ? 0 : bias[o];
    for (int32_t i = 0; i < filter_dims->n; ++i)
      sum += (input[at / output_dims->c * filter_dims->n + i] + layer->input_offset) *
             (filter[o * filter_dims->n + i] + layer->filter_offset);
    output[at] = clamped(requantize(sum, scale->multiplier, scale->shift) + layer->output_offset, layer->activation);
  }
  puts("arm_fully_connected_s8");
  return ARM_CMSIS_NN_SUCCESS;
}

/* Rounded to nearest, halves away from zero. */
static int32_t average(int32_t sum, int32_t count) {
  return sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
}

static void pool(const cmsis_nn_pool_params* layer, const window* w, const int8_t* input, int takes_largest,
                 int8_t* output) {
  for (int32_t at = 0; at < w->output_dims->h * w->output_dims->w * w->output_dims->c; ++at) {
    const int32_t cell = at / w->output_dims->c;
    int32_t sum = 0, count = 0, largest = INT8_MIN;
    for (int32_t tap = 0; tap < w->filter_dims->h * w->filter_dims->w; ++tap) {
      const int8_t* const from = cell_at(w, input, cell / w->output_dims->w, cell % w->output_dims->w,
                                         tap / w->filter_dims->w, tap % w->filter_dims->w);
      if (from == NULL) continue;
      sum += from[at % w->output_dims->c];
      largest = from[at % w->output_dims->c] > largest ? from[at % w->output_dims->c] : largest;
      ++count;
    }
    output[at] = clamped(takes_largest ? largest : average(sum, count), layer->activation);
  }
}

int32_t arm_avgpool_s8_get_buffer_size(const int output_x, const int ch_src) {
  (void)output_x;
  return ch_src * 4;
}

arm_cmsis_nn_status arm_avgpool_s8(const cmsis_nn_context* ctx, const cmsis_nn_pool_params* layer,
                                   const cmsis_nn_dims* input_dims, const int8_t* input,
                                   const cmsis_nn_dims* filter_dims, const cmsis_nn_dims* output_dims, int8_t* output) {
  const window w = {input_dims, filter_dims, output_dims, layer->stride, layer->padding, {1, 1}};
  if (ctx->buf == NULL) return ARM_CMSIS_NN_ARG_ERROR;
  pool(layer, &w, input, 0, output);
  puts("arm_avgpool_s8");
  return ARM_CMSIS_NN_SUCCESS;
}

arm_cmsis_nn_status arm_max_pool_s8(const cmsis_nn_context* ctx, const cmsis_nn_pool_params* layer,
                                    const cmsis_nn_dims* input_dims, const int8_t* input,
                                    const cmsis_nn_dims* filter_dims, const cmsis_nn_dims* output_dims,
                                    int8_t* output) {
  const window w = {input_dims, filter_dims, output_dims, layer->stride, layer->padding, {1, 1}};
  (void)ctx;
  pool(layer, &w, input, 1, output);
  puts("arm_max_pool_s8");
  return ARM_CMSIS_NN_SUCCESS;
}

/* The start of mote_softmax_s8_params. */
typedef struct {
  int32_t rows, columns, multiplier, shift, diff_min;
} softmax_call;
void mote_softmax_s8_portable(const softmax_call* params, const int8_t* input, int8_t* output);

void arm_softmax_s8(const int8_t* input, const int32_t num_rows, const int32_t row_size, const int32_t mult,
                    const int32_t shift, const int32_t diff_min, int8_t* output) {
  const softmax_call call = {num_rows, row_size, mult, shift, diff_min};
  mote_softmax_s8_portable(&call, input, output);
  puts("arm_softmax_s8");
}

arm_cmsis_nn_status arm_elementwise_add_s8(const int8_t* input_1, const int8_t* input_2, const int32_t input_1_offset,
                                           const int32_t input_1_mult, const int32_t input_1_shift,
                                           const int32_t input_2_offset, const int32_t input_2_mult,
                                           const int32_t input_2_shift, const int32_t left_shift, int8_t* output,
                                           const int32_t out_offset, const int32_t out_mult, const int32_t out_shift,
                                           const int32_t out_activation_min, const int32_t out_activation_max,
                                           const int32_t block_size) {
  const cmsis_nn_activation activation = {out_activation_min, out_activation_max};
  const int32_t unit = (int32_t)1 << left_shift;
  for (int32_t i = 0; i < block_size; ++i) {
    const int32_t a = requantize((input_1[i] + input_1_offset) * unit, input_1_mult, input_1_shift);
    const int32_t b = requantize((input_2[i] + input_2_offset) * unit, input_2_mult, input_2_shift);
    output[i] = clamped(requantize(a + b, out_mult, out_shift) + out_offset, activation);
  }
  puts("arm_elementwise_add_s8");
  return ARM_CMSIS_NN_SUCCESS;
}
