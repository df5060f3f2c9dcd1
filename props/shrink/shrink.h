// The smallest script that still fails in the same way.
#pragma once

#include <cstddef>
#include <functional>

#include "model/vocabulary/script.h"

namespace portunus {

struct Shrunk {
  Script script;
  std::size_t executions = 0;  // how often `still_fails` was asked
  bool complete = false;       // no pass makes it any smaller; false when the executions ran out
};

// Runs the passes to a fixpoint, asking `still_fails` at most `executions_max` times. Requires a script for
// which it holds. Deterministic when `still_fails` is.
Shrunk shrink(Script script, const std::function<bool(const Script&)>& still_fails,
              std::size_t executions_max);

}  // namespace portunus
