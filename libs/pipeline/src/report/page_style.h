// The style sheet and the script of the report page, ready to be put between their tags.
#pragma once

#include <string_view>

namespace mote::pipeline {

std::string_view page_css();
std::string_view page_script();

}  // namespace mote::pipeline
