// Reads export/<ecosystem>/project.ini.
#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "embedded_file.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/exporter/project.h"

namespace mote::exporter {
namespace {

constexpr std::string_view kDescription = "/project.ini";
constexpr std::string_view kBoard = "board.";
constexpr std::string_view kFile = "file.";

// "fqbn=a:b:c variant=x": words of key and value.
std::map<std::string, std::string> board_keys(const std::string& text) {
  std::map<std::string, std::string> keys;
  for (const std::string& word : split(text, ' ')) {
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos) keys[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return keys;
}

Ecosystem parse(std::string name, std::string_view text) {
  Ecosystem ecosystem;
  ecosystem.name = std::move(name);
  for (const std::string& line : split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string::npos) continue;
    const std::string key(trim(std::string_view(line).substr(0, equals)));
    const std::string value(trim(std::string_view(line).substr(equals + 1)));
    if (key.starts_with(kBoard)) {
      ecosystem.boards[key.substr(kBoard.size())] = board_keys(value);
    } else if (key.starts_with(kFile)) {
      ecosystem.common_files[key.substr(kFile.size())] = value;
    } else {
      ecosystem.settings[key] = value;
    }
  }
  ecosystem.title = ecosystem.settings.at("title");
  assert(ecosystem.boards.contains(ecosystem.settings.at("default_board")));
  return ecosystem;
}

std::vector<Ecosystem> read_all() {
  std::vector<Ecosystem> all;
  for (const EmbeddedFile& file : project_templates()) {
    if (!file.path.ends_with(kDescription)) continue;
    all.push_back(parse(std::string(file.path.substr(0, file.path.size() - kDescription.size())), file.text));
  }
  std::ranges::sort(all, {}, &Ecosystem::name);
  return all;
}

}  // namespace

const std::vector<Ecosystem>& ecosystems() {
  static const std::vector<Ecosystem> all = read_all();
  return all;
}

const Ecosystem& find_ecosystem(const std::string& name) {
  std::vector<std::string> known;
  for (const Ecosystem& ecosystem : ecosystems()) {
    if (ecosystem.name == name) return ecosystem;
    known.push_back(ecosystem.name);
  }
  throw Error(ErrorCode::kUsage, fmt::format("[project] wanted a project of {}, got '{}'{}", join(known, ", "), name,
                                             did_you_mean(name, known)));
}

void check_board(const Ecosystem& ecosystem, const std::string& board) {
  if (ecosystem.boards.contains(board)) return;
  std::vector<std::string> known;
  std::vector<std::string> others;
  for (const auto& [id, keys] : ecosystem.boards) known.push_back(id);
  for (const Ecosystem& other : ecosystems())
    if (other.boards.contains(board)) others.push_back(other.name);
  const std::string advice = others.empty() ? "" : ", or the project " + join(others, ", ");
  throw Error(ErrorCode::kInvalid, fmt::format("[project] {} wanted a board of {}, got '{}': choose one of those{}",
                                               ecosystem.name, join(known, ", "), board, advice));
}

}  // namespace mote::exporter
