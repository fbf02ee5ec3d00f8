// One operator of a file, with its ids checked, as decode() sees it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "format_text.h"
#include "mote/base/error.h"
#include "mote/graph/graph.h"
#include "mote_tflite_generated.h"

namespace mote::tflite {

class OperatorView {
 public:
  // `inputs` may hold -1 for an operand that was left out. The graph holds all tensors of the file.
  OperatorView(std::int32_t index, format::BuiltinOperator code, const format::Operator& source,
               const graph::Graph& graph, std::vector<graph::TensorId> inputs, std::vector<graph::TensorId> outputs);

  format::BuiltinOperator code() const { return code_; }
  const std::vector<graph::TensorId>& outputs() const { return outputs_; }
  const graph::Tensor& output() const { return graph_.tensor(outputs_.front()); }

  // The number of operands (trailing ones that were left out do not count). Errors: kCorrupt.
  std::size_t input_count() const { return inputs_.size(); }
  void check_input_count(std::size_t least, std::size_t most) const;
  // Operand `i`, which must be there. Errors: kCorrupt.
  graph::TensorId input(std::size_t i) const;
  const graph::Tensor& input_tensor(std::size_t i) const { return graph_.tensor(input(i)); }
  bool has_input(std::size_t i) const { return i < inputs_.size() && inputs_[i] >= 0; }
  // The first `required` operands and, if there, the one after them (a bias).
  std::vector<graph::TensorId> weighted_inputs() const;
  // Operand `i` as a list of whole numbers (a constant of int32 or int64). Errors: kUnsupported when it is no constant.
  std::vector<std::int32_t> numbers(std::size_t i) const;

  // The option table, or nullptr when the file has none. Errors: kCorrupt when it has another one.
  template <class Options>
  const Options* options() const {
    if (source_.builtin_options() == nullptr) return nullptr;
    const Options* found = source_.builtin_options_as<Options>();
    if (found == nullptr) fail(ErrorCode::kCorrupt, "the options belong to another operator");
    return found;
  }
  // The same, but there must be one.
  template <class Options>
  const Options& required_options() const {
    const Options* found = options<Options>();
    if (found == nullptr) fail(ErrorCode::kCorrupt, "wanted options, got none");
    return *found;
  }

  graph::Activation activation(format::ActivationFunctionType value) const;
  graph::Padding padding(format::Padding value) const;

  // Throws with the operator's name, index and output tensor in front.
  [[noreturn]] void fail(ErrorCode code, const std::string& message) const;

 private:
  std::int32_t index_;
  format::BuiltinOperator code_;
  const format::Operator& source_;
  const graph::Graph& graph_;
  std::vector<graph::TensorId> inputs_;
  std::vector<graph::TensorId> outputs_;
};

}  // namespace mote::tflite
