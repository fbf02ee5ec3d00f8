#include "mote/base/log.h"

namespace mote {
namespace {

class NullLog final : public LogSink {
 public:
  void message(LogLevel, std::string_view) override {}
  void progress(const Progress&) override {}
};

}  // namespace

LogSink& null_log() {
  static NullLog sink;
  return sink;
}

}  // namespace mote
