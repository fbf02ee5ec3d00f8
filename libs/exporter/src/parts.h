// The files of a bundle, one function each. All take the same arguments and give text that ends in a line break.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "golden.h"
#include "mote/codegen/layer_kernels.h"
#include "mote/exporter/bundle.h"
#include "mote/runtime/dsp/stream.h"

namespace mote::exporter {

struct Parts {
  const plan::Plan& plan;
  const BundleOptions& options;
  std::string name;                        // "kws"
  std::string macro;                       // "KWS"
  std::vector<codegen::LayerText> layers;  // by step; none for the executor
  std::vector<GoldenVector> golden;

  const graph::Graph& graph() const { return plan.graph; }
  // Of the network: without the states of a stream.
  std::vector<graph::TensorId> inputs() const;
  std::vector<graph::TensorId> outputs() const;
  bool runs_executor() const { return options.form == BundleForm::kTables; }
  bool streams() const { return options.streaming != nullptr; }
  // Streams by windows of frames in the plan's arena; else states lie behind it between hops.
  bool carries_windows() const { return streams() && !plan.carried.empty(); }
  bool has_frontend() const { return options.frontend.exists(); }
  bool has_postprocess() const { return options.postprocess.settings != nullptr; }
  bool takes_int8() const { return graph().tensor(graph().inputs.front()).type == graph::DType::kInt8; }
  // Has a front end that takes samples as they come; it writes int8.
  bool listens() const { return has_frontend() && !options.frontend.is_padded() && takes_int8(); }
  // Runs a hop where that completes its frames.
  bool hears_hops() const { return streams() && listens(); }
  // The routines that layers share, by name.
  std::map<std::string, codegen::Core> cores() const;
  // What the caller must give: the plan's arena and, behind it, the executor's own struct, then the states of a stream
  // that the plan has no place for.
  std::int64_t arena_bytes() const;
  std::int64_t state_offset_bytes() const;
  // Of the arena, for frames of the past.
  std::int64_t state_bytes() const;
};

// Without suffix: "mote/cores/mote_gemm_4x2_s8".
std::string core_path(const std::string& name);

// "/* Made by mote … */" and the origin, at the head of each file.
std::string head_comment(const Parts& parts, std::string_view what);

std::string header_text(const Parts& parts);
std::string model_text(const Parts& parts);
// <name>_reset() and <name>_hop(), for the end of model.c.
std::string stream_text(const Parts& parts);
// Samples as they arrive to hops: <name>_hear_s16() and its like.
std::string hear_header_text(const Parts& parts);
std::string hear_source_text(const Parts& parts);
// The table <name>_labels, part of the model; "" without labels.
std::string label_table_text(const Parts& parts);
std::string frontend_header_text(const Parts& parts);
std::string frontend_source_text(const Parts& parts);
// Of a listener to samples of this type, behind its own struct. Only where `parts` listen.
std::int64_t listen_buffer_bytes(const Parts& parts, mote_sample_type type);
std::string listen_header_text(const Parts& parts);
std::string listen_source_text(const Parts& parts);
std::string postprocess_header_text(const Parts& parts);
std::string postprocess_source_text(const Parts& parts);
std::string golden_header_text(const Parts& parts);
std::string golden_source_text(const Parts& parts);
std::string selftest_header_text(const Parts& parts);
std::string selftest_source_text(const Parts& parts);
std::string example_text(const Parts& parts);
std::string readme_text(const Parts& parts);

// What templates may name.
std::map<std::string, std::string> template_values(const Parts& parts);

}  // namespace mote::exporter
