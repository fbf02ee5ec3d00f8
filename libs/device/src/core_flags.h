// The compiler's words for a core.
#pragma once

#include <string>
#include <vector>

#include "mote/device/core.h"

namespace mote::device {

// "-mcpu=cortex-m4", …; none for the host.
std::vector<std::string> core_flags(Core core);

}  // namespace mote::device
