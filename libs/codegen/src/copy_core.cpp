#include "copy_core.h"

namespace mote::codegen {
namespace {

constexpr std::string_view kHeader = R"(#include <stdint.h>

typedef struct mote_copy_plan {
  int32_t rows;
  int32_t bytes; /* of a row */
  int32_t input_step;
  int32_t output_step;
} mote_copy_plan;

/* The input may lie above the output; where it is the output, nothing is done. */
void mote_copy_bytes(const mote_copy_plan* plan, const uint8_t* input, uint8_t* output);
void mote_copy_bytes_fill(uint8_t* output, int32_t count, uint8_t value);
)";

constexpr std::string_view kSource = R"(#include "mote_copy_bytes.h"

void mote_copy_bytes(const mote_copy_plan* plan, const uint8_t* input, uint8_t* output) {
  const int32_t bytes = plan->bytes;
  int32_t rows = plan->rows;
  if (input == output && plan->input_step == plan->output_step) return;
  for (; rows > 0; --rows, input += plan->input_step, output += plan->output_step) {
    int32_t i = 0;
    for (; i + 4 <= bytes; i += 4) {
      const uint8_t a = input[i];
      const uint8_t b = input[i + 1];
      const uint8_t c = input[i + 2];
      const uint8_t d = input[i + 3];
      output[i] = a;
      output[i + 1] = b;
      output[i + 2] = c;
      output[i + 3] = d;
    }
    for (; i < bytes; ++i) output[i] = input[i];
  }
}

void mote_copy_bytes_fill(uint8_t* output, int32_t count, uint8_t value) {
  for (; count > 0; --count) *output++ = value;
}
)";

// Measured on a Cortex-M4, gcc 12 -O2.
constexpr double kRowInstructions = 12;
constexpr double kWordInstructions = 5.5;  // the compiler moves words
constexpr double kByteInstructions = 4;
constexpr double kFillInstructions = 39;  // it calls memset
constexpr double kFillByteInstructions = 0.8;

}  // namespace

Core copy_core() {
  return {"mote_copy_bytes", std::string(kHeader), std::string(kSource)};
}

std::int64_t copy_instructions(std::int64_t rows, std::int64_t bytes) {
  const std::int64_t words = bytes / 4;
  const double row = kRowInstructions + kWordInstructions * static_cast<double>(words) +
                     kByteInstructions * static_cast<double>(bytes % 4);
  return static_cast<std::int64_t>(static_cast<double>(rows) * row);
}

std::int64_t fill_instructions(std::int64_t bytes) {
  return static_cast<std::int64_t>(kFillInstructions + kFillByteInstructions * static_cast<double>(bytes));
}

}  // namespace mote::codegen
