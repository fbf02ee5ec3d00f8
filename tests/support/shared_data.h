// Where real recordings and other programs' answers lie. They are not part of the project: a test that needs them
// skips, visibly, where they are absent.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace mote::test {

// The folder named by MOTE_SHARED, else "shared" beside the project.
inline std::filesystem::path shared_root() {
  const char* named = std::getenv("MOTE_SHARED");
  return named != nullptr ? std::filesystem::path(named)
                          : std::filesystem::path(MOTE_SOURCE_DIR).parent_path() / "shared";
}

inline std::filesystem::path shared_path(const std::string& relative) {
  return shared_root() / relative;
}

}  // namespace mote::test

// First line of a test that reads `relative` below the shared folder.
#define MOTE_SKIP_WITHOUT_SHARED(relative)                         \
  if (!std::filesystem::exists(mote::test::shared_path(relative))) \
  GTEST_SKIP() << "no " << relative << ": set MOTE_SHARED to the folder that holds it"
