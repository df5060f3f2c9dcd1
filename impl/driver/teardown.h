// The end of every run: what the script still owns is given up in a fixed order, and what is left is probed.
// All of it is told by ordinary labels, so that a leak shows. A run without CoreFoundation probes each name
// and then destroys it.
#pragma once

#include "impl/driver/run.h"

namespace portunus::driver {

// On the main thread, when all other threads have ended.
void tear_down(Run& run, Thread& main);

}  // namespace portunus::driver
