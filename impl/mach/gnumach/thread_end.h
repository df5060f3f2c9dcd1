// What a thread does last.
#pragma once

#include "impl/mach/gnumach/thread.h"

namespace portunus::gnumach {

// Calls the seam's at_exit callbacks for the data that the thread has set.
void run_at_exit(Thread& thread);

}  // namespace portunus::gnumach
