/* Every int8 kernel of the runtime, with its parameter struct, scratch size and executor op.
 *
 * For the planner and the generated model, which name many. Code that uses one kernel includes that kernel's header.
 */
#ifndef MOTE_RUNTIME_KERNELS_H_
#define MOTE_RUNTIME_KERNELS_H_

#include "mote/runtime/kernels/mote_add_s16.h"
#include "mote/runtime/kernels/mote_add_s8.h"
#include "mote/runtime/kernels/mote_average_pool2d_s16.h"
#include "mote/runtime/kernels/mote_average_pool2d_s8.h"
#include "mote/runtime/kernels/mote_concat_s8.h"
#include "mote/runtime/kernels/mote_conv2d_coded_s8.h"
#include "mote/runtime/kernels/mote_conv2d_s16.h"
#include "mote/runtime/kernels/mote_conv2d_s8.h"
#include "mote/runtime/kernels/mote_dense_coded_s8.h"
#include "mote/runtime/kernels/mote_dense_s16.h"
#include "mote/runtime/kernels/mote_dense_s8.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_packed_s8.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s16.h"
#include "mote/runtime/kernels/mote_depthwise_conv2d_s8.h"
#include "mote/runtime/kernels/mote_dequantize_s16_f32.h"
#include "mote/runtime/kernels/mote_dequantize_s8_f32.h"
#include "mote/runtime/kernels/mote_max_pool2d_s16.h"
#include "mote/runtime/kernels/mote_max_pool2d_s8.h"
#include "mote/runtime/kernels/mote_mean_s16.h"
#include "mote/runtime/kernels/mote_mean_s8.h"
#include "mote/runtime/kernels/mote_pad_s8.h"
#include "mote/runtime/kernels/mote_quantize_f32_s16.h"
#include "mote/runtime/kernels/mote_quantize_f32_s8.h"
#include "mote/runtime/kernels/mote_relu_s16.h"
#include "mote/runtime/kernels/mote_relu_s8.h"
#include "mote/runtime/kernels/mote_reshape.h"
#include "mote/runtime/kernels/mote_softmax_s16.h"
#include "mote/runtime/kernels/mote_softmax_s8.h"

#endif /* MOTE_RUNTIME_KERNELS_H_ */
