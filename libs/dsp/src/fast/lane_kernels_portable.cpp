#define MOTE_LANES kPortableKernels
#define MOTE_LANES_NAME "portable"
#include "lane_kernels.inc"
