// The form of a field table: key, member and meaning of every field of a structure.
#pragma once

namespace mote::pipeline {

// Fields<T>::kName is the name of T in the reference; Fields<T>::each(visit) calls visit(key, pointer to member,
// meaning).
template <class T>
struct Fields;

// Specializes Fields for Type; the body that follows calls `visit` once a field.
#define MOTE_REPORT_FIELDS(Type, title)         \
  template <>                                   \
  struct Fields<Type> {                         \
    using Self = Type;                          \
    static constexpr const char* kName = title; \
    template <class Visit>                      \
    static void each(Visit&& visit);            \
  };                                            \
  template <class Visit>                        \
  void Fields<Type>::each(Visit&& visit)

}  // namespace mote::pipeline
