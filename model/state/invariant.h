// What holds in every state: one claim an entry, checked after every step by tests, fuzzers and exploration.
#pragma once

#include <string_view>

#include "model/state/state.h"

namespace portunus::model {

// The first claim that does not hold in the state, as a sentence; empty when all hold.
std::string_view check_invariants(const State& state);

}  // namespace portunus::model
