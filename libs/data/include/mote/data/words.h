// Several hundred ordinary English words: what people say that is not a keyword.
#pragma once

#include <span>
#include <string_view>

namespace mote::data {

// Lower case, no duplicates, fixed order.
std::span<const std::string_view> ordinary_words();

}  // namespace mote::data
