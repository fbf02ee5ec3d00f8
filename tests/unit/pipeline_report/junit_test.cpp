#include "mote/pipeline/junit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mote::pipeline {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Junit, CountsTheMissedGatesAndSaysWhatWasWantedAndGot) {
  const std::vector<Gate> gates = {gate_at_least("int8_accuracy", 86, 84.5, "%"),
                                   gate_at_most("macs", 3e6, 2656768, "MACs")};
  const std::string xml = junit_xml("kws", gates);
  EXPECT_THAT(xml, HasSubstr("<testsuite name=\"kws\" tests=\"2\" failures=\"1\">"));
  EXPECT_THAT(xml, HasSubstr("<failure message=\"int8_accuracy: wanted at least 86 %, got 84.5 %\">"));
  EXPECT_THAT(xml, HasSubstr("<system-out>macs: wanted at most 3,000,000 MACs, got 2,656,768 MACs</system-out>"));
}

TEST(Junit, IsASuiteWithoutCasesWhenThereAreNoGates) {
  EXPECT_THAT(junit_xml("kws", {}), HasSubstr("tests=\"0\" failures=\"0\""));
}

TEST(Junit, EscapesNamesAndReplacesWhatXmlForbids) {
  const std::vector<Gate> gates = {gate_at_most("a\"<&\x01\xFF", 1, 2, "")};
  const std::string xml = junit_xml("<suite>", gates);
  EXPECT_THAT(xml, HasSubstr("name=\"a&quot;&lt;&amp;\xEF\xBF\xBD\xEF\xBF\xBD\""));
  EXPECT_THAT(xml, HasSubstr("&lt;suite&gt;"));
  EXPECT_THAT(xml, Not(HasSubstr("<suite>")));
}

}  // namespace
}  // namespace mote::pipeline
