#include "mote/runtime/status.h"

const char* mote_status_text(mote_status status) {
#define MOTE_STATUS_TEXT(name, text) text,
  static const char* const texts[] = {MOTE_STATUS_LIST(MOTE_STATUS_TEXT)};
#undef MOTE_STATUS_TEXT
  return (unsigned)status < (unsigned)MOTE_STATUS_COUNT ? texts[status] : "unknown status";
}

const char* mote_status_name(mote_status status) {
#define MOTE_STATUS_NAME(name, text) #name,
  static const char* const names[] = {MOTE_STATUS_LIST(MOTE_STATUS_NAME)};
#undef MOTE_STATUS_NAME
  return (unsigned)status < (unsigned)MOTE_STATUS_COUNT ? names[status] : "MOTE_ERROR_UNKNOWN";
}
