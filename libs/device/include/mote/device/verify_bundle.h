// The proof of a bundle as it lies in a folder, without the model that it was made from: its own self-test, built for a
// core and run in emulation (or here), compares features, listening, layers, outputs and post-processing of its golden
// vectors. With the model at hand: verify.h, which names operands and takes any number of clips.
#pragma once

#include "mote/device/verify.h"
#include "mote/exporter/bundle_folder.h"

namespace mote::device {

// In the result, records are golden vectors, and the difference of a layer has the index -1, because its hash speaks
// for all values. Errors: kUnsupported for files without a self-test (a project, say); kCorrupt for golden vectors or a
// self-test that are not what the export wrote, or not of this model; kNotFound for missing tools; kInvalid for a
// bundle that does not compile, does not end, or refuses to run (with its status).
Verification verify_bundle(const exporter::BundleOnDisk& bundle, Core core, const VerifyOptions& options = {});

}  // namespace mote::device
