#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "c_text.h"
#include "mote/base/error.h"
#include "mote/exporter/bundle.h"

namespace mote::exporter {
namespace {

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorCode::kInvalid, "[bundle] " + message);
}

void check_name(const std::string& name) {
  constexpr std::array<std::string_view, 7> kTaken{"frontend",    "golden",   "hear",        "listen",
                                                   "postprocess", "selftest", "example_main"};
  if (!is_identifier(name) || name[0] == '_') {
    fail(fmt::format("wanted a name of letters, digits and '_' that begins with a letter, got '{}'", name));
  }
  const bool taken = std::find(kTaken.begin(), kTaken.end(), name) != kTaken.end();
  // <name>_init must not be a function of the runtime.
  if (taken || name == "mote" || name.starts_with("mote_")) {
    fail(fmt::format("the name '{}' is taken by a file or function of the bundle: choose another with --name", name));
  }
}

void check_frontend(const BundleFrontend& frontend) {
  if (frontend.tables != nullptr && frontend.is_fixed()) fail("wanted a float or a fixed front end, got both");
  const std::size_t thresholds = frontend.is_fixed() ? std::size_t{MOTE_FIXED_THRESHOLDS} : 0;
  if (frontend.thresholds.size() == thresholds) return;
  fail(fmt::format("wanted {} thresholds for the model's input, got {}", thresholds, frontend.thresholds.size()));
}

void check_postprocess(const BundlePostprocess& postprocess) {
  if (postprocess.settings == nullptr) return;
  if (mote_postprocess_bytes(postprocess.settings) > 0 && postprocess.step_frames > 0) return;
  fail("wanted post-processing within the runtime's limits (mote/runtime/postprocess.h) and a step of a frame or more");
}

void check_hop(const BundleFrontend& frontend, std::int32_t hop_frames) {
  if (frontend.is_padded()) fail("wanted frames of samples that have come, got a padded front end");
  const bool normalizes = !frontend.is_fixed() && frontend.tables->normalization != MOTE_CLIP_NORMALIZATION_NONE;
  if (normalizes) fail("wanted frames that stand alone, got a front end that normalizes clips");
  if (frontend.frames() == hop_frames) return;
  fail(fmt::format("wanted a front end for the {} frames of a hop, got one for {}", hop_frames, frontend.frames()));
}

void check_clip(const GoldenClip& clip, const BundleFrontend& frontend) {
  const std::int64_t wanted = std::int64_t{frontend.channels()} * frontend.clip_samples;
  if (static_cast<std::int64_t>(clip.samples.size()) == wanted) return;
  fail(fmt::format("clip '{}': wanted {} samples, got {}", clip.name, wanted, clip.samples.size()));
}

}  // namespace

void BundleOptions::validate() const {
  check_name(name);
  if (origin.find_first_of("\r\n") != std::string::npos) fail("wanted an origin of one line");
  if (golden_vectors < 1) fail(fmt::format("wanted at least 1 golden vector, got {}", golden_vectors));
  check_postprocess(postprocess);
  if (!frontend.exists()) {
    if (!clips.empty()) fail("wanted a front end for the clips, got none");
    return;
  }
  check_frontend(frontend);
  if (frontend.frames() < 1) {
    fail(fmt::format("wanted a clip of at least one window, got {} samples", frontend.clip_samples));
  }
  if (streaming != nullptr) check_hop(frontend, streaming->hop_frames);
  for (const GoldenClip& clip : clips) check_clip(clip, frontend);
}

}  // namespace mote::exporter
