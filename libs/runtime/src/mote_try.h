/* Leaves the calling function with the first status that is not MOTE_OK. Private to the runtime. */
#ifndef MOTE_MOTE_TRY_H_
#define MOTE_MOTE_TRY_H_

#include "mote/runtime/status.h"

#define MOTE_TRY(call)                      \
  do {                                      \
    const mote_status status_ = (call);     \
    if (status_ != MOTE_OK) return status_; \
  } while (0)

#endif /* MOTE_MOTE_TRY_H_ */
