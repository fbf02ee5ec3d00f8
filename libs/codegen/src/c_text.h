// Pieces of C that several generators write.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mote::codegen {

// "1, -2, 3", broken into lines of at most 120 characters.
std::string number_list(std::span<const std::int32_t> values);

// File-scope assembly of one function for a core with the DSP extension. `body`: instructions and labels, a line each.
std::string assembly_function(std::string_view name, std::string_view body);

// `assembly` where the core has the DSP extension and MOTE_PORTABLE is not defined, else `fallback`.
std::string with_fallback(std::string_view assembly, std::string_view fallback);

// "static const uint32_t NAME[3] = {…};": words in hexadecimal, some to a line. At least one value.
std::string c_words(const std::string& name, std::span<const std::uint32_t> words);

}  // namespace mote::codegen
