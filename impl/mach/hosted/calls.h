// What every Mach call begins with.
#pragma once

#include "impl/mach/hosted/kernel.h"
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
  explicit TaskCall(mach_port_name_t name) : space_(kernel.task_of(name)) {}

  bool reached() const { return space_ != nullptr; }
  Space& space() { return *space_; }

 private:
  Space* space_;
};

}  // namespace portunus::hosted
