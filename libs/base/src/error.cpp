#include "mote/base/error.h"

namespace mote {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return "usage";
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kBusy:
      return "busy";
    case ErrorCode::kGate:
      return "gate";
    case ErrorCode::kInterrupted:
      return "interrupted";
  }
  return "unknown";
}

Error::Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)), what_(message_) {}

void Error::add_context(std::string where) {
  what_ = where + ": " + what_;
  context_.insert(context_.begin(), std::move(where));
}

}  // namespace mote
