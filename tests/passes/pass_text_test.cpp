// Every pass against its texts: tests/passes/<pass>/<case>.txt holds lines of "# what it shows", the graph before, a
// line of four dashes and the graph after. A new pass needs a folder of its name, a new case one file.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/graph/text.h"
#include "mote/quant/constant_channels.h"
#include "mote/quant/fold.h"
#include "mote/quant/pointwise.h"

namespace mote::quant {
namespace {

struct PassCase {
  std::string pass, name;
  std::filesystem::path path;
};

std::ostream& operator<<(std::ostream& stream, const PassCase& one) {
  return stream << one.pass << "/" << one.name;
}

std::vector<PassCase> cases() {
  std::vector<PassCase> result;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(MOTE_TEST_DATA_DIR)) {
    if (entry.path().extension() != ".txt" || entry.path().filename() == "CMakeLists.txt") continue;
    result.push_back({entry.path().parent_path().filename().string(), entry.path().stem().string(), entry.path()});
  }
  std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return result;
}

// A pass and the stage of the graphs before and after it.
struct TestedPass {
  Pass pass;
  graph::Stage stage = graph::Stage::kTrain;
};

// The folding passes and those that are called on their own.
std::vector<TestedPass> all_passes() {
  std::vector<TestedPass> passes;
  for (const Pass& pass : folding_passes()) passes.push_back({pass});
  passes.push_back({{"dense_to_pointwise", dense_to_pointwise}});
  passes.push_back(
      {{"remove_constant_channels", [](const graph::Graph& graph) { return remove_constant_channels(graph).graph; }},
       graph::Stage::kInt8});
  return passes;
}

std::optional<TestedPass> pass_named(std::string_view name) {
  for (const TestedPass& tested : all_passes()) {
    if (tested.pass.name == name) return tested;
  }
  return std::nullopt;
}

struct Texts {
  std::string before, after;
};

Texts read_case(const std::filesystem::path& path) {
  Texts texts;
  std::string* part = &texts.before;
  for (const std::string& line : split(read_text_file(path), '\n')) {
    if (line.starts_with("#")) continue;
    if (line == "----") {
      part = &texts.after;
    } else {
      *part += line + "\n";
    }
  }
  return texts;
}

class PassText : public testing::TestWithParam<PassCase> {};

TEST_P(PassText, TurnsTheGraphIntoTheExpectedOne) {
  const std::optional<TestedPass> tested = pass_named(GetParam().pass);
  ASSERT_TRUE(tested) << "no pass of that name";
  const auto& [pass, stage] = *tested;
  const Texts texts = read_case(GetParam().path);
  const graph::Graph before = graph::parse(texts.before);
  const graph::Graph wanted = graph::parse(texts.after);
  verify(before, stage);
  const graph::Graph after = pass.run(before);
  verify(after, stage);
  EXPECT_EQ(graph::print(after), graph::print(wanted));
  EXPECT_EQ(graph::print(pass.run(after)), graph::print(after)) << "a second run must find nothing to do";
}

INSTANTIATE_TEST_SUITE_P(Cases, PassText, testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param.pass + "_" + info.param.name; });

TEST(Passes, HaveATextEach) {
  std::set<std::string> tested;
  for (const PassCase& one : cases()) tested.insert(one.pass);
  for (const auto& [pass, stage] : all_passes()) EXPECT_TRUE(tested.contains(std::string(pass.name))) << pass.name;
}

}  // namespace
}  // namespace mote::quant
