#include "props/generate/handle.h"

namespace portunus {

HandleClass handle_class(Value value) {
  if (value.number < 0 || (value.type == Type::mode && value.number == Value::common))
    return HandleClass::none;
  switch (value.type) {
    case Type::port:
      return HandleClass::port;
    case Type::source:
      return HandleClass::source;
    case Type::loop:
      return HandleClass::loop;
    case Type::name:
      return HandleClass::name;
    case Type::info:
      return HandleClass::info;
    case Type::mode:
      return HandleClass::mode;
    case Type::object:
      switch (class_of(value)) {
        case ObjectClass::port:
          return HandleClass::port;
        case ObjectClass::source:
          return HandleClass::source;
        case ObjectClass::loop:
          return HandleClass::loop;
      }
      return HandleClass::none;
    default:
      return HandleClass::none;
  }
}

int capacity(HandleClass handle_class) {
  switch (handle_class) {
    case HandleClass::none:
      return 0;
    case HandleClass::port:
      return limits::ports;
    case HandleClass::source:
      return limits::sources;
    case HandleClass::loop:
      return limits::threads;
    case HandleClass::name:
      return limits::names;
    case HandleClass::info:
      return limits::infos;
    case HandleClass::mode:
      return limits::modes;
  }
  return 0;
}

int handle_index(Value handle) {
  return handle.type == Type::object ? index_of(handle) : handle.number;
}

Value with_handle_index(Value handle, int index) {
  return handle.type == Type::object ? make_object(class_of(handle), index) : make_value(handle.type, index);
}

}  // namespace portunus
