#include "mote/device/board.h"

#include <gtest/gtest.h>

#include <string>

#include "error_text.h"

namespace mote::device {
namespace {

constexpr const char* kGood =
    "name = 'a board'\ncore = 'cortex-m4'\ntiming = 'cortex-m4'\nclock_mhz = 100\nflash_kb = 512\nram_kb = 128\n"
    "firmware_flash_kb = 32\nfirmware_ram_kb = 12\nflash_wait_states = 3\nfetch = 'cache'\n";

std::string with(std::string_view from, std::string_view to) {
  std::string text(kGood);
  return text.replace(text.find(from), from.size(), to);
}

std::string error_of(const std::string& text) {
  return test::error_text([&] { parse_board(text, "a", "a.toml"); });
}

TEST(Board, HoldsWhatItsFileSays) {
  const Board board = parse_board(std::string(kGood) + "picojoules_per_cycle = 300\n", "a", "a.toml");
  EXPECT_EQ(board.id, "a");
  EXPECT_EQ(board.name, "a board");
  EXPECT_EQ(board.core, Core::kCortexM4);
  EXPECT_EQ(board.timing, Timing::kCortexM4);
  EXPECT_EQ(board.fetch, Fetch::kCache);
  EXPECT_EQ(board.picojoules_per_cycle, 300);
  EXPECT_EQ(board.flash_limit_bytes(), 480 * 1024);
  EXPECT_EQ(board.ram_limit_bytes(), 116 * 1024);
}

TEST(Board, AnUnknownKeyIsAnErrorWithTheNearestOne) {
  const std::string text = error_of(std::string(kGood) + "flash_wait_state = 3\n");
  EXPECT_NE(text.find("invalid: [target] a.toml:11: wanted one of the keys name, "), std::string::npos) << text;
  EXPECT_NE(text.find("got 'flash_wait_state' (did you mean 'flash_wait_states'?)"), std::string::npos) << text;
}

TEST(Board, AMissingKeyIsAnError) {
  EXPECT_EQ(error_of(with("ram_kb = 128\n", "")),
            "invalid: [target] a.toml:1: wanted the key 'ram_kb', got none: add it");
}

TEST(Board, AnotherTypeIsAnError) {
  EXPECT_EQ(error_of(with("'a board'", "7")), "invalid: [target] a.toml:1: wanted a text for 'name', got another type");
  EXPECT_EQ(error_of(with("= 100", "= 100.5")),
            "invalid: [target] a.toml:4: wanted a whole number from 0 to 1048576 for 'clock_mhz'");
  EXPECT_EQ(error_of(with("= 512", "= -1")),
            "invalid: [target] a.toml:5: wanted a whole number from 0 to 1048576 for 'flash_kb'");
}

TEST(Board, AnUnknownFetchIsAnErrorWithTheNearestOne) {
  EXPECT_EQ(error_of(with("'cache'", "'cashe'")),
            "invalid: [target] a.toml:10: wanted one of none, prefetch, cache for "
            "'fetch', got 'cashe' (did you mean 'cache'?)");
}

TEST(Board, MustLeaveRoomBesideItsFirmware) {
  EXPECT_NE(error_of(with("ram_kb = 128", "ram_kb = 12")).find("wanted RAM beside the firmware, got ram_kb 12"),
            std::string::npos);
  EXPECT_NE(error_of(with("flash_kb = 512", "flash_kb = 32")).find("wanted flash beside the firmware"),
            std::string::npos);
}

TEST(Board, IsAMicrocontroller) {
  EXPECT_NE(error_of(with("core = 'cortex-m4'", "core = 'host'")).find("got 'host'"), std::string::npos);
  EXPECT_NE(error_of(with("clock_mhz = 100", "clock_mhz = 0")).find("wanted clock_mhz >= 1"), std::string::npos);
}

TEST(Board, TextThatIsNotTomlIsAnError) {
  EXPECT_NE(error_of("name = ").find("corrupt: [target] a.toml:1: wanted TOML, got: "), std::string::npos);
}

TEST(Boards, OfTheSourceTreeAreBuiltIn) {
  std::vector<std::string> ids;
  for (const Board& board : built_in_boards()) ids.push_back(board.id);
  EXPECT_EQ(ids,
            (std::vector<std::string>{"corstone300", "esp32", "esp32c3", "esp32s3", "nano33ble", "ra8", "riscv",
                                      "rp2040", "stm32f4", "stm32g0", "stm32h7", "stm32l4", "stm32u5", "teensy4"}));
  EXPECT_EQ(find_board("stm32l4").clock_mhz, 120);
}

TEST(Boards, AreFoundByTheirFileAsWell) {
  EXPECT_EQ(find_board(MOTE_SOURCE_DIR "/configs/targets/rp2040.toml").name, find_board("rp2040").name);
}

TEST(Boards, AnUnknownIdIsAnErrorWithTheNearestOne) {
  const std::string text = test::error_text([] { find_board("stm32l5"); });
  EXPECT_NE(text.find("not_found: [target] wanted a board (corstone300, "), std::string::npos) << text;
  EXPECT_NE(text.find("got 'stm32l5' (did you mean 'stm32"), std::string::npos) << text;
}

}  // namespace
}  // namespace mote::device
