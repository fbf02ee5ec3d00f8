#include "mote_gather_patch.h"

static void gather_row(const mote_window* window, int32_t cell_bytes, int8_t zero, const int8_t* input_row,
                       mote_taps columns, int8_t* patch) {
  mote_fill(patch, zero, columns.begin * cell_bytes);
  mote_fill(patch + columns.end * cell_bytes, zero, (window->kernel_w - columns.end) * cell_bytes);
  for (int32_t j = columns.begin; j < columns.end; ++j) {
    mote_copy(patch + j * cell_bytes, input_row + (columns.first + j * window->dilation_w) * cell_bytes, cell_bytes);
  }
}

void mote_gather_patch(const mote_window* window, int32_t cell_bytes, int8_t zero, const int8_t* input, mote_taps rows,
                       mote_taps columns, int8_t* patch) {
  const int32_t patch_row = window->kernel_w * cell_bytes;
  const int32_t input_row = window->input_w * cell_bytes;
  mote_fill(patch, zero, rows.begin * patch_row);
  for (int32_t i = rows.begin; i < rows.end; ++i) {
    const int32_t y = rows.first + i * window->dilation_h;
    gather_row(window, cell_bytes, zero, input + y * input_row, columns, patch + i * patch_row);
  }
  mote_fill(patch + rows.end * patch_row, zero, (window->kernel_h - rows.end) * patch_row);
}
