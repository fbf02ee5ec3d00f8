// Bytes as a feature cache: open_any must give a cache that can be read from end to end, or Error(kCorrupt).
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "mote/base/error.h"
#include "mote/data/feature_cache.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const auto path = std::filesystem::temp_directory_path() / ("mote-cache-fuzz-" + std::to_string(::getpid()));
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  try {
    const auto cache = mote::data::FeatureCache::open_any(path);
    const auto& shape = cache.index().shape;
    volatile float last = cache.features(shape.clips - 1, shape.passes - 1).back();
    static_cast<void>(last);
  } catch (const mote::Error& error) {
    if (error.code() != mote::ErrorCode::kCorrupt) std::abort();
  }
  std::filesystem::remove(path);
  return 0;
}
