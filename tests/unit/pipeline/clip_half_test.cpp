#include "stages/clip_half.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mote::pipeline {
namespace {

// `sizes[i]` clips of person i, and pointers to them.
struct Clips {
  explicit Clips(const std::vector<int>& sizes) {
    for (std::size_t person = 0; person < sizes.size(); ++person) {
      for (int clip = 0; clip < sizes[person]; ++clip) {
        data::Entry entry;
        entry.group = "person " + std::to_string(person);
        entry.id = entry.group + " clip " + std::to_string(clip);
        entries.push_back(entry);
      }
    }
    for (const data::Entry& entry : entries) all.push_back(&entry);
  }
  std::vector<data::Entry> entries;
  std::vector<const data::Entry*> all;
};

std::set<std::string> groups_of(const std::vector<const data::Entry*>& entries) {
  std::set<std::string> groups;
  for (const data::Entry* entry : entries) groups.insert(entry->group);
  return groups;
}

TEST(ClipHalf, SharesOutEveryClipOnce) {
  const Clips clips({5, 5, 5, 5, 5, 5});
  const auto first = clip_half(clips.all, ClipShare::kFirstHalf), second = clip_half(clips.all, ClipShare::kSecondHalf);
  EXPECT_EQ(first.size(), 15U);
  EXPECT_EQ(second.size(), 15U);
  std::set<const data::Entry*> both(first.begin(), first.end());
  both.insert(second.begin(), second.end());
  EXPECT_EQ(both.size(), 30U);
}

TEST(ClipHalf, TearsNoGroupApart) {
  const Clips clips({9, 1, 4, 2, 7});
  const auto second = groups_of(clip_half(clips.all, ClipShare::kSecondHalf));
  EXPECT_FALSE(second.empty());
  for (const std::string& group : groups_of(clip_half(clips.all, ClipShare::kFirstHalf)))
    EXPECT_FALSE(second.contains(group)) << group;
}

TEST(ClipHalf, LeavesNothingForTheSecondOfOneGroup) {
  const Clips clips({8});
  EXPECT_EQ(clip_half(clips.all, ClipShare::kFirstHalf).size(), 8U);
  EXPECT_TRUE(clip_half(clips.all, ClipShare::kSecondHalf).empty());
}

}  // namespace
}  // namespace mote::pipeline
