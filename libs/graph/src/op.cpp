#include "mote/graph/op.h"

#include <type_traits>

namespace mote::graph {
namespace {

#define MOTE_TRAINABLE_OP(Type, stem)       \
  constexpr bool train_only(const Type&) {  \
    return false;                           \
  }                                         \
  constexpr bool import_only(const Type&) { \
    return false;                           \
  }
#define MOTE_TRAINONLY_OP(Type, stem)       \
  constexpr bool train_only(const Type&) {  \
    return true;                            \
  }                                         \
  constexpr bool import_only(const Type&) { \
    return false;                           \
  }
#define MOTE_IMPORTED_OP(Type, stem)        \
  constexpr bool train_only(const Type&) {  \
    return false;                           \
  }                                         \
  constexpr bool import_only(const Type&) { \
    return true;                            \
  }
#include "mote/graph/ops.def"

}  // namespace

std::string_view op_name(const Op& op) {
  return std::visit([](const auto& attributes) { return std::remove_cvref_t<decltype(attributes)>::kName; }, op);
}

bool same_op(const Op& a, const Op& b) {
  if (a.index() != b.index()) return false;
  return std::visit(
      [&](const auto& left) { return same_fields(left, std::get<std::remove_cvref_t<decltype(left)>>(b)); }, a);
}

bool is_train_only(const Op& op) {
  return std::visit([](const auto& attributes) { return train_only(attributes); }, op);
}

bool is_import_only(const Op& op) {
  return std::visit([](const auto& attributes) { return import_only(attributes); }, op);
}

}  // namespace mote::graph
