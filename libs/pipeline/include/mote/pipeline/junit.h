// Gates as JUnit XML, the format that CI servers read.
#pragma once

#include <span>
#include <string>

#include "mote/pipeline/report_schema.h"

namespace mote::pipeline {

// One <testsuite> named `suite`, one <testcase> a gate; a missed gate holds a <failure> that says what was wanted and
// what was got. UTF-8, all text escaped, no time stamps: the same gates give the same bytes.
std::string junit_xml(const std::string& suite, std::span<const Gate> gates);

}  // namespace mote::pipeline
