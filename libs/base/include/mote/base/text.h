// Small helpers for messages and text formats.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote {

// The known word with the least edit distance, if it is near enough to be what was meant (at most a third of its
// length).
std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> known);
// " (did you mean 'epochs'?)" or "".
std::string did_you_mean(std::string_view word, std::span<const std::string> known);
// Levenshtein distance over bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

// Parts between separators; "a,,b" gives three parts, "" gives one empty part.
std::vector<std::string> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::string join(std::span<const std::string> parts, std::string_view separator);

// The whole text as a number, independent of the locale; nothing on any rest, overflow or empty text.
std::optional<double> parse_double(std::string_view text);
std::optional<std::int64_t> parse_int(std::string_view text);

// "12,345" and "23.4 KB" for people.
std::string group_digits(std::int64_t number);
std::string human_bytes(std::int64_t bytes);

}  // namespace mote
