#include "mote/pipeline/project.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "error_text.h"
#include "int8_graphs.h"
#include "mote/base/file.h"
#include "mote/pipeline/feature_metadata.h"
#include "mote/tflite/writer.h"

namespace mote::pipeline {
namespace {

namespace fs = std::filesystem;

class ProjectExport : public testing::Test {
 protected:
  ProjectExport() : folder_(fs::temp_directory_path() / ("mote_project_export_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    make_folder(folder_);
    metadata_.labels = {"_silence_", "yes", "_unknown_", "no"};
    metadata_.postprocess = {0.75, 3, 1000, 100, {}};
    metadata_.name = "words";
  }
  ~ProjectExport() override { fs::remove_all(folder_); }

  // Exports a network of four outputs for the features of metadata_.
  fs::path project(bool with_metadata) const {
    test::Int8GraphBuilder b("net", 2);
    const graph::Graph graph = b.build(b.softmax(b.dense(b.input({1, 49, 10, 1}), 4)));
    tflite::WriteOptions options;
    if (with_metadata) options.metadata[tflite::kFeaturesMetadata] = to_text(metadata_);
    write_file_atomic(folder_ / "model.tflite", std::span<const std::uint8_t>(tflite::write_model(graph, options)));
    ProjectRequest request;
    request.model = folder_ / "model.tflite";
    request.out = folder_ / "made";
    request.ecosystem = "makefile";
    return export_project(request).folder;
  }

  fs::path folder_;
  FeatureMetadata metadata_;
};

// 0.75 of a softmax is the raw output 64; an inference each 100 ms.
TEST_F(ProjectExport, RecipeSetsThresholdsSmoothingAndRefractoryTime) {
  const std::string text = read_text_file(project(true) / "words/words_detector.c");
  EXPECT_NE(text.find("static const int32_t thresholds[4] = {"), std::string::npos) << text;
  EXPECT_NE(text.find("32768, 16384, 32768, 16384"), std::string::npos) << text;
  EXPECT_NE(text.find("postprocess_settings = {4, 3, 10, thresholds}"), std::string::npos) << text;
}

TEST_F(ProjectExport, ModelWithoutMetadataFiresFromOneHalf) {
  const std::string text = read_text_file(project(false) / "model/model_detector.c");
  EXPECT_NE(text.find("0, 0, 0, 0"), std::string::npos) << text;
  EXPECT_NE(text.find("postprocess_settings = {4, 1, 1, thresholds}"), std::string::npos) << text;
}

TEST_F(ProjectExport, FixedPointFrontEndIsRefused) {
  metadata_.features.arithmetic = dsp::Arithmetic::kFixed;
  const std::string text = test::error_text([&] { project(true); });
  EXPECT_NE(text.find("unsupported: [project] wanted a front end in float"), std::string::npos) << text;
}

}  // namespace
}  // namespace mote::pipeline
