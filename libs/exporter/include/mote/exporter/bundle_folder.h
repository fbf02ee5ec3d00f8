// Writes a bundle as a folder, whole or not at all, and never over files that are not its own.
#pragma once

#include <filesystem>

#include "mote/exporter/bundle.h"

namespace mote::exporter {

// Beside the bundle's files: one line "sha256  path" for each of them, as sha256sum reads it.
inline constexpr const char* kManifest = "MANIFEST.txt";

// Writes into a temporary folder beside `folder`, then renames. A bundle that was there is replaced.
// Errors: kInvalid when the folder holds files that no manifest lists or that were changed since (nothing is touched);
// kIo for what the system refuses, a full disk say (the old folder stands).
void write_bundle(const std::filesystem::path& folder, const Bundle& bundle);

}  // namespace mote::exporter
