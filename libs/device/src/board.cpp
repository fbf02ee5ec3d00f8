#include "mote/device/board.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <concepts>

#include "embedded_text.h"
#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"

namespace mote::device {
namespace {

constexpr std::int64_t kMost = 1 << 20;

// Visits (key, member) of every key.
template <class Visit>
void visit_fields(Board& board, Visit&& visit) {
  visit("name", board.name);
  visit("core", board.core);
  visit("timing", board.timing);
  visit("clock_mhz", board.clock_mhz);
  visit("flash_kb", board.flash_kb);
  visit("ram_kb", board.ram_kb);
  visit("firmware_flash_kb", board.firmware_flash_kb);
  visit("firmware_ram_kb", board.firmware_ram_kb);
  visit("flash_wait_states", board.flash_wait_states);
  visit("fetch", board.fetch);
  visit("picojoules_per_cycle", board.picojoules_per_cycle);
}

class BoardReader {
 public:
  BoardReader(const toml::table& table, std::string source) : table_(table), source_(std::move(source)) {}

  template <class Value>
  void read(const char* key, Value& value) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) fail(table_, fmt::format("wanted the key '{}', got none: add it", key));
    assign(key, *node, value);
  }
  void read(const char* key, std::optional<std::int64_t>& value) const {
    const toml::node* node = table_.get(key);
    if (node != nullptr) assign(key, *node, value.emplace());
  }

  [[noreturn]] void fail(const toml::node& node, const std::string& problem) const {
    throw Error(ErrorCode::kInvalid, fmt::format("[target] {}:{}: {}", source_, node.source().begin.line, problem));
  }

 private:
  void assign(const char* key, const toml::node& node, std::string& value) const {
    const auto text = node.value_exact<std::string>();
    if (!text) fail(node, fmt::format("wanted a text for '{}', got another type", key));
    value = *text;
  }
  void assign(const char* key, const toml::node& node, std::int64_t& value) const {
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < 0 || *number > kMost)
      fail(node, fmt::format("wanted a whole number from 0 to {} for '{}'", kMost, key));
    value = *number;
  }
  template <NamedEnum Enum>
  void assign(const char* key, const toml::node& node, Enum& value) const {
    const std::vector<std::string> names(EnumNames<Enum>::kNames.begin(), EnumNames<Enum>::kNames.end());
    const std::string text = node.value_or(std::string());
    const auto known = enum_value<Enum>(text);
    if (!known)
      fail(node, fmt::format("wanted one of {} for '{}', got '{}'{}", join(names, ", "), key, text,
                             did_you_mean(text, names)));
    value = *known;
  }

  const toml::table& table_;
  std::string source_;
};

void refuse_unknown_keys(const toml::table& table, const BoardReader& reader) {
  std::vector<std::string> known;
  Board scratch;
  visit_fields(scratch, [&](const char* key, auto&) { known.emplace_back(key); });
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (std::ranges::find(known, name) == known.end())
      reader.fail(node, fmt::format("wanted one of the keys {}, got '{}'{}", join(known, ", "), name,
                                    did_you_mean(name, known)));
  }
}

void check(const Board& board, const toml::table& table, const BoardReader& reader) {
  if (board.core == Core::kHost) reader.fail(table, "wanted a microcontroller's core, got 'host'");
  if (board.clock_mhz < 1) reader.fail(table, "wanted clock_mhz >= 1, got 0");
  if (board.flash_limit_bytes() <= 0)
    reader.fail(table, fmt::format("wanted flash beside the firmware, got flash_kb {} and firmware_flash_kb {}",
                                   board.flash_kb, board.firmware_flash_kb));
  if (board.ram_limit_bytes() <= 0)
    reader.fail(table, fmt::format("wanted RAM beside the firmware, got ram_kb {} and firmware_ram_kb {}", board.ram_kb,
                                   board.firmware_ram_kb));
}

toml::table parse_toml(std::string_view text, const std::string& source) {
  try {
    return toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::kCorrupt, fmt::format("[target] {}:{}: wanted TOML, got: {}", source,
                                                 error.source().begin.line, error.description()));
  }
}

std::vector<Board> read_built_in_boards() {
  std::vector<Board> boards;
  for (const EmbeddedText& file : target_files()) {
    const std::string name(file.name);
    boards.push_back(parse_board(file.text, std::filesystem::path(name).stem().string(), name));
  }
  std::ranges::sort(boards, {}, &Board::id);
  return boards;
}

}  // namespace

Board parse_board(std::string_view text, const std::string& id, const std::string& source) {
  const toml::table table = parse_toml(text, source);
  const BoardReader reader(table, source);
  refuse_unknown_keys(table, reader);
  Board board;
  board.id = id;
  visit_fields(board, [&](const char* key, auto& member) { reader.read(key, member); });
  check(board, table, reader);
  return board;
}

const std::vector<Board>& built_in_boards() {
  static const std::vector<Board> boards = read_built_in_boards();
  return boards;
}

Board find_board(const std::string& id_or_path) {
  const std::filesystem::path path(id_or_path);
  if (path.extension() == ".toml") return parse_board(read_text_file(path), path.stem().string(), id_or_path);
  std::vector<std::string> ids;
  for (const Board& board : built_in_boards()) {
    if (board.id == id_or_path) return board;
    ids.push_back(board.id);
  }
  throw Error(ErrorCode::kNotFound, fmt::format("[target] wanted a board ({}) or the path of a .toml file, got '{}'{}",
                                                join(ids, ", "), id_or_path, did_you_mean(id_or_path, ids)));
}

}  // namespace mote::device
