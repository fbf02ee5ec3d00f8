#include "mote/data/feature_cache.h"

#include <gtest/gtest.h>

#include "mote/base/file.h"
#include "mote/base/thread_pool.h"
#include "test_files.h"

namespace mote::data {
namespace {

using test::expect_error;
using test::put_file;
using test::TempFolder;

FeatureCacheIndex sample_index() {
  return {.key = "key-1",
          .shape = {.clips = 3, .passes = 2, .features = 5},
          .labels = {2, 0, 1},
          .ids = {"yes/a.wav", "no/b.wav", ""}};
}

std::vector<float> values_of(std::int64_t clip, std::int64_t pass) {
  std::vector<float> values;
  for (int i = 0; i < 5; ++i) values.push_back(static_cast<float>(100 * clip + 10 * pass + i) / 3.0F);
  return values;
}

void write_cache(const std::filesystem::path& path) {
  FeatureCacheWriter writer(path, sample_index());
  ThreadPool threads(2);
  threads.run(6, [&](std::int64_t task) { writer.write(task / 2, task % 2, values_of(task / 2, task % 2)); });
  writer.commit();
}

TEST(FeatureCache, ValuesLieOnTheirAlignmentWhateverTheLengthOfTheIds) {
  for (const std::string& id : {std::string("a"), std::string("ab"), std::string("abcd"), std::string("abcdefg")}) {
    const TempFolder folder;
    const FeatureCacheIndex index{.key = "k", .shape = {1, 1, 2}, .labels = {0}, .ids = {id}};
    FeatureCacheWriter writer(folder / "c.h5", index);
    writer.write(0, 0, std::vector<float>{1, 2});
    writer.commit();
    const auto cache = FeatureCache::open(folder / "c.h5", "k");
    ASSERT_TRUE(cache.has_value());
    EXPECT_EQ(cache->features(0, 0)[1], 2.0F) << id;
  }
}

TEST(FeatureCache, GivesBackWhatWasWritten) {
  TempFolder folder;
  write_cache(folder / "c.h5");
  const auto cache = FeatureCache::open(folder / "c.h5", "key-1");
  ASSERT_TRUE(cache.has_value());
  EXPECT_EQ(cache->index().shape, sample_index().shape);
  EXPECT_EQ(cache->index().labels, sample_index().labels);
  EXPECT_EQ(cache->index().ids, sample_index().ids);
  for (std::int64_t clip = 0; clip < 3; ++clip) {
    for (std::int64_t pass = 0; pass < 2; ++pass) {
      const auto got = cache->features(clip, pass);
      EXPECT_EQ(std::vector<float>(got.begin(), got.end()), values_of(clip, pass));
    }
  }
}

TEST(FeatureCache, HasTheSameBytesEachTime) {
  TempFolder folder;
  write_cache(folder / "a.h5");
  write_cache(folder / "b.h5");
  EXPECT_EQ(read_binary_file(folder / "a.h5"), read_binary_file(folder / "b.h5"));
}

TEST(FeatureCache, IsNothingUnderAnotherKeyOrWithoutAFile) {
  TempFolder folder;
  EXPECT_FALSE(FeatureCache::open(folder / "c.h5", "key-1").has_value());
  write_cache(folder / "c.h5");
  EXPECT_FALSE(FeatureCache::open(folder / "c.h5", "key-2").has_value());
  expect_error(ErrorCode::kNotFound, {"gone.h5"}, [&] { FeatureCache::open_any(folder / "gone.h5"); });
}

TEST(FeatureCache, LeavesNothingWithoutCommit) {
  TempFolder folder;
  { const FeatureCacheWriter writer(folder / "c.h5", sample_index()); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(FeatureCache, SaysWhatToDoWhenTheFileIsCutShort) {
  TempFolder folder;
  write_cache(folder / "c.h5");
  const auto whole = std::filesystem::file_size(folder / "c.h5");
  for (const auto size : {whole - 1, whole / 2, std::uintmax_t{600}, std::uintmax_t{100}, std::uintmax_t{0}}) {
    std::filesystem::resize_file(folder / "c.h5", size);
    expect_error(ErrorCode::kCorrupt, {"c.h5", "wanted", "got", "delete the file and run again"},
                 [&] { FeatureCache::open(folder / "c.h5", "key-1"); });
  }
}

TEST(FeatureCache, NoticesEveryChangedByteOutsideTheValues) {
  TempFolder folder;
  write_cache(folder / "c.h5");
  const std::vector<std::uint8_t> whole = read_binary_file(folder / "c.h5");
  const std::size_t value_bytes = 3 * 2 * 5 * sizeof(float);
  std::size_t unnoticed = 0;
  for (std::size_t i = 0; i < whole.size(); i += 61) {
    std::vector<std::uint8_t> damaged = whole;
    damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ 0x55);
    put_file(folder / "d.h5", std::span<const std::uint8_t>(damaged));
    try {
      FeatureCache::open_any(folder / "d.h5");
      ++unnoticed;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
    }
  }
  // Only values, and the unused rest of the user block (512 bytes, 96 of them used).
  EXPECT_LE(unnoticed, (value_bytes + 512 - 96) / 61 + 2);
}

TEST(FeatureCache, RefusesAnIndexThatDisagreesWithItself) {
  TempFolder folder;
  const auto expect_invalid = [&](const FeatureCacheIndex& index, const std::string& part) {
    expect_error(ErrorCode::kInvalid, {part}, [&] { FeatureCacheWriter(folder / "c.h5", index); });
  };
  FeatureCacheIndex index = sample_index();
  index.labels.pop_back();
  expect_invalid(index, "2 labels and 3 ids");
  index = sample_index();
  index.shape.features = 0;
  expect_invalid(index, "> 0");
  index = sample_index();
  index.key.clear();
  expect_invalid(index, "wanted a key");
  index = sample_index();
  index.ids[0] = std::string("a\0b", 3);
  expect_invalid(index, "zero bytes");
  index = sample_index();
  index.shape.features = std::int64_t{1} << 62;
  expect_invalid(index, "64 bits");
}

TEST(FeatureCache, NamesAFolderItCannotWriteTo) {
  TempFolder folder;
  put_file(folder / "file", "x");
  expect_error(ErrorCode::kIo, {"file"}, [&] { FeatureCacheWriter(folder / "file/c.h5", sample_index()); });
}

}  // namespace
}  // namespace mote::data
