// The guest's first task: it runs each script of a batch in a task of its own, and tells the host what came
// of it. Whatever the script's task does (a fault, an endless loop, a flood of events, silence) is an event
// of the script's trace and no harm to the rest of the batch.
#pragma once

#include "impl/mach/gnumach/kernel/kernel.h"
#include "impl/sut/gnumach/guest/batch.h"

namespace portunus::guest {

// To the host, for each script: `begin INDEX`, `alive` from time to time, and when it is over `trace INDEX
// BYTES` and that many bytes of event lines; at the end `end`.
void run_batch(const Batch& batch);

}  // namespace portunus::guest
