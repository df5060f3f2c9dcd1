#include "props/shrink/simpler.h"

#include <optional>

#include "props/generate/values.h"

namespace portunus {
namespace {

constexpr std::size_t kSizeOfMessage = 3;  // the argument of mach_msg_send; it counts the header

// No context; else fewer functions, an ordinary retain, version 0.
std::vector<Value> simpler_contexts(const Value& value) {
  const Context context = unpack(value);
  std::vector<Value> values = {make_value(Type::context, Value::null)};
  const auto add = [&](auto change) {
    Context plainer = context;
    change(plainer);
    if (!(plainer == context)) values.push_back(pack(plainer));
  };
  add([](Context& plainer) { plainer = Context{.info = plainer.info}; });
  add([](Context& plainer) { plainer.retain = Context::Retain::none, plainer.retained = 0; });
  if (context.retain != Context::Retain::none)
    add([](Context& plainer) { plainer.retain = Context::Retain::same, plainer.retained = 0; });
  add([](Context& plainer) { plainer.release = false; });
  add([](Context& plainer) { plainer.copy_description = false; });
  add([](Context& plainer) { plainer.version = 0; });
  return values;
}

// Nothing, then half of it.
std::vector<Value> simpler_numbers(const Value& value) {
  if (value.number == 0) return {};
  std::vector<Value> values = {make_value(value.type, 0)};
  if (value.number / 2 != 0) values.push_back(make_value(value.type, value.number / 2));
  return values;
}

// The number that is plainest for the words and handles of a type.
std::optional<std::int32_t> plainest(Type type) {
  switch (type) {
    case Type::boolean:
      return 1;
    case Type::mode:
    case Type::callout:
    case Type::out:
      return 0;
    case Type::allocator:
      return static_cast<std::int32_t>(Allocator::observed);
    case Type::disposition:
      return static_cast<std::int32_t>(Disposition::make_send);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<Value> simpler(Function function, std::size_t place, const Value& value) {
  if (function == Function::mach_msg_send && place == kSizeOfMessage)
    return value.number == message_size_min ? std::vector<Value>{} : std::vector{number(message_size_min)};
  if (value.type == Type::integer || value.type == Type::milliseconds) return simpler_numbers(value);
  if (value.type == Type::context)
    return value.number == Value::null ? std::vector<Value>{} : simpler_contexts(value);
  if (value.type == Type::invalidation && value.number != Value::null && value.number != 0)
    return {make_value(Type::invalidation, 0)};
  const auto number = plainest(value.type);
  if (!number || value.number == *number) return {};
  return {make_value(value.type, *number)};
}

}  // namespace portunus
