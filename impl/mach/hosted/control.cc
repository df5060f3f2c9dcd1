#include "impl/mach/hosted/control.h"

#include "impl/mach/hosted/names.h"
#include "impl/mach/hosted/semaphore.h"

namespace portunus::hosted {
namespace {

void follow_suspensions(Kernel& kernel, Thread& thread) {
  if (thread.suspensions != 0 || thread.task->suspensions != 0) {
    kernel.scheduler().hold(thread);
  } else {
    kernel.scheduler().release(thread);
  }
}

}  // namespace

Port& port_of(Kernel& kernel, Thread& thread) {
  if (thread.port == nullptr) {
    thread.port = &kernel.make_port_for({.kind = KernelObject::Kind::thread, .thread = &thread});
  }
  return *thread.port;
}

std::vector<Thread*> threads_of(Kernel& kernel, const Task& task) {
  std::vector<Thread*> threads = kernel.scheduler().threads();
  std::erase_if(threads, [&](const Thread* thread) { return thread->task != &task; });
  return threads;
}

void suspend(Kernel& kernel, Thread& thread) {
  ++thread.suspensions;
  follow_suspensions(kernel, thread);
}

kern_return_t resume(Kernel& kernel, Thread& thread) {
  if (thread.suspensions == 0) return KERN_FAILURE;
  --thread.suspensions;
  follow_suspensions(kernel, thread);
  return KERN_SUCCESS;
}

void suspend(Kernel& kernel, Task& task) {
  ++task.suspensions;
  for (Thread* thread : threads_of(kernel, task)) follow_suspensions(kernel, *thread);
}

kern_return_t resume(Kernel& kernel, Task& task) {
  if (task.suspensions == 0) return KERN_FAILURE;
  --task.suspensions;
  for (Thread* thread : threads_of(kernel, task)) follow_suspensions(kernel, *thread);
  return KERN_SUCCESS;
}

void terminate(Kernel& kernel, Task& task) {
  task.alive = false;
  for (Thread* thread : threads_of(kernel, task)) kernel.scheduler().terminate(*thread);
  destroy_semaphores_of(kernel, task);
  for (const mach_port_name_t name : task.space.names()) {
    Entry* const entry = task.space.find(name);
    if (entry == nullptr) continue;  // it went with another
    if ((entry->type & MACH_PORT_TYPE_RECEIVE) != 0) entry->port->guard = Guard{};
    destroy(kernel, task.space, name);
  }
  task.regions.clear();
  release(kernel, take(task.bootstrap));
  Port& port = *task.port;
  task.port = nullptr;
  kernel.kill_port_of_object(port);
}

void thread_ended(Kernel& kernel, Thread& thread) {
  if (thread.port == nullptr) return;
  Port& port = *thread.port;
  thread.port = nullptr;
  kernel.kill_port_of_object(port);
}

}  // namespace portunus::hosted
