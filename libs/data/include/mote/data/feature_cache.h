// Features on disk: float32 [clips][passes][features], with labels and ids, in one HDF5 file.
//
// Written once, atomically, under a key that names everything that shaped it; read by mapping the file, so that a
// sample costs no call into HDF5. Any HDF5 program can open it: datasets "features", "labels", "ids", attribute "key".
// The first 512 bytes (HDF5's user block) hold a seal over the key, the shape and all metadata; what does not match it
// is refused before libhdf5 sees it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mote::data {

struct FeatureCacheShape {
  std::int64_t clips = 0;     // > 0
  std::int64_t passes = 1;    // augmented versions of a clip, > 0
  std::int64_t features = 0;  // values of one version, > 0
  bool operator==(const FeatureCacheShape&) const = default;
};

// What a cache holds beside the features.
struct FeatureCacheIndex {
  std::string key;  // hash of the manifest and of all settings; not empty
  FeatureCacheShape shape;
  std::vector<std::int32_t> labels;  // one for each clip
  std::vector<std::string> ids;      // one for each clip, without zero bytes

  // Error(kInvalid) when sizes disagree.
  void validate() const;
};

class FeatureCacheWriter {
 public:
  // Makes a temporary file of the full size beside `path`. Errors: kIo (a full disk, say), kInvalid.
  FeatureCacheWriter(const std::filesystem::path& path, FeatureCacheIndex index);
  ~FeatureCacheWriter();
  FeatureCacheWriter(FeatureCacheWriter&&) noexcept;

  // Stores shape.features values. Any order, any thread. Errors: kIo.
  void write(std::int64_t clip, std::int64_t pass, std::span<const float> features);
  // Seals the file and renames it to its path. Without it nothing is left. Errors: kIo.
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class FeatureCache {
 public:
  // Nothing when there is no file or one with another key. Error(kCorrupt) when the file is cut short or damaged: it
  // says which file to delete.
  static std::optional<FeatureCache> open(const std::filesystem::path& path, const std::string& key);
  // Whatever the key. Errors: kNotFound, kCorrupt.
  static FeatureCache open_any(const std::filesystem::path& path);

  FeatureCache(FeatureCache&&) noexcept;
  FeatureCache& operator=(FeatureCache&&) noexcept;
  ~FeatureCache();

  const FeatureCacheIndex& index() const;
  // A view that lives as long as the cache. 0 <= clip < clips, 0 <= pass < passes.
  std::span<const float> features(std::int64_t clip, std::int64_t pass) const;

 private:
  struct State;
  explicit FeatureCache(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mote::data
