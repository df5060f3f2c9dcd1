// One script among many that differ in the numbers of their handles alone.
#pragma once

#include "model/vocabulary/script.h"

namespace portunus {

// The script with its ports, sources, names and infos, and the modes but M0, numbered in the order of their
// first use in the text. Threads and run loops keep their numbers: which one is main matters.
Script canonical(Script script);

bool is_canonical(const Script& script);

// Calls `visit(Value&)` with every handle of the script in the order of the text: a step's subject, what it
// binds, its arguments. A context's infos are given as values of type info.
template <class Visit>
void for_each_handle(Step& step, Visit visit) {
  visit(step.subject);
  visit(step.bind);
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
