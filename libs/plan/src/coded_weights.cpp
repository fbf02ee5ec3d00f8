#include "mote/plan/coded_weights.h"

#include <optional>
#include <span>

#include "mote/runtime/coding.h"

namespace mote::plan {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::int32_t kNearGap = 15;  // the longest of an entry with a gap of four bits
constexpr std::int32_t kFarGap = 255;  // of eight bits
constexpr std::size_t kMostEntries = 65535;

std::int32_t packed_coding(graph::DType type) {
  if (type == graph::DType::kInt4) return MOTE_CODING_S4;
  if (type == graph::DType::kTernary) return MOTE_CODING_TERNARY;
  return type == graph::DType::kBinary ? MOTE_CODING_BINARY : 0;
}

// Of a value: its lowest bits, or its sign where there is only one.
std::uint32_t packed_field(std::int8_t value, std::int32_t bits) {
  if (bits == 1) return value < 0 ? 1U : 0U;
  return static_cast<std::uint32_t>(value) & ((1U << bits) - 1U);
}

void append_packed(std::span<const std::int8_t> filter, std::int32_t bits, Bytes& bytes) {
  const std::size_t start = bytes.size();
  bytes.resize(start + (filter.size() * static_cast<std::size_t>(bits) + 7) / 8);
  for (std::size_t i = 0; i < filter.size(); ++i) {
    const std::size_t first = i * static_cast<std::size_t>(bits);
    bytes[start + first / 8] |= static_cast<std::uint8_t>(packed_field(filter[i], bits) << (first % 8));
  }
}

struct Entry {
  std::int32_t gap;
  std::int8_t value;
};

std::vector<Entry> entries_of(std::span<const std::int8_t> filter, std::int32_t longest_gap) {
  std::vector<Entry> entries;
  std::int32_t gap = 0;
  for (const std::int8_t value : filter) {
    if (value != 0) {
      for (; gap > longest_gap; gap -= longest_gap) entries.push_back({longest_gap, 0});
      entries.push_back({gap, value});
      gap = 0;
    }
    ++gap;
  }
  return entries;
}

void append_entries(std::int32_t coding, const std::vector<Entry>& entries, Bytes& bytes) {
  const auto byte = [&](std::int32_t value) { bytes.push_back(static_cast<std::uint8_t>(value)); };
  byte(static_cast<std::int32_t>(entries.size() & 255));
  byte(static_cast<std::int32_t>(entries.size() >> 8));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (coding == MOTE_CODING_SPARSE_S4) {
      byte((entries[i].gap << 4) | (entries[i].value & 15));
      continue;
    }
    if (coding == MOTE_CODING_SPARSE_S8_FAR) byte(entries[i].gap);
    if (coding == MOTE_CODING_SPARSE_S8 && i % 2 == 0) byte(entries[i].gap | (entries[i + 1].gap << 4));
    byte(entries[i].value);
  }
}

std::span<const std::int8_t> filter_at(const graph::Tensor& weights, std::size_t filter) {
  const auto values = graph::values<std::int8_t>(weights);
  const std::size_t length = values.size() / static_cast<std::size_t>(weights.shape[0]);
  return values.subspan(filter * length, length);
}

CodedWeights packed(const graph::Tensor& weights) {
  CodedWeights result{packed_coding(weights.type), {}};
  for (std::size_t f = 0; f < static_cast<std::size_t>(weights.shape[0]); ++f) {
    append_packed(filter_at(weights, f), mote_packed_bits(result.coding), result.bytes);
  }
  return result;
}

// Nothing where a filter has more entries than can be counted.
std::optional<CodedWeights> sparse(const graph::Tensor& weights, std::int32_t coding) {
  CodedWeights result{coding, {}};
  for (std::size_t f = 0; f < static_cast<std::size_t>(weights.shape[0]); ++f) {
    std::vector<Entry> entries =
        entries_of(filter_at(weights, f), coding == MOTE_CODING_SPARSE_S8_FAR ? kFarGap : kNearGap);
    if (coding == MOTE_CODING_SPARSE_S8 && entries.size() % 2 != 0) entries.push_back({0, 0});
    if (entries.size() > kMostEntries) return std::nullopt;
    append_entries(coding, entries, result.bytes);
  }
  return result;
}

std::vector<std::int32_t> sparse_codings(graph::DType type) {
  if (type == graph::DType::kInt8) return {MOTE_CODING_SPARSE_S8, MOTE_CODING_SPARSE_S8_FAR};
  if (type == graph::DType::kInt4) return {MOTE_CODING_SPARSE_S4};
  return {};
}

bool pays(std::size_t bytes, const graph::Tensor& weights) {
  return static_cast<std::int64_t>(bytes) * 4 <= weights.stored_bytes() * 3;
}

}  // namespace

std::shared_ptr<const CodedWeights> coded_weights(const graph::Tensor& weights, ZeroWeights zeros) {
  std::shared_ptr<CodedWeights> best;
  if (packed_coding(weights.type) != 0) best = std::make_shared<CodedWeights>(packed(weights));
  if (zeros == ZeroWeights::kKept) return best;
  for (const std::int32_t coding : sparse_codings(weights.type)) {
    std::optional<CodedWeights> candidate = sparse(weights, coding);
    if (!candidate || !pays(candidate->bytes.size(), weights)) continue;
    if (!best || candidate->bytes.size() < best->bytes.size())
      best = std::make_shared<CodedWeights>(std::move(*candidate));
  }
  return best;
}

}  // namespace mote::plan
