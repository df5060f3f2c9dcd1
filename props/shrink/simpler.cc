#include "props/shrink/simpler.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "props/generate/values.h"

namespace portunus {
namespace {

// Arguments that are plainest with a value of their own, whatever their type's is.
struct PlainArgument {
  Function function;
  std::size_t place;
  std::int32_t number;
};
constexpr PlainArgument kPlainArguments[] = {
    {Function::mach_msg_send, 3, message_size_min},
    // A buffer for any message, and one that is thrown away where it does not fit.
    {Function::mach_msg_receive, 1, 256},
    {Function::mach_msg_receive, 2, 0},
    // No reply right, and none in the body.
    {Function::mach_msg_send_rights, 2, Value::null},
    {Function::mach_msg_send_rights, 3, Value::null},
    {Function::mach_msg_send_rights, 4, Value::null},
    {Function::mach_msg_send_rights, 5, Value::null},
};

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
    case Type::notification:
      return static_cast<std::int32_t>(Notification::dead_name);
    default:
      return std::nullopt;
  }
}

}  // namespace

std::vector<Value> simpler(Function function, std::size_t place, const Value& value) {
  const auto is_this = [&](const PlainArgument& row) {
    return row.function == function && row.place == place;
  };
  if (const auto* own = std::ranges::find_if(kPlainArguments, is_this); own != std::end(kPlainArguments))
    return value.number == own->number ? std::vector<Value>{}
                                       : std::vector{make_value(value.type, own->number)};
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
