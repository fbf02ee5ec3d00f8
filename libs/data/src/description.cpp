#include "mote/data/description.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"

namespace mote::data {
namespace {

[[noreturn]] void fail(const std::string& source, const toml::source_region& where, const std::string& problem) {
  throw Error(ErrorCode::kInvalid, fmt::format("[dataset] {}:{}: {}", source, where.begin.line, problem));
}

// One table, read key by key; keys that nobody asked for are errors.
class Table {
 public:
  Table(const toml::table& table, std::string source, std::vector<std::string> keys)
      : table_(table), source_(std::move(source)) {
    for (const auto& [key, node] : table_) {
      const std::string name(key.str());
      if (std::ranges::find(keys, name) != keys.end()) continue;
      fail(source_, key.source(),
           fmt::format("wanted one of the keys {}, got '{}'{}", join(keys, ", "), name, did_you_mean(name, keys)));
    }
  }

  template <class T>
  T get(std::string_view key, std::string_view type) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) fail(source_, table_.source(), fmt::format("wanted the key '{}', got none: add it", key));
    if (const auto value = node->value_exact<T>()) return *value;
    fail(source_, node->source(), fmt::format("wanted {} for '{}', got another type", type, key));
  }
  std::string text(std::string_view key) const { return get<std::string>(key, "a text"); }

  const toml::array& array(std::string_view key) const {
    const toml::array* array = table_[key].as_array();
    if (array == nullptr || array->empty())
      fail(source_, table_.source(), fmt::format("wanted at least one [[{}]], got none: add it", key));
    return *array;
  }

 private:
  const toml::table& table_;
  std::string source_;
};

bool is_sha256(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::ranges::all_of(text, is_digit);
}

ArchiveDescription parse_archive(const toml::node& node, const std::string& source) {
  if (!node.is_table()) fail(source, node.source(), "wanted a table [[archive]], got another type");
  const Table table(*node.as_table(), source, {"url", "bytes", "sha256"});
  ArchiveDescription archive{table.text("url"), table.get<std::int64_t>("bytes", "a whole number"),
                             table.text("sha256")};
  if (archive.bytes <= 0) fail(source, node.source(), fmt::format("wanted bytes > 0, got {}", archive.bytes));
  if (!is_sha256(archive.sha256))
    fail(source, node.source(), fmt::format("wanted 64 lower case hex digits as sha256, got '{}'", archive.sha256));
  if (archive.url.find("://") == std::string::npos || archive.url.ends_with('/')) {
    fail(source, node.source(), fmt::format("wanted the URL of a file, got '{}'", archive.url));
  }
  return archive;
}

DatasetDescription parse_table(const toml::table& root, const std::string& source) {
  const Table table(root, source, {"name", "title", "licence", "citation", "homepage", "layout", "archive"});
  DatasetDescription description;
  description.name = table.text("name");
  description.title = table.text("title");
  description.licence = table.text("licence");
  description.citation = table.text("citation");
  description.homepage = table.text("homepage");
  description.layout = layout_from_name(table.text("layout"));
  const bool plain =
      !description.name.empty() && description.name.find('/') == std::string::npos && description.name.front() != '.';
  if (!plain)
    fail(source, root.source(), fmt::format("wanted a name that can name a folder, got '{}'", description.name));
  for (const toml::node& node : table.array("archive")) description.archives.push_back(parse_archive(node, source));
  return description;
}

}  // namespace

DatasetDescription parse_description(std::string_view text, const std::string& source) {
  try {
    return parse_table(toml::parse(text, source), source);
  } catch (const toml::parse_error& error) {
    fail(source, error.source(), fmt::format("wanted TOML, got an error: {}", error.description()));
  }
}

DatasetDescription load_description(const std::filesystem::path& path) {
  return parse_description(read_text_file(path), path.string());
}

}  // namespace mote::data
