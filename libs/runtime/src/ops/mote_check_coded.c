#include "mote_check_coded.h"

/* Largest magnitude of input + offset. */
enum { MOTE_LARGEST_FACTOR = 255 };

/* What is left of a table while its filters are walked. */
typedef struct mote_coded_walk {
  const uint8_t* at;
  const uint8_t* end;
  int64_t magnitudes; /* sum of the last filter's |weights| */
} mote_coded_walk;

static int32_t magnitude(int32_t value) {
  return value < 0 ? -value : value;
}

static mote_status walk_packed(mote_coded_walk* walk, int32_t bits, int32_t length) {
  const int64_t bytes = ((int64_t)length * bits + 7) / 8;
  if (walk->end - walk->at < bytes || length > INT32_MAX / 4) return MOTE_ERROR_TENSOR_BYTES;
  walk->magnitudes = 0;
  for (int32_t i = 0; i < length; ++i) walk->magnitudes += magnitude(mote_packed_weight(walk->at, bits, i));
  walk->at += bytes;
  return MOTE_OK;
}

static int32_t gap_at(const mote_coded_walk* walk, int32_t coding, int32_t entry) {
  if (coding == MOTE_CODING_SPARSE_S8_FAR) return walk->at[2 * entry];
  if (coding == MOTE_CODING_SPARSE_S4) return walk->at[entry] >> 4;
  const uint8_t gaps = walk->at[entry / 2 * 3];
  return entry % 2 == 0 ? gaps & 15 : gaps >> 4;
}

static int32_t value_at(const mote_coded_walk* walk, int32_t coding, int32_t entry) {
  if (coding == MOTE_CODING_SPARSE_S8_FAR) return (int8_t)walk->at[2 * entry + 1];
  if (coding == MOTE_CODING_SPARSE_S4) return (int8_t)(uint8_t)(walk->at[entry] << 4) >> 4;
  return (int8_t)walk->at[entry / 2 * 3 + 1 + entry % 2];
}

static int32_t bytes_of_entries(int32_t coding, int32_t entries) {
  if (coding == MOTE_CODING_SPARSE_S8_FAR) return 2 * entries;
  return coding == MOTE_CODING_SPARSE_S4 ? entries : entries / 2 * 3;
}

static mote_status walk_sparse(mote_coded_walk* walk, int32_t coding, int32_t length) {
  if (walk->end - walk->at < 2) return MOTE_ERROR_TENSOR_BYTES;
  const int32_t entries = walk->at[0] | walk->at[1] << 8;
  if (coding == MOTE_CODING_SPARSE_S8 && entries % 2 != 0) return MOTE_ERROR_TENSOR_BYTES;
  walk->at += 2;
  const int32_t bytes = bytes_of_entries(coding, entries);
  if (walk->end - walk->at < bytes) return MOTE_ERROR_TENSOR_BYTES;
  int32_t position = 0;
  walk->magnitudes = 0;
  for (int32_t i = 0; i < entries; ++i) {
    position += gap_at(walk, coding, i);
    if (position >= length) return MOTE_ERROR_TENSOR_BYTES;
    walk->magnitudes += magnitude(value_at(walk, coding, i));
  }
  walk->at += bytes;
  return MOTE_OK;
}

static mote_status walk_filter(mote_coded_walk* walk, int32_t coding, int32_t length) {
  const int32_t bits = mote_packed_bits(coding);
  if (bits > 0) return walk_packed(walk, bits, length);
  if (coding < MOTE_CODING_SPARSE_S8 || coding > MOTE_CODING_SPARSE_S4) return MOTE_ERROR_STEP_PARAMETERS;
  return walk_sparse(walk, coding, length);
}

static mote_status check_tables(const mote_coded_bank* bank) {
  const mote_tensor* const weights = bank->weights;
  if (weights->type != MOTE_TYPE_U8) return MOTE_ERROR_TENSOR_TYPE;
  if (weights->data == NULL) return MOTE_ERROR_TENSOR_PLACE;
  if (weights->rank != 1) return MOTE_ERROR_TENSOR_RANK;
  if (bank->bias == NULL) return MOTE_OK;
  if (bank->bias->type != MOTE_TYPE_S32) return MOTE_ERROR_TENSOR_TYPE;
  if (bank->bias->data == NULL) return MOTE_ERROR_TENSOR_PLACE;
  if (bank->bias->rank != 1) return MOTE_ERROR_TENSOR_RANK;
  return bank->bias->dims[0] == bank->sums ? MOTE_OK : MOTE_ERROR_TENSOR_SHAPE;
}

/* Sums [first, first + count) take at most `magnitudes` of weights each. */
static mote_status check_sums(const mote_coded_bank* bank, int32_t first, int32_t count, int64_t magnitudes) {
  for (int32_t i = first; i < first + count; ++i) {
    const int64_t bias = bank->bias != NULL ? ((const int32_t*)bank->bias->data)[i] : 0;
    const int64_t room = INT32_MAX - (bias < 0 ? -bias : bias);
    if (magnitudes * MOTE_LARGEST_FACTOR > room) return MOTE_ERROR_STEP_ACCUMULATOR;
  }
  return MOTE_OK;
}

mote_status mote_check_coded(const mote_coded_bank* bank) {
  MOTE_TRY(check_tables(bank));
  const uint8_t* const first = bank->weights->data;
  mote_coded_walk walk = {first, first + bank->weights->dims[0], 0};
  const int32_t sums_each = bank->sums / bank->filters;
  for (int32_t filter = 0; filter < bank->filters; ++filter) {
    MOTE_TRY(walk_filter(&walk, bank->coding, bank->length));
    /* A channel of a depthwise layer has a packed weight, of magnitude 8 at most, for each tap. */
    const int64_t magnitudes = sums_each == 1 ? walk.magnitudes : (int64_t)bank->length / bank->sums * 8;
    MOTE_TRY(check_sums(bank, filter * sums_each, sums_each, magnitudes));
  }
  return walk.at == walk.end ? MOTE_OK : MOTE_ERROR_TENSOR_BYTES;
}
