// A good .tflite file to be damaged field by field.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "int8_graphs.h"
#include "mote/base/error.h"
#include "mote/graph/text.h"
#include "mote/tflite/reader.h"
#include "mote/tflite/writer.h"
#include "mote_tflite_generated.h"

namespace mote::tflite {

class DamagedFile {
 public:
  explicit DamagedFile(const graph::Graph& graph) : bytes_(write_model(graph)) {}

  format::Model& model() { return *flatbuffers::GetMutableRoot<format::Model>(bytes_.data()); }
  format::SubGraph& subgraph() { return *model().mutable_subgraphs()->GetMutableObject(0); }
  format::Tensor& tensor(unsigned index) { return *subgraph().mutable_tensors()->GetMutableObject(index); }
  format::Operator& layer(unsigned index) { return *subgraph().mutable_operators()->GetMutableObject(index); }
  format::OperatorCode& code(unsigned index) { return *model().mutable_operator_codes()->GetMutableObject(index); }
  void set_code(unsigned index, format::BuiltinOperator value) {
    ASSERT_TRUE(code(index).mutate_deprecated_builtin_code(static_cast<std::int8_t>(value)));
    ASSERT_TRUE(code(index).mutate_builtin_code(value));
  }

  std::vector<std::uint8_t>& bytes() { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

// Reads the file and expects an error whose text has all of `parts`.
inline void expect_refused(const std::vector<std::uint8_t>& file, ErrorCode code,
                           const std::vector<std::string>& parts) {
  try {
    read_model(file);
    FAIL() << "the file was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    for (const std::string& part : parts)
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

inline graph::Graph dense_graph() {
  test::Int8GraphBuilder builder("tiny", 1);
  return builder.build(builder.dense(builder.input({1, 6}), 3));
}

}  // namespace mote::tflite
