// Any single number of a model set to anything: mote_init answers with a status, or the model runs without an access
// outside its arena and tables. Tables and arena are heap blocks of exactly their size, so that the sanitizers of the
// dev preset watch every step.
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "mote/base/rng.h"
#include "tiny_model.h"

namespace mote::test {
namespace {

struct Scalar {
  void* place;
  std::size_t bytes;
};

class Scalars {
 public:
  explicit Scalars(TinyModel& tiny) {
    add_header(tiny.model);
    for (mote_tensor& tensor : tiny.tensors) add_tensor(tensor);
    for (mote_step& step : tiny.steps) add_step(step);
    add_params(tiny);
    for (auto& table : tiny.multipliers) add_words(table.data(), table.size() * 4);
    for (auto& table : tiny.biases) add_words(table.data(), table.size() * 4);
    for (auto& table : tiny.shifts) {
      for (std::int8_t& shift : table) add(shift);
    }
  }

  const std::vector<Scalar>& all() const { return all_; }

 private:
  template <class T>
  void add(T& scalar) {
    all_.push_back({&scalar, sizeof scalar});
  }

  template <class T, std::size_t N>
  void add_each(T (&scalars)[N]) {
    for (T& scalar : scalars) add(scalar);
  }

  // A struct, or its part before its pointers, that holds 32-bit numbers only.
  void add_words(void* first, std::size_t bytes) {
    for (std::size_t at = 0; at < bytes; at += 4) all_.push_back({static_cast<char*>(first) + at, 4});
  }

  template <class Params>
  void add_scaled(Params& params) {
    add_words(&params, offsetof(Params, scaling));
    add(params.scaling.count);
  }

  void add_header(mote_model& model) {
    add(model.seal);
    add(model.version);
    add(model.tensor_count);
    add(model.step_count);
    add(model.input_count);
    add(model.output_count);
    add_each(model.inputs);
    add_each(model.outputs);
    add(model.arena_bytes);
  }

  void add_tensor(mote_tensor& tensor) {
    add(tensor.type);
    add(tensor.rank);
    add(tensor.zero_point);
    add_each(tensor.dims);
    add(tensor.scale);
    add(tensor.offset);
    add(tensor.bytes);
  }

  void add_step(mote_step& step) {
    add(step.input_count);
    add(step.output_count);
    add_each(step.inputs);
    add_each(step.outputs);
    add(step.scratch_offset);
    add(step.scratch_bytes);
  }

  void add_params(TinyModel& tiny) {
    add_scaled(tiny.conv2d);
    add_scaled(tiny.depthwise);
    add_scaled(tiny.dense);
    add_words(&tiny.quantize, sizeof tiny.quantize);
    add_words(&tiny.max_pool, sizeof tiny.max_pool);
    add_words(&tiny.concat, sizeof tiny.concat);
    add_words(&tiny.pad, sizeof tiny.pad);
    add_words(&tiny.average_pool, sizeof tiny.average_pool);
    add_words(&tiny.relu, sizeof tiny.relu);
    add_words(&tiny.add, sizeof tiny.add);
    add_words(&tiny.mean, sizeof tiny.mean);
    add_words(&tiny.reshape, sizeof tiny.reshape);
    add_words(&tiny.softmax, sizeof tiny.softmax);
    add_words(&tiny.dequantize, sizeof tiny.dequantize);
  }

  std::vector<Scalar> all_;
};

std::vector<std::int64_t> replacements(std::int64_t value, Rng& rng) {
  std::vector<std::int64_t> values{
      0,   1,   -1,   2,    -2,     value + 1, value - 1,  value * 2,  value + 4,         -value,    30, 31, -31, -32,
      127, 128, -128, -129, 0x7FFF, 0x10000,   0x7FFFFFFF, 0x3FFFFFFF, -0x7FFFFFFFLL - 1, 0x7FC00000};
  for (int i = 0; i < 4; ++i) values.push_back(static_cast<std::int64_t>(rng.next()));
  return values;
}

void fill_input(const TinyModel& tiny) {
  auto* const input = static_cast<float*>(mote_input(&tiny.executor, 0));
  const std::uint32_t bytes = mote_input_tensor(&tiny.executor, 0)->bytes;
  std::memset(input, 0x3F, bytes);
}

TEST(DamagedModel, IsRefusedOrRunsInsideItsMemory) {
  TinyModel tiny;
  ASSERT_EQ(tiny.init(), MOTE_OK);
  const Scalars scalars(tiny);
  Rng rng = Rng::derive(7, "damaged model");
  int refused = 0;
  int run = 0;
  for (const Scalar& scalar : scalars.all()) {
    std::int64_t original = 0;
    std::memcpy(&original, scalar.place, scalar.bytes);
    for (const std::int64_t value : replacements(original, rng)) {
      std::memcpy(scalar.place, &value, scalar.bytes);
      if (tiny.init() == MOTE_OK) {
        fill_input(tiny);
        EXPECT_EQ(mote_invoke(&tiny.executor), MOTE_OK);
        ++run;
      } else {
        ++refused;
      }
    }
    std::memcpy(scalar.place, &original, scalar.bytes);
  }
  EXPECT_EQ(tiny.init(), MOTE_OK);
  EXPECT_GT(refused, run);  // most numbers of a model matter to its safety
}

TEST(DamagedModel, ACountThatGrewIsNoticedBeforeTheTableIsRead) {
  TinyModel tiny;
  for (std::int32_t* count : {&tiny.model.tensor_count, &tiny.model.step_count}) {
    const std::int32_t original = *count;
    for (int bit = 0; bit < 32; ++bit) {
      *count = static_cast<std::int32_t>(static_cast<std::uint32_t>(original) ^ (1U << bit));
      EXPECT_EQ(tiny.init(), MOTE_ERROR_MODEL_SEAL);
    }
    *count = original;
  }
}

}  // namespace
}  // namespace mote::test
