#include "mote/pipeline/report_html.h"

#include <nlohmann/json.hpp>
#include <set>

#include "expect_error.h"
#include "sample_report.h"

namespace mote::pipeline {
namespace {

using test::expect_error;
using test::sample_report;
using testing::HasSubstr;
using testing::Not;

// The first tag that is closed without being open, or left open; empty when all match.
std::string first_unbalanced_tag(const std::string& html) {
  const std::set<std::string> without_end = {"meta", "img", "br", "!DOCTYPE"};
  const std::string body = html.substr(0, html.find("<script>"));  // the script ends the page
  std::vector<std::string> open = {};
  for (auto at = body.find('<'); at != std::string::npos; at = body.find('<', at + 1)) {
    const std::string tag = body.substr(at + 1, body.find('>', at) - at - 1);
    const std::string name = tag.substr(0, tag.find_first_of(" /\n", 1));
    if (tag.ends_with('/') || without_end.contains(name)) continue;
    if (!name.starts_with('/')) {
      open.push_back(name);
      continue;
    }
    if (open.empty() || "/" + open.back() != name) return name;
    open.pop_back();
  }
  return open == std::vector<std::string>{"html", "body"} ? "" : open.empty() ? "html" : open.back();
}

TEST(ReportHtml, HoldsEverySectionOfAWholeReport) {
  const std::string page = render_html(sample_report(12));
  for (const char* id :
       {"gates", "accuracy", "clips", "training", "data", "features", "model", "doctor", "provenance"}) {
    EXPECT_THAT(page, HasSubstr(std::string("<section id=\"") + id + "\">"));
    EXPECT_THAT(page, HasSubstr(std::string("<a href=\"#") + id + "\">"));
  }
  EXPECT_EQ(first_unbalanced_tag(page), "");
}

TEST(ReportHtml, NeedsNoNetwork) {
  const std::string page = render_html(sample_report(12));
  for (const char* reference : {"http:", "https:", "//cdn", "@import", "url(", "<link", "src=\"/", "<iframe"}) {
    EXPECT_THAT(page, Not(HasSubstr(reference)));
  }
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_THAT(page, HasSubstr("width=device-width"));
}

TEST(ReportHtml, GivesTheSameBytesFromTheReportAndFromItsJson) {
  const Report report = sample_report(5);
  EXPECT_EQ(render_html(report), render_html(report));
  EXPECT_EQ(render_html(to_json(report)), render_html(report));
}

TEST(ReportHtml, PutsWarningsAboveTheFiguresAndBeforeNotes) {
  const std::string page = render_html(sample_report(3));
  const auto warning = page.find("Accuracy on synthesized clips is no estimate for people");
  const auto note = page.find("The weights were chosen on the split that is shown here");
  const auto figures = page.find("class=\"cards big\"");
  EXPECT_LT(warning, note);
  EXPECT_LT(note, figures);
  EXPECT_NE(figures, std::string::npos);
}

// Every text of the report, wherever it is shown.
void poison(nlohmann::json& json) {
  if (json.is_string()) json = "<script>alert('\"&')</script>";
  if (!json.is_structured()) return;
  for (auto& [key, value] : json.items()) {
    if (key != "schema") poison(value);
  }
}

TEST(ReportHtml, EscapesEveryText) {
  nlohmann::json json = to_json(sample_report(3));
  poison(json);
  const std::string page = render_html(json);
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;&quot;&amp;&#39;)"));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("alert('")));
  EXPECT_EQ(first_unbalanced_tag(page), "");
}

TEST(ReportHtml, RendersWhenAnySectionIsMissing) {
  const nlohmann::json whole = to_json(sample_report(3));
  for (const auto& [key, value] : whole.items()) {
    if (key == "schema") continue;
    nlohmann::json json = whole;
    json.erase(key);
    EXPECT_EQ(first_unbalanced_tag(render_html(json)), "") << "without " << key;
  }
}

TEST(ReportHtml, RendersAReportOfTheFloatModelAlone) {
  Report report = sample_report(4);
  report.evaluation->int8.reset();
  report.evaluation->comparison.reset();
  const std::string page = render_html(report);
  EXPECT_THAT(page, HasSubstr("FP32 accuracy"));
  EXPECT_THAT(page, Not(HasSubstr("INT8 accuracy")));
  EXPECT_THAT(page, Not(HasSubstr("disagree")));
}

TEST(ReportHtml, RendersAnEmptyReport) {
  const std::string page = render_html(Report{});
  EXPECT_THAT(page, HasSubstr("unnamed recipe"));
  EXPECT_THAT(page, Not(HasSubstr("id=\"accuracy\"")));
  EXPECT_EQ(first_unbalanced_tag(page), "");
}

TEST(ReportHtml, NamesAllFortyClassesInBothMatrices) {
  const std::string page = render_html(sample_report(40));
  std::size_t shown = 0;
  for (auto at = page.find(">word 39</text>"); at != std::string::npos; at = page.find(">word 39</text>", at + 1))
    ++shown;
  EXPECT_EQ(shown, 4U);  // a row and a column in each matrix
}

TEST(ReportHtml, ShowsTimingsAsNotRepeatable) {
  Report report = sample_report(3);
  EXPECT_THAT(render_html(report), Not(HasSubstr("differs from run to run")));
  report.timings = {{"train", 61.2}};
  EXPECT_THAT(render_html(report), HasSubstr("differs from run to run"));
}

TEST(ReportHtml, RefusesPartsThatContradictEachOther) {
  const auto refused = [](auto change, const char* part) {
    Report report = sample_report(3);
    change(report);
    expect_error(
        ErrorCode::kInvalid, [&] { render_html(report); }, part);
  };
  refused([](Report& r) { r.evaluation->int8->confusion.pop_back(); }, "a confusion matrix of 3 × 3");
  refused([](Report& r) { r.evaluation->fp32->confusion[1].push_back(0); }, "a confusion matrix of 3 × 3");
  refused(
      [](Report& r) {
        r.evaluation->int8->classes.clear();
        r.evaluation->int8->confusion.clear();
      },
      "the same classes in FP32 and INT8, got 3 and 0");
  refused([](Report& r) { r.pictures[0].levels.pop_back(); }, "got 1959 for 49 × 40");
  refused([](Report& r) { r.pictures[0].levels[0] = 256; }, "levels in 0..255");
  refused([](Report& r) { r.memory->tensors[0].last_step = 99; }, "tensor 'features' inside the arena");
  refused([](Report& r) { r.memory->tensors[1].offset_bytes = 9000; }, "tensor 'stem' inside the arena of 16000 bytes");
}

TEST(ReportHtml, ShowsARowAStepWhereThereAreSeveral) {
  Report report = sample_report(12);
  report.steps = {{"train", 0.9125, 0.91, 30000, 2656768, 16000, 40000, 2750000}};
  EXPECT_THAT(render_html(report), Not(HasSubstr("what each left")));
  report.steps.push_back({"qat", 0.9125, 0.9222, 30000, 2656768, 16000, 40000, 2700123});
  const std::string page = render_html(report);
  for (const char* value : {"what each left", "qat", "92.22", "2,700,123"}) EXPECT_THAT(page, HasSubstr(value));
}

TEST(ReportHtml, ShowsTheTypesThatWereChosenAndTheirBudget) {
  Report report = sample_report(3);
  const std::string page = render_html(report);
  for (const char* text : {"Mixed precision", "conv&lt;0&gt;", "14,947", "1,280, 0.0112, 3.53"})
    EXPECT_THAT(page, HasSubstr(text));
  report.mixed.reset();
  EXPECT_THAT(render_html(report), Not(HasSubstr("Mixed precision")));
}

TEST(ReportHtml, RefusesAnotherSchema) {
  expect_error(
      ErrorCode::kUnsupported,
      [] {
        render_html(nlohmann::json{{"schema", "other/1"}});
      },
      "mote.report/1");
}

}  // namespace
}  // namespace mote::pipeline
