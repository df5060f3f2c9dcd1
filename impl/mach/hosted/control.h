// Tasks and threads as what calls act upon: the ports that stand for them, suspending them, their ends.
#pragma once

#include <mach/kern_return.h>
#include <mach/port.h>

#include <vector>

#include "impl/mach/hosted/kernel.h"

namespace portunus::hosted {

// The port that stands for the thread, made when it is first asked for.
Port& port_of(Kernel& kernel, Thread& thread);
// The task's threads that have not ended, in the order in which they began.
std::vector<Thread*> threads_of(Kernel& kernel, const Task& task);

// Suspensions count, a thread's own and its task's. KERN_FAILURE when there is none to take back.
void suspend(Kernel& kernel, Thread& thread);
kern_return_t resume(Kernel& kernel, Thread& thread);
void suspend(Kernel& kernel, Task& task);
kern_return_t resume(Kernel& kernel, Task& task);

// Ends the task at once: its threads will not run any more (the calling one, if it is the task's, ends when
// it leaves the kernel), its semaphores are destroyed, its names go in their order with all that follows from
// each, its memory is given back, and at last the task's own port dies.
// Requires: alive.
void terminate(Kernel& kernel, Task& task);

// To be told of each thread that has ended: its port dies.
void thread_ended(Kernel& kernel, Thread& thread);

}  // namespace portunus::hosted
