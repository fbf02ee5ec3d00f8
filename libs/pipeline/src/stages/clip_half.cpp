#include "stages/clip_half.h"

#include <array>
#include <map>
#include <set>
#include <string>

#include "mote/base/hash.h"

namespace mote::pipeline {

std::vector<const data::Entry*> clip_half(const std::vector<const data::Entry*>& entries, ClipShare half) {
  std::map<std::string, std::int64_t> groups;
  for (const data::Entry* entry : entries) ++groups[entry->group];
  std::map<std::string, std::string> by_hash;  // the order of names says nothing of the clips
  for (const auto& [group, clips] : groups) by_hash[Hasher().add("half").add(group).finish()] = group;
  std::array<std::int64_t, 2> clips{};
  std::set<std::string> second;
  for (const auto& [hash, group] : by_hash) {
    const std::size_t lighter = clips[0] <= clips[1] ? 0 : 1;
    clips[lighter] += groups[group];
    if (lighter == 1) second.insert(group);
  }
  std::vector<const data::Entry*> result;
  for (const data::Entry* entry : entries) {
    if (second.contains(entry->group) == (half == ClipShare::kSecondHalf)) result.push_back(entry);
  }
  return result;
}

}  // namespace mote::pipeline
