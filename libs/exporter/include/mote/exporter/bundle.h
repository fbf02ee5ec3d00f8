// The C bundle: a model as a folder of C99 that compiles alone. Constant tables and layers, feature front end for clips
// and for a stream of samples, post-processing, the files of the runtime that it needs, golden vectors with a
// self-test, build files and a README with sizes.
// docs/bundle.md is its manual. Not the .tflite as an array (model_data.h).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/codegen/plan_for.h"
#include "mote/exporter/bundle_frontend.h"
#include "mote/plan/plan.h"
#include "mote/runtime/postprocess.h"

namespace mote::exporter {

// kCalls: straight-line calls of the kernels with addresses known at compile time; the smallest image. kTables: tables
// that the runtime's executor checks once and runs, the same sources as on the desktop; 3 to 8 KB more of flash.
enum class BundleForm : std::uint8_t { kCalls, kTables };

enum class BundleFiles : std::uint8_t { kFolder, kSingle };

// One clip for the golden vectors: planar, channels × samples of a channel, full scale 1.
struct GoldenClip {
  std::string name;
  std::vector<float> samples;
};

// How outputs of one inference after another become detections (mote/runtime/postprocess.h).
struct BundlePostprocess {
  const mote_postprocess_settings* settings = nullptr;  // outlives the call; null: none
  std::int32_t step_frames = 1;                         // of a front end, from one inference to the next
};

struct BundleOptions {
  std::string name = "model";  // files, functions and constants begin with it
  BundleForm form = BundleForm::kCalls;
  codegen::InstructionSet instruction_set = codegen::InstructionSet::kPortable;  // that the plan's kernels are made for
  BundleFiles files = BundleFiles::kFolder;
  std::vector<std::string> labels;  // by class index; may be empty
  std::string origin;               // one line for the head comment; may be empty
  BundleFrontend frontend;
  BundlePostprocess postprocess;
  std::vector<GoldenClip> clips;    // with a front end only; none: made-up signals
  std::int32_t golden_vectors = 3;  // at least 1; as many as `clips` where there are any; of a stream, warm hops
  codegen::Removal removal;         // what was removed of the model before it was planned, for the README
  // The plan is of its step: <name>_hop takes new frames. A front end is of one hop's frames
  // (BundleFrontend::of_frames), and clips follow each other by hops (hop_clips). Null: a plan of whole windows.
  std::shared_ptr<const quant::StreamingGraph> streaming;
  // Of the target, for the arena and for constants; what does not fit does not compile. 0: only what the build defines.
  std::int64_t ram_limit_bytes = 0;
  std::int64_t flash_limit_bytes = 0;

  // Errors: kInvalid for a name that is no C identifier or would hide a file or function of the bundle, an origin of
  // several lines, golden_vectors below 1, clips that do not fit the front end, a fixed front end without its
  // thresholds or beside a float one, post-processing with settings that the runtime refuses, beside `streaming` a
  // front end that is not of one hop, or whose frames need more than their own samples.
  void validate() const;
};

struct BundleFile {
  std::string path;  // below the bundle's folder, with '/'
  std::string text;
};

struct Bundle {
  std::vector<BundleFile> files;  // ascending by path
  // That the application gives: the plan's, the executor's own with kTables, and the states of a stream.
  std::int64_t arena_bytes = 0;
};

// The text of all files, the same bytes for the same arguments.
// Errors: those of validate(); kInvalid when there are labels, but not one for each output element, when the front end
// makes another number of features than the model takes, when post-processing wants another number of outputs or has
// no front end, or for kTables and a plan that is not portable; kUnsupported for what a bundle cannot hold.
Bundle make_bundle(const plan::Plan& plan, const BundleOptions& options = {});

}  // namespace mote::exporter

template <>
struct mote::EnumNames<mote::exporter::BundleForm> {
  static constexpr std::array<std::string_view, 2> kNames{"calls", "tables"};
};
