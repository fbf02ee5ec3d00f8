/* The patch of input under a window, in one piece. Private to the runtime. */
#ifndef MOTE_KERNELS_MOTE_GATHER_PATCH_H_
#define MOTE_KERNELS_MOTE_GATHER_PATCH_H_

#include "mote_kernel.h"

/* patch [kernel_h·kernel_w·cell_bytes]: the cells that the taps of `rows` and `columns` see; those beside the input are
 * filled with `zero`. A cell is cell_bytes wide: its channels. */
void mote_gather_patch(const mote_window* window, int32_t cell_bytes, int8_t zero, const int8_t* input, mote_taps rows,
                       mote_taps columns, int8_t* patch);

/* Whether each cell's patch lies in the input as it is: 1×1 without padding. */
static inline int mote_patch_lies_in_place(const mote_window* window) {
  return window->kernel_h == 1 && window->kernel_w == 1 && window->pad_top == 0 && window->pad_left == 0;
}

#endif /* MOTE_KERNELS_MOTE_GATHER_PATCH_H_ */
