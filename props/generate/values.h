// Makers of values, for those who write calls.
#pragma once

#include "model/vocabulary/value.h"

namespace portunus {

constexpr Value word(Allocator allocator) {
  return make_value(Type::allocator, static_cast<std::int32_t>(allocator));
}
constexpr Value word(Right right) {
  return make_value(Type::right, static_cast<std::int32_t>(right));
}
constexpr Value word(Disposition disposition) {
  return make_value(Type::disposition, static_cast<std::int32_t>(disposition));
}
constexpr Value word(Notification notification) {
  return make_value(Type::notification, static_cast<std::int32_t>(notification));
}
constexpr Value word(Invalidation callback) {
  return make_value(Type::invalidation, static_cast<std::int32_t>(callback));
}
constexpr Value number(std::int32_t number) {
  return make_value(Type::integer, number);
}
constexpr Value milliseconds(std::int32_t number) {
  return make_value(Type::milliseconds, number);
}
constexpr Value boolean(bool truth) {
  return make_value(Type::boolean, truth ? 1 : 0);
}
constexpr Value null_of(Type type) {
  return make_value(type, Value::null);
}
constexpr Value given_callout() {
  return make_value(Type::callout, 0);
}
constexpr Value given_flag() {
  return make_value(Type::out, 0);
}

// A port or a source as an argument of type object.
constexpr Value as_object(Value handle) {
  return make_object(handle.type == Type::port ? ObjectClass::port : ObjectClass::source, handle.number);
}

// Sizes of messages have the header in them.
inline constexpr std::int32_t message_size_min = 24;

}  // namespace portunus
