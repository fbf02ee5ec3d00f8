// Tables as C text.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace mote::codegen {

// "static const uint32_t NAME[3] = {…};": words in hexadecimal, some to a line. At least one value.
std::string c_words(const std::string& name, std::span<const std::uint32_t> words);

}  // namespace mote::codegen
