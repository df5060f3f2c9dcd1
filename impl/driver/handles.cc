#include "impl/driver/handles.h"

namespace portunus::driver {
namespace {

// What a variable holds before it holds an identity's number. No handle's index is negative, and the numbers
// of null, dead and other are far away.
constexpr std::int32_t kUnbound = -1;
constexpr std::int32_t kReserved = -2;

bool is_handle(Value value) {
  return value.number >= 0;
}

}  // namespace

Value as_object(Value handle) {
  if (!is_handle(handle)) return make_value(Type::object, handle.number);
  switch (handle.type) {
    case Type::port:
      return make_object(ObjectClass::port, handle.number);
    case Type::source:
      return make_object(ObjectClass::source, handle.number);
    case Type::loop:
      return make_object(ObjectClass::loop, handle.number);
    default:
      return handle;
  }
}

Value as_handle(Value object) {
  if (object.type != Type::object || !is_handle(object)) return object;
  constexpr Type kTypes[] = {Type::port, Type::source, Type::loop};
  return make_value(kTypes[static_cast<std::size_t>(class_of(object))], index_of(object));
}

Handles::Handles(const Observer& observer) : observer_(observer) {
  for (auto& cell : bound_) cell.store(kUnbound, std::memory_order_relaxed);
}

int Handles::place(Value handle) {
  switch (handle.type) {
    case Type::port:
      return handle.number;
    case Type::source:
      return limits::ports + handle.number;
    default:
      return objects + handle.number;
  }
}

bool Handles::reserve(Value variable) {
  std::int32_t free = kUnbound;
  return bound_[place(variable)].compare_exchange_strong(free, kReserved);
}

void Handles::cancel(Value variable) {
  bound_[place(variable)].store(kUnbound);
}

void Handles::bind(Value variable, Value identity) {
  bound_[place(variable)].store(identity.number);
}

std::optional<Value> Handles::resolve(Value variable) const {
  const std::int32_t number = bound_[place(variable)].load();
  if (number == kUnbound || number == kReserved) return std::nullopt;
  return make_value(variable.type, number);
}

Value Handles::object(Type type, const void* pointer) const {
  if (pointer == nullptr) return make_value(type, Value::null);
  const Value owner = as_handle(observer_.object_at(pointer));
  if (owner.type == type) return owner;
  const int count = type == Type::port ? limits::ports : limits::sources;
  for (int index = 0; index < count; ++index) {
    const Value identity = make_value(type, index);
    if (pointers_[place(identity)].load() == pointer) return identity;
  }
  return make_value(type, Value::other);
}

Value Handles::object(Type type, const void* pointer, Value fresh) {
  Value identity = object(type, pointer);
  if (identity.number == Value::other) identity = fresh;
  if (is_handle(identity)) {
    const void* unset = nullptr;
    pointers_[place(identity)].compare_exchange_strong(unset, pointer);
  }
  return identity;
}

const void* Handles::pointer(Value identity) const {
  return is_handle(identity) ? pointers_[place(identity)].load() : nullptr;
}

Value Handles::name(mach_port_name_t number) const {
  if (number == MACH_PORT_NULL) return make_value(Type::name, Value::null);
  if (number == MACH_PORT_DEAD) return make_value(Type::name, Value::dead);
  for (int index = 0; index < limits::names; ++index)
    if (numbers_[index].load() == number) return make_value(Type::name, index);
  return make_value(Type::name, Value::other);
}

Value Handles::name(mach_port_name_t number, Value fresh) {
  const Value identity = name(number);
  if (identity.number != Value::other) return identity;
  numbers_[fresh.number].store(number);
  return fresh;
}

void Handles::forget(Value name) {
  numbers_[name.number].store(MACH_PORT_NULL);
}

mach_port_name_t Handles::number(Value name) const {
  if (name.number == Value::dead) return MACH_PORT_DEAD;
  return is_handle(name) ? numbers_[name.number].load() : MACH_PORT_NULL;
}

bool Handles::known(Value name) const {
  return number(name) != MACH_PORT_NULL;
}

}  // namespace portunus::driver
