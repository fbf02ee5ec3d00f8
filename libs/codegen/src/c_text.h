// Tables and other pieces of C that several generators write.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mote::codegen {

// "static const uint32_t NAME[3] = {…};": words in hexadecimal, some to a line. At least one value.
std::string c_words(const std::string& name, std::span<const std::uint32_t> words);

// "1, -2, 3", broken into lines of at most 120 characters.
std::string number_list(std::span<const std::int32_t> values);

// `intrinsics` where the core has the DSP extension and MOTE_PORTABLE is not defined, else `fallback`.
std::string with_fallback(std::string_view intrinsics, std::string_view fallback);

}  // namespace mote::codegen
