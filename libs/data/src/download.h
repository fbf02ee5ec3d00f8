// One file over HTTP, resumed where it stopped.
#pragma once

#include <filesystem>
#include <string>

#include "mote/data/fetch.h"

namespace mote::data {

// Appends to `part` until it has `archive.bytes` bytes. Errors: kIo after the last attempt, kCorrupt when the server
// has more than that, kInterrupted.
void download(const std::string& url, const ArchiveDescription& archive, const std::filesystem::path& part,
              const FetchOptions& options, LogSink& log);

}  // namespace mote::data
