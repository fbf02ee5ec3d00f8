#include "mote/pipeline/project.h"

#include <gtest/gtest.h>
#include <unistd.h>

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
  const std::string text = read_text_file(project(true) / "words/postprocess.c");
  EXPECT_NE(text.find("  MOTE_NEVER_FIRES, /* _silence_ */\n  16384, /* yes */\n  MOTE_NEVER_FIRES, /* _unknown_ */\n"
                      "  16384, /* no */\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  .smoothing = 3,\n  .refractory_steps = 10,\n"), std::string::npos) << text;
}

TEST_F(ProjectExport, ModelWithoutMetadataFiresFromOneHalf) {
  const fs::path folder = project(false) / "model";
  const std::string text = read_text_file(folder / "postprocess.c");
  EXPECT_NE(text.find("  0,\n  0,\n  0,\n  0,\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  .smoothing = 1,\n  .refractory_steps = 1,\n"), std::string::npos) << text;
  EXPECT_EQ(read_text_file(folder / "postprocess.h").find("frames"), std::string::npos);
}

TEST_F(ProjectExport, FixedPointFrontEndListensToIntegers) {
  metadata_.features.arithmetic = dsp::Arithmetic::kFixed;
  const fs::path folder = project(true) / "words";
  EXPECT_NE(read_text_file(folder / "words_detector.h").find("typedef int16_t words_sample;"), std::string::npos);
  EXPECT_NE(read_text_file(folder / "listen.c").find("mote_fixed_stream_push("), std::string::npos);
}

}  // namespace
}  // namespace mote::pipeline
