// Values that are handles, whatever the type of the parameter they stand in: P0 is the same port as an
// argument of type port and as one of type object.
#pragma once

#include "model/vocabulary/limits.h"
#include "model/vocabulary/script.h"

namespace portunus {

enum class HandleClass : std::uint8_t { none, port, source, loop, name, info, mode };
inline constexpr int handle_classes = 7;

// None for words, numbers, null and the modes' `common`.
HandleClass handle_class(Value value);
// How many handles of a class there are.
int capacity(HandleClass handle_class);

// Both require a handle.
int handle_index(Value handle);
Value with_handle_index(Value handle, int index);

// Calls `visit(Value&)` with every value of the step in the order of its text: subject, bindings, arguments.
// A context is given as its infos, as values of type info.
template <class Visit>
void for_each_value(Step& step, Visit visit) {
  visit(step.subject);
  visit(step.bind);
  visit(step.second);
  for (Value& argument : step.arguments) {
    if (argument.type != Type::context || argument.number == Value::null) {
      visit(argument);
      continue;
    }
    Context context = unpack(argument);
    Value info = make_value(Type::info, context.info);
    visit(info);
    context.info = info.number;
    if (context.retain == Context::Retain::other) {
      Value retained = make_value(Type::info, context.retained);
      visit(retained);
      context.retained = retained.number;
    }
    argument = pack(context);
  }
}

}  // namespace portunus
