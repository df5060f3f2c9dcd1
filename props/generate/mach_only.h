// Which scripts and traces are of Mach's calls alone: no CoreFoundation has a part in them.
#pragma once

#include "model/vocabulary/script.h"
#include "model/vocabulary/trace.h"

namespace portunus {

bool is_mach(Function function);

// Whether all calls are Mach's, and no step is about a callback.
bool is_mach_only(const Script& script);
// The same of what was recorded. When a script is over, the driver runs the main run loop once: that call
// does not count.
bool is_mach_only(const Trace& trace);

}  // namespace portunus
