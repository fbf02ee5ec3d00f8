// A project runs as firmware: a WAV file in by semihosting, detections out, those of the desktop. And the C that leaves
// the house in a project compiles under the strictest words.
#include "mote/pipeline/project.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "int8_graphs.h"
#include "make_signal.h"
#include "mote/base/file.h"
#include "mote/base/process.h"
#include "mote/base/text.h"
#include "mote/device/board.h"
#include "mote/dsp/bake.h"
#include "mote/dsp/bake_fixed.h"
#include "mote/evaluate/events.h"
#include "mote/exporter/bundle_frontend.h"
#include "mote/pipeline/feature_metadata.h"
#include "mote/plan/host_runner.h"
#include "mote/tflite/writer.h"
#include "tools.h"

namespace mote::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kRateHz = 16000;
constexpr std::int32_t kClipSamples = 8000;
constexpr std::int32_t kStepFrames = 5;  // 100 ms of hops of 20 ms
const std::vector<std::string> kLabels{"_silence_", "up", "down", "left", "right"};

graph::Graph speech_network(std::int32_t frames, std::int32_t coefficients) {
  test::Int8GraphBuilder b("speech", 5);
  const auto x = b.input({1, frames, coefficients, 1});
  const auto maps = b.conv(x, 6, 5, 3, {2, 2, 1, 1, graph::Padding::kSame, graph::Activation::kRelu});
  return b.build(b.softmax(b.dense(maps, static_cast<std::int32_t>(kLabels.size()))));
}

FeatureMetadata speech_metadata() {
  FeatureMetadata metadata;
  metadata.features.normalize = dsp::ClipNormalization::kMeanVariance;
  metadata.labels = kLabels;
  metadata.clip_ms = 500;
  metadata.postprocess = {0.4, 2, 300, 100, {}};
  metadata.name = "speech";
  metadata.version = "test";
  return metadata;
}

std::vector<std::int16_t> recording() {
  std::vector<std::int16_t> samples;
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    const std::vector<std::int16_t> part = test::make_signal(6400, seed);
    samples.insert(samples.end(), part.begin(), part.end());
    samples.insert(samples.end(), 3200, static_cast<std::int16_t>(seed));
  }
  return samples;
}

void append(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
}

// With a chunk of an odd size before the samples, as some programs write it.
std::string wav_file(const std::vector<std::int16_t>& samples, std::uint32_t rate_hz) {
  const auto bytes = static_cast<std::uint32_t>(2 * samples.size());
  std::string file = "RIFF";
  append(file, 48 + bytes, 4);
  file += "WAVEfmt ";
  for (const auto& [value, count] :
       {std::pair<std::uint32_t, int>{16, 4}, {1, 2}, {1, 2}, {rate_hz, 4}, {2 * rate_hz, 4}, {2, 2}, {16, 2}})
    append(file, value, count);
  file += "LIST";
  append(file, 3, 4);
  file += std::string("abc") + '\0' + "data";
  append(file, bytes, 4);
  for (const std::int16_t sample : samples) append(file, static_cast<std::uint16_t>(sample), 2);
  return file;
}

// The desktop's front end of a bundle.
struct Features {
  Features(const dsp::FeatureSettings& settings, const graph::Quant& input) {
    frontend.clip_samples = kClipSamples;
    if (settings.arithmetic != dsp::Arithmetic::kFixed) {
      baked.emplace(settings);
      frontend.tables = &baked->frontend();
      return;
    }
    fixed.emplace(settings);
    frontend.fixed = &fixed->frontend();
    frontend.thresholds = dsp::quantize_thresholds(fixed->feature_unit(), input.scales[0], input.zero_points[0]);
  }

  std::optional<dsp::BakedFrontend> baked;
  std::optional<dsp::BakedFixedFrontend> fixed;
  exporter::BundleFrontend frontend;
};

// "detection up 61 % at 1590 ms", as the desktop computes it: whole windows, the host's run, evaluate::detect().
std::vector<std::string> desktop_detections(const graph::Graph& graph, const FeatureMetadata& metadata,
                                            const std::vector<std::int16_t>& samples) {
  const Features features(metadata.features, graph.tensor(graph.inputs.front()).quant);
  const exporter::BundleFrontend& f = features.frontend;
  const auto model = std::make_shared<const plan::HostModel>(plan::make_plan(graph));
  plan::HostRunner runner(model);
  evaluate::ScoreStream stream;
  stream.labels = kLabels;
  stream.step_ms = 1000.0 * kStepFrames * f.hop_samples() / kRateHz;
  const std::int32_t window = f.is_padded() ? kClipSamples : f.window_samples() + (f.frames() - 1) * f.hop_samples();
  stream.first_ms = 1000.0 * window / kRateHz;
  std::vector<std::int8_t> output(kLabels.size());
  std::vector<float> clip(kClipSamples);
  for (std::size_t at = 0; at + static_cast<std::size_t>(window) <= samples.size();
       at += static_cast<std::size_t>(kStepFrames * f.hop_samples())) {
    const auto from = samples.begin() + static_cast<std::ptrdiff_t>(at);
    std::transform(from, from + window, clip.begin(), [](std::int16_t x) { return static_cast<float>(x) / 32768.0F; });
    runner.run(exporter::features_of(f, clip, model->input_tensor()).input, output);
    stream.outputs.insert(stream.outputs.end(), output.begin(), output.end());
  }
  evaluate::DetectionOptions options{{1, 2, 3, 4},
                                     metadata.postprocess.threshold,
                                     metadata.postprocess.refractory_ms,
                                     metadata.postprocess.smoothing_frames,
                                     {}};
  std::vector<std::string> lines;
  for (const evaluate::Detection& one : evaluate::detect(stream, options))
    lines.push_back(fmt::format("detection {} {} % at {} ms", kLabels[static_cast<std::size_t>(one.label)],
                                static_cast<int>(100 * one.score + 0.5), static_cast<int>(one.time_ms)));
  return lines;
}

std::vector<std::string> detections_in(const std::string& messages) {
  std::vector<std::string> lines;
  for (const std::string& line : split(messages, '\n'))
    if (line.starts_with("detection ")) lines.push_back(line);
  return lines;
}

class ProjectFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / fmt::format("mote_project_{}", ::getpid());
    fs::remove_all(folder_);
    make_folder(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write_model(const graph::Graph& graph, const FeatureMetadata* metadata) const {
    tflite::WriteOptions options;
    if (metadata != nullptr) options.metadata[std::string(tflite::kFeaturesMetadata)] = to_text(*metadata);
    write_file_atomic(folder_ / "model.tflite", std::span<const std::uint8_t>(tflite::write_model(graph, options)));
    return folder_ / "model.tflite";
  }

  fs::path project(const fs::path& model, const std::string& ecosystem, const std::string& board) const {
    ProjectRequest request;
    request.model = model;
    request.out = folder_ / ecosystem;
    request.ecosystem = ecosystem;
    request.target = board;
    return export_project(request).folder;
  }

  fs::path folder_;
};

struct Machine {
  const char* ecosystem;
  const char* board;
};

void PrintTo(const Machine& machine, std::ostream* stream) {
  *stream << machine.ecosystem << '_' << machine.board;
}

class ProjectRun : public ProjectFolder, public testing::WithParamInterface<Machine> {
 protected:
  // Builds the project and runs it on the input that was put beside it.
  static ProcessResult build_and_run(const fs::path& project) {
    const bool makes = std::string(GetParam().ecosystem) == "makefile";
    const std::vector<std::vector<std::string>> commands =
        makes ? std::vector<std::vector<std::string>>{{"make"}}
              : std::vector<std::vector<std::string>>{
                    {"cmake", "-B", "build", "-DCMAKE_TOOLCHAIN_FILE=toolchain.cmake"}, {"cmake", "--build", "build"}};
    for (const auto& command : commands) {
      const ProcessResult built = run_process(command, project, 200);
      EXPECT_EQ(built.exit_code, 0) << built.output << built.errors;
      EXPECT_EQ(built.errors.find("warning"), std::string::npos) << built.errors;
    }
    return run_process(makes ? std::vector<std::string>{"make", "run"}
                             : std::vector<std::string>{"cmake", "--build", "build", "--target", "run"},
                       project, 100);
  }
};

TEST_P(ProjectRun, RecordingGivesTheDetectionsOfTheDesktop) {
  MOTE_NEED_TOOLS(device::find_board(GetParam().board).core);
  const FeatureMetadata metadata = speech_metadata();
  const graph::Graph graph = speech_network(24, 10);
  const fs::path made = project(write_model(graph, &metadata), GetParam().ecosystem, GetParam().board);
  const std::vector<std::int16_t> samples = recording();
  write_file_atomic(made / "input.wav", std::string_view(wav_file(samples, kRateHz)));
  const ProcessResult run = build_and_run(made);
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  const std::vector<std::string> wanted = desktop_detections(graph, metadata, samples);
  EXPECT_GE(wanted.size(), 3U);
  EXPECT_EQ(detections_in(run.errors), wanted) << run.errors;
}

TEST_P(ProjectRun, FramesThatNeedTheWholeClipGiveTheDetectionsOfTheDesktopToo) {
  MOTE_NEED_TOOLS(device::find_board(GetParam().board).core);
  FeatureMetadata metadata = speech_metadata();
  metadata.features.padding = dsp::Padding::kReflect;
  const graph::Graph graph = speech_network(26, 10);
  const fs::path made = project(write_model(graph, &metadata), GetParam().ecosystem, GetParam().board);
  const std::vector<std::int16_t> samples = recording();
  write_file_atomic(made / "input.wav", std::string_view(wav_file(samples, kRateHz)));
  const std::vector<std::string> wanted = desktop_detections(graph, metadata, samples);
  EXPECT_GE(wanted.size(), 3U);
  EXPECT_EQ(detections_in(build_and_run(made).errors), wanted);
}

TEST_P(ProjectRun, FixedPointFeaturesGiveTheDetectionsOfTheDesktopToo) {
  MOTE_NEED_TOOLS(device::find_board(GetParam().board).core);
  FeatureMetadata metadata = speech_metadata();
  metadata.features.normalize = dsp::ClipNormalization::kNone;
  metadata.features.arithmetic = dsp::Arithmetic::kFixed;
  const graph::Graph graph = speech_network(24, 10);
  const fs::path made = project(write_model(graph, &metadata), GetParam().ecosystem, GetParam().board);
  const std::vector<std::int16_t> samples = recording();
  write_file_atomic(made / "input.wav", std::string_view(wav_file(samples, kRateHz)));
  const std::vector<std::string> wanted = desktop_detections(graph, metadata, samples);
  EXPECT_GE(wanted.size(), 3U);
  EXPECT_EQ(detections_in(build_and_run(made).errors), wanted);
}

TEST_P(ProjectRun, RecordingOfAnotherRateIsRefused) {
  MOTE_NEED_TOOLS(device::find_board(GetParam().board).core);
  const FeatureMetadata metadata = speech_metadata();
  const fs::path made = project(write_model(speech_network(24, 10), &metadata), GetParam().ecosystem, GetParam().board);
  write_file_atomic(made / "input.wav", std::string_view(wav_file(recording(), 8000)));
  const ProcessResult run = build_and_run(made);
  EXPECT_NE(run.exit_code, 0);
  EXPECT_NE(run.errors.find("wanted input.wav: mono, 16 bits, at the model's rate in Hz: 16000"), std::string::npos)
      << run.errors;
}

INSTANTIATE_TEST_SUITE_P(Machines, ProjectRun,
                         testing::Values(Machine{"cmake-arm", "stm32f4"}, Machine{"cmake-arm", "corstone300"},
                                         Machine{"makefile", "stm32g0"}, Machine{"makefile", "riscv"}));

// What stands in a project without anybody's SDK.
class ProjectC : public ProjectFolder {
 protected:
  void SetUp() override {
    MOTE_NEED_TOOLS(device::Core::kCortexM4);
    ProjectFolder::SetUp();
  }

  // Projects of both ecosystems that change or add to the C: Arduino's sources say their flags themselves, the Pico's
  // have the loop and the hook.
  void expect_clean(const fs::path& model) const {
    compile(project(model, "arduino", "nano33ble"), {});
    compile(project(model, "pico-sdk", "rp2040"), {"main.c"});
  }

 private:
  static void compile(const fs::path& made, const std::vector<std::string>& of_the_sdk) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(made)) {
      if (entry.path().extension() != ".c") continue;
      if (std::ranges::find(of_the_sdk, entry.path().filename().string()) != of_the_sdk.end()) continue;
      std::vector<std::string> command{
          "arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard", "-std=c99", "-O2",
          "-pedantic",         "-Wall",           "-Wextra", "-Wconversion",      "-Werror",          "-Isrc"};
      for (const fs::directory_entry& folder : fs::directory_iterator(made))
        if (folder.is_directory()) command.push_back("-I" + folder.path().string());
      for (const char* word : {"-c", "-o", "/dev/null"}) command.emplace_back(word);
      command.push_back(entry.path().string());
      const ProcessResult result = run_process(command, made, 60);
      EXPECT_EQ(result.exit_code, 0) << entry.path() << '\n' << result.errors;
    }
  }
};

TEST_F(ProjectC, OfAMicrophoneCompilesCleanly) {
  const FeatureMetadata metadata = speech_metadata();
  expect_clean(write_model(speech_network(24, 10), &metadata));
}

TEST_F(ProjectC, OfWholeClipsCompilesCleanly) {
  FeatureMetadata metadata = speech_metadata();
  metadata.features.padding = dsp::Padding::kReflect;
  expect_clean(write_model(speech_network(26, 10), &metadata));
}

TEST_F(ProjectC, OfFixedPointFeaturesCompilesCleanly) {
  FeatureMetadata metadata = speech_metadata();
  metadata.features.normalize = dsp::ClipNormalization::kNone;
  metadata.features.arithmetic = dsp::Arithmetic::kFixed;
  expect_clean(write_model(speech_network(24, 10), &metadata));
}

TEST_F(ProjectC, OfFixedPointFeaturesOfWholeClipsCompilesCleanly) {
  FeatureMetadata metadata = speech_metadata();
  metadata.features.normalize = dsp::ClipNormalization::kNone;
  metadata.features.arithmetic = dsp::Arithmetic::kFixed;
  metadata.features.padding = dsp::Padding::kReflect;
  expect_clean(write_model(speech_network(26, 10), &metadata));
}

TEST_F(ProjectC, OfAnImuCompilesCleanly) {
  FeatureMetadata metadata = speech_metadata();
  metadata.features = dsp::feature_preset("motion");
  metadata.clip_ms = 2000;
  const auto clip = static_cast<std::int64_t>(2 * metadata.features.sample_rate_hz);
  const dsp::FeatureShape shape = dsp::feature_shape(metadata.features, clip);
  expect_clean(write_model(
      speech_network(static_cast<std::int32_t>(shape.frames), static_cast<std::int32_t>(shape.coefficients)),
      &metadata));
}

TEST_F(ProjectC, WithoutAFrontEndCompilesCleanly) {
  expect_clean(write_model(speech_network(9, 7), nullptr));
}

}  // namespace
}  // namespace mote::pipeline
