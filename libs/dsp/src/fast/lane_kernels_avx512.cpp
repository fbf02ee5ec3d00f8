#define MOTE_LANES kAvx512Kernels
#define MOTE_LANES_NAME "avx512"
#include "lane_kernels.inc"
