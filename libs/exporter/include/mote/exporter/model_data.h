// model_data.h and model_data.cc: the .tflite file as an aligned C array with the constants that an application needs.
// For users of TensorFlow Lite Micro; compiles as C++11, includes nothing of mote or TFLM. Not the C bundle.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "mote/plan/plan.h"

namespace mote::exporter {

struct ModelDataOptions {
  std::string file_stem = "model_data";  // file names; also makes the include guard
  std::vector<std::string> labels;       // by class index; may be empty
  std::string origin;                    // one line for the head comment, e.g. "keywords.toml, seed 1"; may be empty

  // Errors: kInvalid for a stem that is not [A-Za-z_][A-Za-z0-9_]*, or a line break in `origin`.
  void validate() const;
};

struct ModelData {
  std::string header;  // <stem>.h
  std::string source;  // <stem>.cc
};

// The text of both files, the same bytes for the same arguments. `file` is the .tflite, `plan` that of the same graph.
// Constants: g_model (16-byte aligned), g_model_len, kModelArenaBytes (mote's plan), kModelTflmArenaBytes (an estimate
// for TFLM's interpreter on a 32-bit core, with margin), input and output scale, zero point and bytes, labels.
// Errors: those of validate(); kInvalid when there are labels, but not one for each output element.
ModelData make_model_data(std::span<const std::uint8_t> file, const plan::Plan& plan,
                          const ModelDataOptions& options = {});

// Writes both files into `folder`, each atomically. Errors: kIo.
void write_model_data(const std::filesystem::path& folder, const ModelData& data, const ModelDataOptions& options = {});

}  // namespace mote::exporter
