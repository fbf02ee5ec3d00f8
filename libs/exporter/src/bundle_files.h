// The files that a bundle and a project have in common.
#pragma once

#include <vector>

#include "parts.h"
#include "runtime_selection.h"

namespace mote::exporter {

// Errors: those of make_bundle that concern labels, form and outputs.
void check_graph(const Parts& parts);

// Parts::layers.
void add_layers(Parts& parts);

// What stands before and behind the model: front end, listener, post-processing, as far as `parts` have them.
std::vector<BundleFile> border_files(const Parts& parts);
// The model with its cores, without the runtime's files.
std::vector<BundleFile> model_files(const Parts& parts);

// The runtime's kernels among `files` that CMSIS-NN has too; adds what calls it for them (mote/src/cmsis_nn/).
std::vector<std::string> cmsis_nn_kernels(const std::vector<BundleFile>& files);
void add_cmsis_nn(std::vector<BundleFile>& files);

// What `files` need of the runtime.
std::vector<RuntimeText> runtime_of(const std::vector<BundleFile>& files);

}  // namespace mote::exporter
