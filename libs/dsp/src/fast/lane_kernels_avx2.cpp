#define MOTE_LANES kAvx2Kernels
#define MOTE_LANES_NAME "avx2"
#include "lane_kernels.inc"
