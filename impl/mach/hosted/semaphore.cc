#include "impl/mach/hosted/semaphore.h"

#include "impl/mach/hosted/kernel.h"

namespace portunus::hosted {
namespace {

struct SemaphoreWaiter : Waiter {
  kern_return_t code = KERN_SUCCESS;
};

void wake_one(Kernel& kernel, Waiter& waiter, kern_return_t code) {
  static_cast<SemaphoreWaiter&>(waiter).code = code;
  kernel.scheduler().wake(waiter);
}

void wake_all(Kernel& kernel, Semaphore& semaphore, kern_return_t code) {
  while (!semaphore.waiters.empty()) wake_one(kernel, *semaphore.waiters.front(), code);
}

void deactivate(Kernel& kernel, Semaphore& semaphore) {
  semaphore.owner = nullptr;
  semaphore.count = 0;
  wake_all(kernel, semaphore, KERN_TERMINATED);
}

Waiter* next_waiter(const Semaphore& semaphore) {
  return semaphore.last_first ? semaphore.waiters.back() : semaphore.waiters.front();
}

}  // namespace

FoundSemaphore find_semaphore(Space& space, mach_port_name_t name) {
  const Entry* const entry = MACH_PORT_VALID(name) ? space.find(name) : nullptr;
  if (entry == nullptr) return {KERN_INVALID_NAME, nullptr};
  if ((entry->type & MACH_PORT_TYPE_SEND) == 0) return {KERN_INVALID_RIGHT, nullptr};
  const KernelObject& object = entry->port->object;
  if (object.kind != KernelObject::Kind::semaphore) return {KERN_INVALID_ARGUMENT, nullptr};
  return {KERN_SUCCESS, object.semaphore};
}

MadeSemaphore make_semaphore(Kernel& kernel, Task& owner, int policy, int count) {
  const bool possible =
      count >= 0 && policy >= 0 && policy <= SYNC_POLICY_MAX && (policy & SYNC_POLICY_FIXED_PRIORITY) == 0;
  if (!possible) return {KERN_INVALID_ARGUMENT, nullptr};
  Semaphore& semaphore = kernel.add_semaphore();
  semaphore.owner = &owner;
  semaphore.count = count;
  semaphore.last_first = (policy & SYNC_POLICY_REVERSED) != 0;
  semaphore.port = &kernel.make_port_for({.kind = KernelObject::Kind::semaphore, .semaphore = &semaphore});
  return {KERN_SUCCESS, &semaphore};
}

kern_return_t destroy_semaphore(Kernel& kernel, Task& task, Semaphore& semaphore) {
  if (semaphore.owner != &task) return KERN_INVALID_ARGUMENT;
  deactivate(kernel, semaphore);
  return KERN_SUCCESS;
}

void destroy_semaphores_of(Kernel& kernel, const Task& task) {
  for (Semaphore* semaphore : kernel.semaphores()) {
    if (semaphore->owner == &task) deactivate(kernel, *semaphore);
  }
}

void forget_semaphore(Kernel& kernel, Semaphore& semaphore) {
  deactivate(kernel, semaphore);
  Port& port = *semaphore.port;
  kernel.free_semaphore(semaphore);
  kernel.kill_port_of_object(port);
}

kern_return_t signal(Kernel& kernel, Semaphore& semaphore) {
  if (semaphore.owner == nullptr) return KERN_TERMINATED;
  if (semaphore.waiters.empty()) {
    ++semaphore.count;
  } else {
    wake_one(kernel, *next_waiter(semaphore), KERN_SUCCESS);
  }
  return KERN_SUCCESS;
}

kern_return_t signal_all(Kernel& kernel, Semaphore& semaphore) {
  if (semaphore.owner == nullptr) return KERN_TERMINATED;
  wake_all(kernel, semaphore, KERN_SUCCESS);
  return KERN_SUCCESS;
}

kern_return_t signal_thread(Kernel& kernel, Semaphore& semaphore, const Thread* thread) {
  if (semaphore.owner == nullptr) return KERN_TERMINATED;
  Waiter* waiter = next_waiter(semaphore);
  if (thread != nullptr) {
    waiter = semaphore.waiters.front();
    while (waiter != nullptr && waiter->thread != thread) waiter = waiter->next();
  }
  if (waiter == nullptr) return KERN_NOT_WAITING;
  wake_one(kernel, *waiter, KERN_SUCCESS);
  return KERN_SUCCESS;
}

kern_return_t wait(Kernel& kernel, Semaphore& semaphore, Semaphore* signalled, Time deadline) {
  if (semaphore.owner == nullptr) return KERN_TERMINATED;
  const bool waits = semaphore.count == 0 && deadline > kernel.scheduler().now();
  // Nobody who is woken runs before this thread has begun to wait.
  const kern_return_t signal_code = signalled == nullptr ? KERN_SUCCESS : signal(kernel, *signalled);
  if (semaphore.count > 0) {
    --semaphore.count;
    return KERN_SUCCESS;
  }
  if (signal_code != KERN_SUCCESS) return signal_code;
  if (!waits) return KERN_OPERATION_TIMED_OUT;
  SemaphoreWaiter waiter;
  switch (kernel.scheduler().block(semaphore.waiters, waiter, deadline)) {
    case Wake::timed_out:
      return KERN_OPERATION_TIMED_OUT;
    case Wake::aborted:
      return KERN_ABORTED;
    case Wake::woken:
      break;
  }
  return waiter.code;
}

}  // namespace portunus::hosted
