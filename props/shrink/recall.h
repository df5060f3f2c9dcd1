// The script behind a trace: what shrinking begins with when the trace is all there is.
#pragma once

#include <optional>

#include "model/vocabulary/script.h"
#include "model/vocabulary/trace.h"

namespace portunus {

// A script whose calls are those that the trace shows: at the top what the main thread called, the teardown's
// calls included, and an `on` block for each callback that the client called something in. Calls that were
// skipped are left out. Nothing for a trace of several threads, whose interleaving no script fixes.
std::optional<Script> recall_script(const Trace& trace);

}  // namespace portunus
