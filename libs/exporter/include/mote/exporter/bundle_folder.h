// Writes a bundle as a folder, whole or not at all, and never over files that are not its own; reads it back.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mote/exporter/bundle.h"

namespace mote::exporter {

// Beside the bundle's files: one line "sha256  path" for each of them, as sha256sum reads it.
inline constexpr const char* kManifest = "MANIFEST.txt";

// Writes into a temporary folder beside `folder`, then renames. A bundle that was there is replaced.
// Errors: kInvalid when the folder holds files that no manifest lists or that were changed since (nothing is touched);
// kIo for what the system refuses, a full disk say (the old folder stands).
void write_bundle(const std::filesystem::path& folder, const Bundle& bundle);

// What an export wrote (a bundle, a project), as it stands now.
struct BundleOnDisk {
  std::vector<BundleFile> files;     // those of the manifest, in its order
  std::vector<std::string> changed;  // paths of those that are not what the export wrote
};

// Errors: kNotFound for a folder without a manifest, or without a file that its manifest lists; kCorrupt for a manifest
// with another line than "sha256  path", or a path that leaves the folder.
BundleOnDisk read_bundle(const std::filesystem::path& folder);

}  // namespace mote::exporter
