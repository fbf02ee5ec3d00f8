// A project ready to open in the ecosystem of a board: the model with its front end, a detector that turns samples into
// detections, a main file that reads a microphone or an IMU, and build files. The model runs as mote's C or by
// TensorFlow Lite Micro. docs/firmware.md is its manual. Not for a firmware that exists already: that takes the bundle.
//
// An ecosystem is a folder of export/ with a file project.ini; there is no other list of them. configs of boards come
// from the caller, what an ecosystem calls them from its project.ini.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mote/exporter/bundle.h"
#include "mote/runtime/dsp/stream.h"

namespace mote::exporter {

enum class ProjectRuntime : std::uint8_t { kBundle, kTflm };

struct Ecosystem {
  std::string name;                                                  // "esp-idf"
  std::string title;                                                 // "ESP-IDF"
  std::map<std::string, std::map<std::string, std::string>> boards;  // by id: what the ecosystem calls them
  std::map<std::string, std::string> common_files;  // path in the project to a template of export/common
  std::map<std::string, std::string> settings;      // the other keys of its project.ini
};

// All of them, ascending by name.
const std::vector<Ecosystem>& ecosystems();

// Errors: kUsage with the known names and the nearest one.
const Ecosystem& find_ecosystem(const std::string& name);

// Errors: kInvalid for a board that it does not have, with those that it has and the ecosystems that have the board.
void check_board(const Ecosystem& ecosystem, const std::string& board);

// What the sensor delivers. A fixed-point front end takes int16 alone.
struct ProjectDetector {
  mote_sample_type sample_type = MOTE_SAMPLE_S16;
  std::int64_t sample_rate_hz = 0;  // with a front end
};

struct ProjectOptions {
  std::string ecosystem;
  ProjectRuntime runtime = ProjectRuntime::kBundle;
  std::string board;       // its id in configs/targets; empty: the first one of the ecosystem
  std::string board_name;  // for people; may be empty
  BundleOptions bundle;    // with post-processing, a class for each output; its clips are not used
  ProjectDetector detector;
  std::span<const std::uint8_t> tflite;  // the model's file, for kTflm
  // What a build file says of the board: compiler_prefix, core_flags, link_flags, core, flash_kb, ram_kb; emulator and
  // start_file for the bare-metal ones. All are wanted.
  std::map<std::string, std::string> values;
  std::vector<BundleFile> files;  // further files, start-up code say
};

// The files, the same for the same arguments; to be written by write_bundle.
// Errors: kUsage for an unknown ecosystem; kInvalid for a board that it does not have (with those that it has), for
// options as in make_bundle, a name that a file of the project has, several inputs or outputs, and for a detector that
// does not fit the board's RAM (each part is named) or, with kTflm, flash; kUnsupported for an operator that TensorFlow
// Lite Micro does not have.
Bundle make_project(const plan::Plan& plan, const ProjectOptions& options);

// "AddConv2D" for "CONV_2D": the function of MicroMutableOpResolver that adds it. Errors: kUnsupported.
std::string tflm_method(const std::string& operator_name);

}  // namespace mote::exporter

template <>
struct mote::EnumNames<mote::exporter::ProjectRuntime> {
  static constexpr std::array<std::string_view, 2> kNames{"bundle", "tflm"};
};
