// A bundle as one header and one source.
#pragma once

#include <string>
#include <vector>

#include "mote/exporter/bundle.h"
#include "runtime_selection.h"

namespace mote::exporter {

// <name>_all.h: the public headers. <name>_all.c: everything else. What a file keeps to itself is renamed after the
// file where two files use one name. The self-test is compiled with -DMOTE_SELFTEST only.
std::vector<BundleFile> single_file(const std::string& name, const std::vector<BundleFile>& own,
                                    const std::vector<RuntimeText>& runtime);

}  // namespace mote::exporter
