#include <limits>
#include <nlohmann/json.hpp>

#include "expect_error.h"
#include "mote/base/file.h"
#include "mote/pipeline/report_schema.h"
#include "sample_report.h"

namespace mote::pipeline {
namespace {

using test::expect_error;
using test::sample_report;

TEST(ReportJson, ReadsBackWhatItWrote) {
  const nlohmann::json json = to_json(sample_report(4));
  EXPECT_EQ(to_json(report_from_json(json)), json);
}

TEST(ReportJson, TextHoldsTheSameAsTheJson) {
  const Report report = sample_report(3);
  EXPECT_EQ(nlohmann::json::parse(report_text(report)), to_json(report));
}

TEST(ReportJson, TextKeepsARowOfNumbersOnOneLine) {
  Report report;
  report.features = FeatureSummary{"mfcc", {49, 10, 1}, {}};
  EXPECT_THAT(report_text(report), testing::HasSubstr("\n  \"shape\": [49,10,1]\n"));
}

TEST(ReportJson, GivesTheSameBytesForTheSameReport) {
  EXPECT_EQ(report_text(sample_report(3)), report_text(sample_report(3)));
}

TEST(ReportJson, LeavesOutSectionsThatAReportDoesNotHave) {
  Report report;
  report.run.recipe = "kws";
  const nlohmann::json json = to_json(report);
  EXPECT_EQ(json.size(), 2U);
  EXPECT_EQ(json.at("schema"), "mote.report/1");
  EXPECT_EQ(json.at("run").at("recipe"), "kws");
}

TEST(ReportJson, WritesTheEvaluationAlone) {
  const Report report = sample_report(3);
  EXPECT_EQ(to_json(*report.evaluation), to_json(report).at("evaluation"));
}

TEST(ReportJson, LeavesOutARateThatIsAbsent) {
  Report report = sample_report(3);
  report.evaluation->int8->classes[0].precision.reset();
  const auto written = to_json(report).at("evaluation").at("int8").at("classes").at(0);
  EXPECT_FALSE(written.contains("precision"));
  EXPECT_TRUE(written.contains("recall"));
}

TEST(ReportJson, PassesOverKeysItDoesNotKnow) {
  nlohmann::json json = to_json(sample_report(3));
  json["run"]["from_the_future"] = 1;
  EXPECT_NO_THROW(report_from_json(json));
}

TEST(ReportJson, RefusesNumbersThatJsonDoesNotHave) {
  Report report = sample_report(3);
  report.training->epochs[0].train_loss = std::numeric_limits<double>::quiet_NaN();
  expect_error(
      ErrorCode::kInvalid, [&] { to_json(report); }, "wanted finite numbers, got nan");
}

TEST(ReportJson, RefusesAnotherSchema) {
  const auto read = [](const char* text) { report_from_json(nlohmann::json::parse(text)); };
  expect_error(
      ErrorCode::kUnsupported, [&] { read(R"({"schema": "mote.report/9"})"); }, "got \"mote.report/9\"");
  expect_error(
      ErrorCode::kUnsupported, [&] { read("{}"); }, "got none");
  expect_error(
      ErrorCode::kUnsupported, [&] { read("[1]"); }, "got none");
}

TEST(ReportJson, NamesTheFieldOfAWrongType) {
  const auto refused = [](const char* pointer, const nlohmann::json& value, const char* part) {
    nlohmann::json json = to_json(sample_report(3));
    json[nlohmann::json::json_pointer(pointer)] = value;
    expect_error(
        ErrorCode::kCorrupt, [&] { report_from_json(json); }, part);
  };
  refused("/run/seed", "x", "wanted a whole number >= 0 at report.run.seed, got string");
  refused("/run/recipe", 3, "wanted a text at report.run.recipe, got number");
  refused("/gates/1/limit", nullptr, "wanted a number at report.gates[1].limit, got nothing");
  refused("/gates/0/passed", 1, "wanted true or false at report.gates[0].passed");
  refused("/layers", nlohmann::json::object(), "wanted a list at report.layers, got object");
  refused("/evaluation/int8/confusion/2", 5, "wanted a list at report.evaluation.int8.confusion[2]");
  refused("/memory", true, "wanted an object at report.memory, got boolean");
  refused("/sizes/macs", 1.5, "wanted a whole number at report.sizes.macs");
}

TEST(ReportReference, IsWhatDocsReportMdHolds) {
  EXPECT_EQ(read_text_file(std::string(MOTE_SOURCE_DIR) + "/docs/report.md"), report_reference_markdown())
      << "write report_reference_markdown() to docs/report.md";
}

}  // namespace
}  // namespace mote::pipeline
