// Invoking a function of the system under test: from a step or a function with its arguments to the C call,
// with its labels. `skip` is told instead where the call is not to be made.
#pragma once

#include "impl/driver/run.h"

namespace portunus::driver {

// `step` is of kind call; its handles are variables.
void invoke_step(Thread& thread, const Step& step);

// The same for a call that the driver makes of its own accord. Handles in `arguments` are identities; the
// function binds nothing.
void invoke(Thread& thread, Function function, std::initializer_list<Value> arguments);

}  // namespace portunus::driver
