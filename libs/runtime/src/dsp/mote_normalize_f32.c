#include "mote/runtime/dsp/blocks.h"
#include "mote/runtime/dsp/math.h"

static float subtract_mean(float* column, int32_t rows, int32_t stride) {
  float sum = 0.0f;
  float squares = 0.0f;
  float mean;
  int32_t t;
  for (t = 0; t < rows; ++t) sum += column[t * stride];
  mean = sum / (float)rows;
  for (t = 0; t < rows; ++t) {
    column[t * stride] -= mean;
    squares += column[t * stride] * column[t * stride];
  }
  return squares / (float)rows;
}

void mote_subtract_column_mean_f32(float* x, int32_t rows, int32_t columns) {
  int32_t c;
  for (c = 0; c < columns; ++c) (void)subtract_mean(x + c, rows, columns);
}

void mote_normalize_columns_f32(float* x, int32_t rows, int32_t columns, float deviation_floor) {
  int32_t c;
  int32_t t;
  for (c = 0; c < columns; ++c) {
    const float variance = subtract_mean(x + c, rows, columns);
    const float factor = 1.0f / (mote_sqrt_f32(variance) + deviation_floor);
    for (t = 0; t < rows; ++t) x[t * columns + c] *= factor;
  }
}

void mote_scale_columns_f32(float* x, int32_t rows, int32_t columns, const float* mean, const float* factor) {
  int32_t t;
  int32_t c;
  for (t = 0; t < rows; ++t) {
    for (c = 0; c < columns; ++c) x[t * columns + c] = (x[t * columns + c] - mean[c]) * factor[c];
  }
}
