// A board: a chip with its core, clock and memories, as configs/targets/*.toml describe it. For limits (what a model
// may take) and for estimates of time and energy. configs/README.md lists the keys.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/device/core.h"
#include "mote/device/timing.h"

namespace mote::device {

// What stands between the core and its flash.
enum class Fetch : std::uint8_t { kNone, kPrefetch, kCache };

struct Board {
  std::string id;    // "stm32l4": the file's stem
  std::string name;  // "STM32L4R5ZI (Nucleo-144)"
  Core core = Core::kCortexM4;
  Timing timing = Timing::kCortexM4;
  std::int64_t clock_mhz = 0;
  std::int64_t flash_kb = 0;
  std::int64_t ram_kb = 0;
  std::int64_t firmware_flash_kb = 0;
  std::int64_t firmware_ram_kb = 0;
  std::int64_t flash_wait_states = 0;
  Fetch fetch = Fetch::kNone;
  std::optional<std::int64_t> picojoules_per_cycle;

  // What is left for the model with its code, front end and stack.
  std::int64_t flash_limit_bytes() const { return (flash_kb - firmware_flash_kb) * 1024; }
  std::int64_t ram_limit_bytes() const { return (ram_kb - firmware_ram_kb) * 1024; }
};

// `id` becomes Board::id; `source` is for messages. Errors: kCorrupt for text that is not TOML; kInvalid, with file and
// line, for an unknown key (with the nearest one), a missing one, another type, a number out of its range, a firmware
// that leaves nothing.
Board parse_board(std::string_view text, const std::string& id, const std::string& source);

// All boards that are built in, ascending by id.
const std::vector<Board>& built_in_boards();

// A built-in board by its id, or any board by the path of its file (ends in .toml). Errors: kNotFound with the known
// ids and the nearest one; those of parse_board.
Board find_board(const std::string& id_or_path);

}  // namespace mote::device

template <>
struct mote::EnumNames<mote::device::Fetch> {
  static constexpr std::array<std::string_view, 3> kNames{"none", "prefetch", "cache"};
};
