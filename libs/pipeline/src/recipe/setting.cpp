#include "mote/pipeline/setting.h"

#include <fmt/format.h>

#include "recipe/toml_text.h"

namespace mote::pipeline {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template <class Items>
std::string list_text(const Items& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + toml_text(item);
  return "[" + text + "]";
}

}  // namespace

std::string Setting::text() const {
  return std::visit(
      Overloaded{[](const EnumTarget& target) { return toml_text(std::string(target.names[target.get()])); },
                 [](const std::filesystem::path* value) { return toml_text(value->string()); },
                 [](const std::vector<std::string>* value) { return list_text(*value); },
                 [](const std::vector<std::int32_t>* value) { return list_text(*value); },
                 [](const std::vector<float>* value) { return list_text(*value); },
                 [](const std::vector<double>* value) { return list_text(*value); },
                 [](const data::Range* value) {
                   return list_text(std::vector<double>{value->low, value->high});
                 },
                 [](const auto* value) { return toml_text(*value); }},
      target);
}

std::string Setting::type() const {
  return std::visit(
      Overloaded{
          [](const EnumTarget& target) { return fmt::format("one of {}", fmt::join(target.names, ", ")); },
          [](const bool*) { return std::string("true or false"); }, [](const float*) { return std::string("number"); },
          [](const double*) { return std::string("number"); }, [](const std::string*) { return std::string("text"); },
          [](const std::filesystem::path*) { return std::string("path"); },
          [](const std::vector<std::string>*) { return std::string("list of texts"); },
          [](const std::vector<std::int32_t>*) { return std::string("list of integers"); },
          [](const std::vector<float>*) { return std::string("list of numbers"); },
          [](const std::vector<double>*) { return std::string("list of numbers"); },
          [](const data::Range*) { return std::string("range [low, high]"); },
          [](const auto*) { return std::string("integer"); }},
      target);
}

}  // namespace mote::pipeline
