// What every Mach call begins with.
#pragma once

#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/lookup.h"
#include "impl/mach/hosted/scheduler.h"
#include "impl/mach/hosted/world_state.h"

namespace portunus::hosted {

// The calling thread inside the current world's kernel.
class Call {
 public:
  Call() : kernel(current_state().kernel), entry_(kernel.scheduler()) {}

  Kernel& kernel;

 private:
  KernelEntry entry_;
};

// The same, for a call on the task that `name` stands for. Such a call is a message to that name: where it is
// no task's port, that message has no destination.
class TaskCall : public Call {
 public:
  explicit TaskCall(mach_port_name_t name) : task_(find_task(kernel.current_task().space, name)) {}

  bool reached() const { return task_ != nullptr; }
  Task& task() { return *task_; }
  // Of the task that the call is about, which may be another than the caller's.
  Space& space() { return task_->space; }
  Task& caller() { return kernel.current_task(); }

 private:
  Task* task_;
};

}  // namespace portunus::hosted
