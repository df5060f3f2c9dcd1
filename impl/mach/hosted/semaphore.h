// Semaphores: a count, and those who wait for it to be more than 0.
//
// A semaphore is active until it is destroyed or its task ends; after that it answers every call with
// KERN_TERMINATED, and goes with the last send right to its port.
#pragma once

#include <mach/clock_types.h>
#include <mach/kern_return.h>
#include <mach/port.h>
#include <mach/sync_policy.h>

#include "impl/mach/hosted/clock.h"
#include "impl/mach/hosted/registry.h"
#include "impl/mach/hosted/wait_queue.h"

namespace portunus::hosted {

class Kernel;
class Space;
struct Port;
struct Right;
struct Task;
struct Thread;

struct Semaphore : Registered {
  Port* port = nullptr;
  Task* owner = nullptr;  // nullptr: not active any more
  int count = 0;
  bool last_first = false;  // who began to wait last is woken first
  WaitQueue waiters;        // SemaphoreWaiter
};

struct FoundSemaphore {
  kern_return_t
      code;  // KERN_INVALID_NAME, KERN_INVALID_RIGHT, KERN_INVALID_ARGUMENT for another kind of port
  Semaphore* semaphore;
};
FoundSemaphore find_semaphore(Space& space, mach_port_name_t name);

struct MadeSemaphore {
  kern_return_t code;  // KERN_INVALID_ARGUMENT for a count or a policy that cannot be
  Semaphore* semaphore;
};
// Its port has no rights yet.
MadeSemaphore make_semaphore(Kernel& kernel, Task& owner, int policy, int count);

// KERN_INVALID_ARGUMENT if it is not the task's.
kern_return_t destroy_semaphore(Kernel& kernel, Task& task, Semaphore& semaphore);
void destroy_semaphores_of(Kernel& kernel, const Task& task);
// The last send right has gone, and the semaphore with it.
void forget_semaphore(Kernel& kernel, Semaphore& semaphore);

// Wakes one, or counts.
kern_return_t signal(Kernel& kernel, Semaphore& semaphore);
kern_return_t signal_all(Kernel& kernel, Semaphore& semaphore);
// Wakes that thread, or with nullptr any. KERN_NOT_WAITING when there is none; nothing is counted.
kern_return_t signal_thread(Kernel& kernel, Semaphore& semaphore, const Thread* thread);

// KERN_SUCCESS, KERN_OPERATION_TIMED_OUT, KERN_ABORTED, KERN_TERMINATED. `signalled`, if not nullptr, is
// signalled when the wait has begun.
kern_return_t wait(Kernel& kernel, Semaphore& semaphore, Semaphore* signalled, Time deadline);

}  // namespace portunus::hosted
