// Plainer values for an argument.
#pragma once

#include <cstddef>
#include <vector>

#include "model/vocabulary/function.h"
#include "model/vocabulary/value.h"

namespace portunus {

// Values of the same type that are plainer for that argument of the function, the plainest first. Going from
// value to plainer value ends.
std::vector<Value> simpler(Function function, std::size_t place, const Value& value);

}  // namespace portunus
