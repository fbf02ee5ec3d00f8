// Embedded tests need compilers and emulators: without them they are skipped, and say which are missing.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "mote/device/toolchain.h"

#define MOTE_NEED_TOOLS(core) \
  if (const std::string missing = mote::device::missing_tools(core); !missing.empty()) GTEST_SKIP() << missing
