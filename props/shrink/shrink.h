// The smallest script that still fails in the same way.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "model/vocabulary/script.h"

namespace portunus {

struct Shrunk {
  Script script;
  std::size_t executions = 0;  // how many candidates were asked about
  bool complete = false;       // no pass makes it any smaller; false when the asking ran out
};

// Which of the candidates is the first that fails in the same way; their number where none does.
using FirstFailing = std::function<std::size_t(std::span<const Script> candidates)>;

struct ShrinkLimits {
  std::size_t asks = 0;   // how often it may be asked
  std::size_t batch = 1;  // about how many candidates at once
};

// Runs the passes to a fixpoint. Requires a script that fails so. Deterministic when `first_failing` is.
// Where asking is dear and candidates are cheap, a batch holds more than one: those behind the first that
// fails were tried for nothing, and the result is the same.
Shrunk shrink(Script script, const FirstFailing& first_failing, const ShrinkLimits& limits);

// The same, one by one, asking `executions_max` times at most.
Shrunk shrink(Script script, const std::function<bool(const Script&)>& still_fails,
              std::size_t executions_max);

}  // namespace portunus
