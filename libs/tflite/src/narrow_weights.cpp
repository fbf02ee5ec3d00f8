#include "narrow_weights.h"

#include <fmt/format.h>

#include <charconv>

#include "mote/base/error.h"
#include "mote/base/text.h"

namespace mote::tflite {
namespace {

constexpr graph::DType kNarrow[] = {graph::DType::kTernary, graph::DType::kBinary};

[[noreturn]] void corrupt(const std::string& line) {
  throw Error(ErrorCode::kCorrupt,
              fmt::format("[tflite] wanted lines of an INT8 constant's number and its type in {}, got '{}'",
                          kNarrowWeightsMetadata, line.substr(0, 40)));
}

void restore_line(const std::string& line, std::vector<graph::Tensor>& tensors) {
  std::size_t index = 0;
  const char* const end = line.data() + line.size();
  const auto [rest, error] = std::from_chars(line.data(), end, index);
  if (error != std::errc() || rest == end || *rest != ' ' || index >= tensors.size()) corrupt(line);
  graph::Tensor& tensor = tensors[index];
  if (!tensor.constant || tensor.type != graph::DType::kInt8) corrupt(line);
  for (graph::DType type : kNarrow) {
    if (std::string_view(rest + 1, end) == to_string(type)) tensor.type = type;
  }
  if (tensor.type == graph::DType::kInt8) corrupt(line);
}

}  // namespace

std::string narrow_weights_text(const graph::Graph& graph) {
  std::string text;
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    const graph::DType type = graph.tensors[i].type;
    if (type == graph::DType::kTernary || type == graph::DType::kBinary)
      text += fmt::format("{} {}\n", i, to_string(type));
  }
  return text;
}

void restore_narrow_weights(std::string_view text, std::vector<graph::Tensor>& tensors) {
  for (const std::string& line : split(text, '\n')) {
    if (!line.empty()) restore_line(line, tensors);
  }
}

}  // namespace mote::tflite
