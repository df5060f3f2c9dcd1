// Plainer values for an argument.
#pragma once

#include <vector>

#include "model/vocabulary/value.h"

namespace portunus {

// Values of the same type that are plainer, the plainest first. Going from value to plainer value ends.
std::vector<Value> simpler(const Value& value);

}  // namespace portunus
