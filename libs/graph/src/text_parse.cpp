#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

#include "mote/base/error.h"
#include "mote/base/file.h"
#include "mote/base/text.h"
#include "mote/graph/text.h"

namespace mote::graph {
namespace {

// A text of ids may not make us reserve more than this many tensors beyond those that it writes.
constexpr std::int32_t kMaxTensors = 1 << 16;

class Line {
 public:
  Line(std::string_view text, int number) : rest_(text), number_(number) {}

  [[noreturn]] void fail(std::string_view wanted) const {
    const std::string got = rest_.empty() ? "the end of the line" : fmt::format("'{}'", rest_.substr(0, 24));
    throw Error(ErrorCode::kCorrupt, fmt::format("line {}: wanted {}, got {}", number_, wanted, got));
  }

  void skip_space() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\r')) rest_.remove_prefix(1);
  }
  bool at_end() {
    skip_space();
    return rest_.empty();
  }
  bool accept(std::string_view token) {
    skip_space();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token)) fail(fmt::format("'{}'", token));
  }
  std::string_view word() {
    skip_space();
    std::size_t size = 0;
    while (size < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[size])) != 0 || rest_[size] == '_'))
      ++size;
    if (size == 0) fail("a word");
    return take(size);
  }
  std::string_view until_space() {
    const std::size_t end = rest_.find_first_of(" \t\r");
    return take(end == std::string_view::npos ? rest_.size() : end);
  }
  std::string quoted() {
    expect("\"");
    std::string text;
    while (!rest_.empty() && rest_[0] != '"') {
      char c = rest_[0];
      rest_.remove_prefix(1);
      if (c == '\\' && !rest_.empty()) {
        c = rest_[0] == 'n' ? '\n' : rest_[0];
        rest_.remove_prefix(1);
      }
      text += c;
    }
    expect("\"");
    return text;
  }
  template <class Number>
  Number number(std::string_view wanted) {
    skip_space();
    Number value{};
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) fail(wanted);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  TensorId id() {
    expect("%");
    const auto value = number<TensorId>("a tensor number");
    if (value < 0 || value >= kMaxTensors) fail(fmt::format("a tensor number below {}", kMaxTensors));
    return value;
  }

 private:
  std::string_view take(std::size_t size) {
    const std::string_view part = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return part;
  }

  std::string_view rest_;
  int number_;
};

DType parse_type(Line& line) {
  const std::string_view word = line.word();
  for (DType type : {DType::kFloat32, DType::kInt8, DType::kInt16, DType::kInt32, DType::kInt64, DType::kInt4,
                     DType::kTernary, DType::kBinary}) {
    if (word == to_string(type)) return type;
  }
  line.fail(fmt::format("a type (f32, i8, i16, i32, i64, i4, ternary, binary) instead of '{}'", word));
}

Shape parse_shape(Line& line) {
  Shape shape;
  line.expect("[");
  if (line.accept("]")) return shape;
  do {
    shape.push_back(line.number<std::int32_t>("an extent"));
  } while (line.accept(","));
  line.expect("]");
  return shape;
}

Quant parse_quant(Line& line) {
  Quant quant;
  if (!line.accept("q(")) return quant;
  const auto first = line.number<float>("a scale or an axis");
  if (line.accept(",")) {
    quant = per_tensor(first, line.number<std::int32_t>("a zero point"));
    line.expect(")");
    return quant;
  }
  line.expect(":");
  if (!(first >= 0 && first < 16)) line.fail("an axis below 16");
  quant.axis = static_cast<std::int32_t>(first);
  do {
    quant.scales.push_back(line.number<float>("a scale"));
    line.expect("/");
    quant.zero_points.push_back(line.number<std::int32_t>("a zero point"));
  } while (line.accept(","));
  line.expect(")");
  return quant;
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

Buffer parse_values(Line& line) {
  if (line.accept("?")) return nullptr;
  if (line.accept("...")) line.fail("values (this text was printed without them)");
  line.expect("0x");
  const std::string_view digits = line.until_space();
  if (digits.size() % 2 != 0) line.fail("an even number of hex digits");
  std::vector<std::byte> bytes(digits.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto high = hex_digit(digits[2 * i]);
    const auto low = hex_digit(digits[2 * i + 1]);
    if (!high || !low) line.fail("lower-case hex digits");
    bytes[i] = static_cast<std::byte>(*high * 16 + *low);
  }
  return std::make_shared<const std::vector<std::byte>>(std::move(bytes));
}

Op op_by_name(Line& line, std::string_view name) {
  std::optional<Op> found;
  std::vector<std::string> known;
#define MOTE_TRAINABLE_OP(Type, stem) \
  known.emplace_back(Type::kName);    \
  if (name == Type::kName) found = Op(Type{});
#define MOTE_TRAINONLY_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#define MOTE_IMPORTED_OP(Type, stem) MOTE_TRAINABLE_OP(Type, stem)
#include "mote/graph/ops.def"
  if (!found) line.fail(fmt::format("an op instead of '{}'{}", name, did_you_mean(name, known)));
  return *found;
}

template <class Attributes>
void parse_attributes(Line& line, Attributes& op) {
  while (!line.at_end()) {
    const std::string_view name = line.word();
    line.expect("=");
    const std::string_view text = line.until_space();
    bool known = false;
    bool good = false;
    for_each_field(op, [&](std::string_view field_name, auto& value) {
      if (field_name != name) return;
      known = true;
      good = parse_field(text, value);
    });
    if (!known) line.fail(fmt::format("a field of [{}] instead of '{}'", Attributes::kName, name));
    if (!good) line.fail(fmt::format("a value of {} instead of '{}'", name, text));
  }
}

class Parser {
 public:
  Graph run(std::string_view text) {
    int number = 0;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      Line line(rest.substr(0, end), ++number);
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
      if (!line.at_end()) statement(line);
    }
    if (!closed_)
      throw Error(ErrorCode::kCorrupt, fmt::format("line {}: wanted '}}', got the end of the text", number));
    return std::move(graph_);
  }

 private:
  void statement(Line& line) {
    if (closed_) line.fail("the end of the text");
    if (!opened_) return open(line);
    if (line.accept("}")) {
      closed_ = true;
    } else if (line.accept("input ")) {
      graph_.inputs.push_back(tensor(line));
    } else if (line.accept("const ")) {
      constant(line);
    } else if (line.accept("output ")) {
      graph_.outputs.push_back(line.id());
    } else {
      node(line);
    }
    if (!line.at_end()) line.fail("the end of the line");
  }

  void open(Line& line) {
    line.expect("graph ");
    graph_.name = line.quoted();
    line.expect("{");
    opened_ = true;
  }

  TensorId tensor(Line& line) {
    const TensorId id = line.id();
    if (static_cast<std::size_t>(id) >= graph_.tensors.size()) graph_.tensors.resize(static_cast<std::size_t>(id) + 1);
    Tensor& tensor = graph_.tensor(id);
    tensor.name = line.quoted();
    tensor.type = parse_type(line);
    tensor.shape = parse_shape(line);
    tensor.quant = parse_quant(line);
    return id;
  }

  void constant(Line& line) {
    const TensorId id = tensor(line);
    line.expect("=");
    graph_.tensor(id).constant = true;
    graph_.tensor(id).data = parse_values(line);
  }

  void node(Line& line) {
    Node node;
    do {
      node.outputs.push_back(tensor(line));
    } while (line.accept(";"));
    line.expect("=");
    node.op = op_by_name(line, line.word());
    line.expect("(");
    if (!line.accept(")")) {
      do {
        node.inputs.push_back(line.id());
      } while (line.accept(","));
      line.expect(")");
    }
    std::visit([&](auto& op) { parse_attributes(line, op); }, node.op);
    graph_.nodes.push_back(std::move(node));
  }

  Graph graph_;
  bool opened_ = false;
  bool closed_ = false;
};

}  // namespace

Graph parse(std::string_view text) {
  return Parser().run(text);
}

Graph load(const std::filesystem::path& path, Stage stage) {
  const std::string text = read_text_file(path);
  return with_context(path.string(), [&] {
    Graph graph = parse(text);
    verify(graph, stage);
    return graph;
  });
}

}  // namespace mote::graph
