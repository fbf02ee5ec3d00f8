#include "mote/pipeline/junit.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/html_text.h"

namespace mote::pipeline {

std::string junit_xml(const std::string& suite, std::span<const Gate> gates) {
  const auto missed = std::count_if(gates.begin(), gates.end(), [](const Gate& gate) { return !gate.passed; });
  const std::string name = escape(suite);
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml += fmt::format(
      "<testsuites tests=\"{0}\" failures=\"{1}\">\n<testsuite name=\"{2}\" tests=\"{0}\" failures=\"{1}\">\n",
      gates.size(), missed, name);
  for (const auto& gate : gates) {
    const std::string verdict = escape(gate_sentence(gate));
    xml += fmt::format("<testcase classname=\"{}\" name=\"{}\">", name, escape(gate.name));
    if (gate.passed) {
      xml += fmt::format("<system-out>{}</system-out>", verdict);
    } else {
      xml += fmt::format("<failure message=\"{0}\">{0}</failure>", verdict);
    }
    xml += "</testcase>\n";
  }
  return xml + "</testsuite>\n</testsuites>\n";
}

}  // namespace mote::pipeline
