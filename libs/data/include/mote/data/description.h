// A public data set as described by a file in datasets/: source, checksum, licence, layout.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mote/data/layouts.h"

namespace mote::data {

// One archive to download and unpack.
struct ArchiveDescription {
  std::string url;         // http, https or file
  std::int64_t bytes = 0;  // its size, > 0
  std::string sha256;      // 64 hex digits, lower case
};

struct DatasetDescription {
  std::string name;  // "speech-commands-v0.02": names the folder it is unpacked into
  std::string title;
  std::string licence;  // "CC BY 4.0"
  std::string citation;
  std::string homepage;
  Layout layout = Layout::kFolders;
  std::vector<ArchiveDescription> archives;
};

// Errors: kInvalid with file, line and key for a wrong type, an unknown or missing key or a malformed checksum;
// kNotFound.
DatasetDescription load_description(const std::filesystem::path& path);
DatasetDescription parse_description(std::string_view text, const std::string& source);

}  // namespace mote::data
