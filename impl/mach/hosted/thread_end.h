// What happens on a thread after its entry has returned.
#pragma once

namespace portunus::hosted {

struct Thread;

// Calls the seam's at_exit callbacks for what the thread has stored. On that thread, outside the kernel.
void run_at_exit(Thread& thread);

}  // namespace portunus::hosted
