// `Op`: one of the op types of ops.def, with its attributes.
//
// There is no switch over op kinds in mote: a library declares an overload for each op (from ops.def) and calls it
// through std::visit, so that a missing part is a link error that names it.
#pragma once

#include <string_view>
#include <variant>

#include "mote/graph/all_ops.h"  // made by CMake from ops.def: includes ops/<stem>.h of every line

namespace mote::graph {

namespace detail {
struct ListStart;
template <class Start, class... Types>
struct VariantOf {
  using Type = std::variant<Types...>;
};
}  // namespace detail

using Op = detail::VariantOf<detail::ListStart
#define MOTE_TRAINABLE_OP(Type, stem) , Type
#define MOTE_TRAINONLY_OP(Type, stem) , Type
#define MOTE_IMPORTED_OP(Type, stem) , Type
#include "mote/graph/ops.def"
                             >::Type;

std::string_view op_name(const Op& op);  // "conv2d"
bool same_op(const Op& a, const Op& b);  // same type and equal fields
bool is_train_only(const Op& op);
bool is_import_only(const Op& op);

}  // namespace mote::graph
