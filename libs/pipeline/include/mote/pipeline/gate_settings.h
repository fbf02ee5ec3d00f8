// Limits of a recipe that a finished model is held to ([gates]).
#pragma once

#include <cstdint>

namespace mote::pipeline {

// Negative or zero: no gate.
struct GateSettings {
  double least_accuracy = 0;
  double greatest_int8_loss = 0;
  std::int64_t greatest_flash_bytes = 0;
  std::int64_t greatest_arena_bytes = 0;
  std::int64_t greatest_macs = 0;

  bool any() const {
    return least_accuracy > 0 || greatest_int8_loss > 0 || greatest_flash_bytes > 0 || greatest_arena_bytes > 0 ||
           greatest_macs > 0;
  }
};

}  // namespace mote::pipeline
