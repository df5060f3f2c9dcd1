#include "props/generate/choices.h"

#include "props/generate/handle.h"
#include "props/generate/values.h"

namespace portunus {
namespace {

struct ContextForm {
  Context::Retain retain;
  bool release, copy_description;
};

constexpr ContextForm kContextForms[] = {
    {Context::Retain::same, true, false},  {Context::Retain::same, true, true},
    {Context::Retain::none, false, false}, {Context::Retain::none, true, false},
    {Context::Retain::same, false, true},  {Context::Retain::other, true, false},
    {Context::Retain::null, true, true},   {Context::Retain::none, false, true},
};

}  // namespace

std::optional<Value> Choices::known(Type type) {
  const std::size_t count = made(type);
  if (count == 0) return std::nullopt;
  // What may stand for nothing, or is not the script's any more, gets less of a chance.
  for (int tries = 0; tries < 3; ++tries) {
    const std::size_t index = count - 1 - below(static_cast<std::uint32_t>(count));
    if (!doubtful(type, index) || chance(8)) return make_value(type, static_cast<std::int32_t>(index));
  }
  return std::nullopt;
}

bool Choices::crowded(Type type) {
  std::size_t usable = 0;
  for (std::size_t index = 0; index < made(type); ++index) usable += !doubtful(type, index);
  return usable >= 3 && !chance(4);
}

std::optional<Value> Choices::fresh(Type type) const {
  const Value next = make_value(type, static_cast<std::int32_t>(made(type)));
  if (next.number >= capacity(handle_class(next))) return std::nullopt;
  return next;
}

std::optional<Value> Choices::object() {
  const auto handle = known(!picture_.sources.empty() && chance(3) ? Type::source : Type::port);
  return handle ? std::optional(as_object(*handle)) : std::nullopt;
}

std::size_t Choices::made(Type type) const {
  switch (type) {
    case Type::port:
      return picture_.ports.size();
    case Type::source:
      return picture_.sources.size();
    case Type::name:
      return picture_.names.size();
    case Type::info:
      return static_cast<std::size_t>(picture_.infos);
    default:
      return 0;
  }
}

bool Choices::doubtful(Type type, std::size_t index) const {
  switch (type) {
    case Type::port:
      return picture_.ports[index].doubtful || picture_.ports[index].references <= 0;
    case Type::source:
      return picture_.sources[index].doubtful || picture_.sources[index].references <= 0;
    case Type::name:
      return picture_.names[index].doubtful;
    default:
      return false;
  }
}

Value Choices::any(Type type, ThreadId thread) {
  switch (type) {
    case Type::boolean:
      return boolean(chance(2));
    case Type::integer:
      return number(static_cast<std::int32_t>(below(4)) - 2);
    case Type::milliseconds:
      return timeout();
    case Type::object:
      return object().value_or(Value{});
    case Type::loop:
      return make_value(type, thread);
    case Type::mode:
      return mode();
    case Type::context:
      return context();
    case Type::callout:
      return callout(false);
    case Type::out:
      return flag();
    case Type::allocator:
      return word(chance(2) ? Allocator::failing : Allocator::observed);
    case Type::invalidation:
      return word(chance(2) ? Invalidation::inv2 : Invalidation::inv);
    case Type::right:
      return make_value(type, static_cast<std::int32_t>(below(5)));
    case Type::disposition:
      // Not the first, MOVE_RECEIVE: the specification does not say yet what becomes of a receive right that
      // moves.
      return make_value(type, 1 + static_cast<std::int32_t>(below(5)));
    case Type::name:
      if (chance(4)) return make_value(type, chance(2) ? Value::dead : Value::null);
      return known(type).value_or(null_of(type));
    default:
      return known(type).value_or(Value{});
  }
}

Value Choices::allocator() {
  return word(chance(32) ? Allocator::failing : Allocator::observed);
}

Value Choices::callout(bool may_be_null) {
  return may_be_null && chance(16) ? null_of(Type::callout) : given_callout();
}

Value Choices::context() {
  if (chance(8)) return null_of(Type::context);
  const ContextForm& form = one_of(kContextForms);
  Context context{.retain = form.retain, .release = form.release, .copy_description = form.copy_description};
  const auto next = fresh(Type::info);
  const auto latest = known(Type::info);
  const auto info = !next || (latest && chance(4)) ? latest : next;
  if (info && !chance(12)) context.info = info->number;
  if (context.retain == Context::Retain::other) {
    context.retained = latest ? latest->number : 0;
    if (context.retained == context.info) context.retain = Context::Retain::same, context.retained = 0;
  }
  if (chance(32)) context.version = static_cast<std::int32_t>(below(16));
  return pack(context);
}

Value Choices::flag() {
  return chance(8) ? null_of(Type::out) : given_flag();
}

Value Choices::mode() {
  constexpr std::int32_t modes[] = {0, 0, 0, 0, 0, 0, Value::common, 1, 2};
  return make_value(Type::mode, one_of(modes));
}

Value Choices::timeout() {
  constexpr std::int32_t timeouts[] = {0, 0, 1, 100};
  return milliseconds(one_of(timeouts));
}

}  // namespace portunus
