#include "checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/hash.h"

namespace mote::trainer {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Checkpoint : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = fs::path(::testing::TempDir()) /
            (std::string("mote_checkpoint_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove(path_);
  }
  void TearDown() override { fs::remove(path_); }

  static TrainState state() {
    TrainState state;
    state.epoch = 2;
    state.batch = 7;
    state.updates = 27;
    state.sums = {1.5, 3, 4};
    state.history = {{0, 0.1, 0.2, 0.3, 0.4, 0.5}, {1, 1.1, 1.2, 1.3, 1.4, 1.5}};
    state.parameters = {1, 2, 3};
    state.statistics = {4};
    state.optimizer = {5, 6};
    state.best_parameters = {7, 8, 9};
    return state;
  }

  std::string error_of_loading() {
    try {
      load_checkpoint(path_, "key", null_log());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kCorrupt);
      return error.what();
    }
    return "no error";
  }

  fs::path path_;
};

TEST_F(Checkpoint, ReadsBackWhatWasWritten) {
  save_checkpoint(path_, "key", state());
  const auto found = load_checkpoint(path_, "key", null_log());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->epoch, 2);
  EXPECT_EQ(found->batch, 7);
  EXPECT_EQ(found->updates, 27U);
  EXPECT_EQ(found->sums.loss, 1.5);
  EXPECT_EQ(found->sums.correct, 3);
  EXPECT_EQ(found->sums.samples, 4);
  ASSERT_EQ(found->history.size(), 2U);
  EXPECT_EQ(found->history[1].epoch, 1);
  EXPECT_EQ(found->history[1].learning_rate, 1.1);
  EXPECT_EQ(found->history[1].validation_accuracy, 1.5);
  EXPECT_EQ(found->parameters, state().parameters);
  EXPECT_EQ(found->statistics, state().statistics);
  EXPECT_EQ(found->optimizer, state().optimizer);
  EXPECT_TRUE(found->average_parameters.empty());
  EXPECT_EQ(found->best_parameters, state().best_parameters);
}

TEST_F(Checkpoint, IsNothingWithoutAFile) {
  EXPECT_FALSE(load_checkpoint(path_, "key", null_log()));
}

TEST_F(Checkpoint, IsCorruptWhereverItIsCut) {
  save_checkpoint(path_, "key", state());
  const auto whole = read_binary_file(path_);
  for (std::size_t size = 0; size < whole.size(); size += 5) {
    write_file_atomic(path_, std::span(whole).first(size));
    EXPECT_THAT(error_of_loading(), AllOf(HasSubstr(path_.string()), HasSubstr("delete it"))) << size;
  }
}

TEST_F(Checkpoint, IsCorruptWhenAByteIsChanged) {
  save_checkpoint(path_, "key", state());
  auto bytes = read_binary_file(path_);
  bytes[bytes.size() / 2] ^= 1;
  write_file_atomic(path_, bytes);
  EXPECT_THAT(error_of_loading(), HasSubstr("checksum does not match"));
}

TEST_F(Checkpoint, IsCorruptWhenItIsAnotherKindOfFile) {
  write_file_atomic(path_, std::string_view("this is a letter to my aunt"));
  EXPECT_THAT(error_of_loading(), HasSubstr("no checkpoint"));
}

TEST_F(Checkpoint, IsCorruptWhenALengthIsLongerThanTheFile) {
  save_checkpoint(path_, "key", state());
  auto bytes = read_binary_file(path_);
  bytes.resize(bytes.size() - 64);
  bytes[8 + 4 + 7] = 0xFF;  // the highest byte of the key's length
  const std::string hash = sha256(bytes);
  bytes.insert(bytes.end(), hash.begin(), hash.end());
  write_file_atomic(path_, bytes);
  EXPECT_THAT(error_of_loading(), HasSubstr("longer than the file"));
}

TEST_F(Checkpoint, OfAnotherVersionIsStale) {
  save_checkpoint(path_, "key", state());
  auto bytes = read_binary_file(path_);
  bytes.resize(bytes.size() - 64);
  bytes[8] = 99;
  const std::string hash = sha256(bytes);
  bytes.insert(bytes.end(), hash.begin(), hash.end());
  write_file_atomic(path_, bytes);
  EXPECT_FALSE(load_checkpoint(path_, "key", null_log()));
}

TEST_F(Checkpoint, OfAnotherKeyIsStale) {
  save_checkpoint(path_, "key", state());
  EXPECT_FALSE(load_checkpoint(path_, "other", null_log()));
}

}  // namespace
}  // namespace mote::trainer
