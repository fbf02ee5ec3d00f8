// Downloads, checks and unpacks a described data set.
//
// An interrupted download goes on where it stopped. Nothing appears under the final name before size and checksum are
// right and the archive is unpacked whole. The network is touched here and nowhere else in mote.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

#include "mote/base/log.h"
#include "mote/data/description.h"

namespace mote::data {

struct FetchOptions {
  std::string mirror = {};  // URL of a folder that holds the archives under their own names; empty: the described URL
  int attempts = 5;         // of a broken download, each going on where the last one stopped, >= 1
  double stall_s = 30;      // without a byte, after which an attempt is given up, > 0
  std::int64_t unpacked_limit_bytes = std::int64_t{64} << 30;  // of all members together: a guard against archive bombs
  std::stop_token stop = {};  // ends the work with Error(kInterrupted); what was downloaded is kept

  // Error(kInvalid) that names the option.
  void validate() const;
};

// Makes `folder`/<name> and returns its path; does nothing but return it when it is there. Archives lie in `folder` as
// <file>.part while they come and are removed once unpacked. Members with absolute names, "..", or that are neither
// file nor folder end the work before anything is in place. Errors: kIo (network, server's answer, disk), kCorrupt
// (size or checksum: the archive is removed, since going on would not mend it; an evil or broken archive),
// kInterrupted.
std::filesystem::path fetch(const DatasetDescription& description, const std::filesystem::path& folder,
                            const FetchOptions& options, LogSink& log);

// Unpacks a tar archive (also gzip, bzip2, xz) into `folder`, which is made. Errors as above.
void unpack(const std::filesystem::path& archive, const std::filesystem::path& folder, const FetchOptions& options,
            LogSink& log);

}  // namespace mote::data
