// The HDF5 side of the feature cache, and the seal that keeps damaged files away from libhdf5.
//
// The user block, 512 bytes in front of what HDF5 writes: 8 bytes magic, then as 64-bit little-endian numbers the size
// of the file and begin and length of the feature values, then 64 hex digits: the SHA-256 of those numbers and of every
// byte of the file that is neither in the user block nor a feature value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "mote/data/feature_cache.h"

namespace mote::data {

struct CacheLayout {
  std::uint64_t file_bytes = 0;
  std::uint64_t data_begin = 0;  // of the feature values in the file, a multiple of 4
  std::uint64_t data_bytes = 0;
};

// Writes all but the feature values and the seal. Errors: kIo.
CacheLayout create_cache_file(const std::filesystem::path& path, const FeatureCacheIndex& index);

// Errors: kIo.
void write_at(int descriptor, std::uint64_t begin, std::span<const std::byte> bytes, const std::filesystem::path& path);
void seal_cache_file(int descriptor, const CacheLayout& layout, const std::filesystem::path& path);

// Error(kCorrupt) unless `file` is whole and its metadata are those that were sealed.
CacheLayout check_seal(std::span<const std::byte> file, const std::filesystem::path& path);

// Of a file whose seal is good. Error(kCorrupt) when it does not hold what a cache holds.
FeatureCacheIndex read_cache_index(const std::filesystem::path& path, const CacheLayout& layout);

}  // namespace mote::data
