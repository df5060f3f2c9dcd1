// Steps that are calls, for those who write them.
#pragma once

#include <initializer_list>

#include "model/vocabulary/script.h"

namespace portunus {

// Requires as many arguments as the function has, and the handles that it binds.
Step call_step(Function function, std::initializer_list<Value> arguments, Value bind = {}, Value second = {});

}  // namespace portunus
