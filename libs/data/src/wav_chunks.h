// What libsndfile forgives in a WAV header and we do not: a rate of zero and data that ends before its announced
// length.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace mote::data {

// The problem ("wanted …, got …: what to do") of a file that begins as RIFF WAVE; nothing for a sound header and for
// every other format. A data length of 0 or 2^32-1 (written by programs that stream) is taken as "to the end of the
// file". Format: Microsoft and IBM, "Multimedia Programming Interface and Data Specifications 1.0", 1991.
std::optional<std::string> wav_problem(std::span<const std::uint8_t> bytes);

}  // namespace mote::data
