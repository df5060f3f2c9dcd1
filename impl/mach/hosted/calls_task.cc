// The calls of <mach/task.h> and <mach/thread_act.h>, and mach_thread_self.
#include <mach/mach.h>

#include "impl/mach/hosted/calls.h"
#include "impl/mach/hosted/control.h"
#include "impl/mach/hosted/transfer.h"

using portunus::hosted::Call;
using portunus::hosted::TaskCall;

namespace portunus::hosted {
namespace {

// A call on the thread that `name` stands for.
class ThreadCall : public Call {
 public:
  explicit ThreadCall(mach_port_name_t name) : thread_(find_thread(kernel.current_task().space, name)) {}

  bool reached() const { return thread_ != nullptr; }
  Thread& thread() { return *thread_; }

 private:
  Thread* thread_;
};

// A send right to a port of the kernel's, under a name of the caller's.
mach_port_name_t give_right(Kernel& kernel, Port& port) {
  return copyout(kernel, kernel.current_task().space, make_send(port));
}

kern_return_t get_special_port(Kernel& kernel, Task& task, int which, mach_port_name_t& name) {
  Space& space = kernel.current_task().space;
  switch (which) {
    case TASK_KERNEL_PORT:
      name = give_right(kernel, *task.port);
      return KERN_SUCCESS;
    case TASK_HOST_PORT:
      name = give_right(kernel, kernel.service_port(KernelObject::Kind::host));
      return KERN_SUCCESS;
    case TASK_BOOTSTRAP_PORT:
      if (!task.bootstrap.exists()) {
        name = MACH_PORT_NULL;
      } else {
        name = task.bootstrap.port->active ? copyout(kernel, space, copy_send(*task.bootstrap.port))
                                           : MACH_PORT_DEAD;
      }
      return KERN_SUCCESS;
    default:
      return KERN_INVALID_ARGUMENT;
  }
}

kern_return_t set_special_port(Kernel& kernel, Task& task, int which, mach_port_name_t name) {
  Right right;
  if (MACH_PORT_VALID(name)) {
    const Copyin in = copyin(kernel, kernel.current_task().space, name, MACH_MSG_TYPE_COPY_SEND);
    if (in.code != KERN_SUCCESS) return MACH_SEND_INVALID_RIGHT;
    right = in.right;
  }
  if (which != TASK_BOOTSTRAP_PORT) {
    release(kernel, right);
    return KERN_INVALID_ARGUMENT;
  }
  release(kernel, take(task.bootstrap));
  task.bootstrap = right;
  return KERN_SUCCESS;
}

}  // namespace
}  // namespace portunus::hosted

using portunus::hosted::ThreadCall;

extern "C" {

thread_t mach_thread_self(void) {
  Call call;
  portunus::hosted::Thread& thread = call.kernel.scheduler().current();
  return portunus::hosted::give_right(call.kernel, portunus::hosted::port_of(call.kernel, thread));
}

kern_return_t task_terminate(task_t target_task) {
  TaskCall call(target_task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  portunus::hosted::terminate(call.kernel, call.task());
  return KERN_SUCCESS;
}

kern_return_t task_suspend(task_t target_task) {
  TaskCall call(target_task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  portunus::hosted::suspend(call.kernel, call.task());
  return KERN_SUCCESS;
}

kern_return_t task_resume(task_t target_task) {
  TaskCall call(target_task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::resume(call.kernel, call.task());
}

kern_return_t task_threads(task_t target_task, thread_act_array_t* act_list, mach_msg_type_number_t* count) {
  using namespace portunus::hosted;
  TaskCall call(target_task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  std::vector<mach_port_name_t> names;
  for (Thread* thread : threads_of(call.kernel, call.task())) {
    names.push_back(give_right(call.kernel, port_of(call.kernel, *thread)));
  }
  call.caller().regions.give_array(names, *act_list, *count);
  return KERN_SUCCESS;
}

kern_return_t task_get_special_port(task_t task, int which_port, mach_port_t* special_port) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::get_special_port(call.kernel, call.task(), which_port, *special_port);
}

kern_return_t task_set_special_port(task_t task, int which_port, mach_port_t special_port) {
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::set_special_port(call.kernel, call.task(), which_port, special_port);
}

kern_return_t thread_terminate(thread_act_t target_act) {
  ThreadCall call(target_act);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  call.kernel.scheduler().terminate(call.thread());
  return KERN_SUCCESS;
}

kern_return_t thread_suspend(thread_act_t target_act) {
  ThreadCall call(target_act);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  portunus::hosted::suspend(call.kernel, call.thread());
  return KERN_SUCCESS;
}

kern_return_t thread_resume(thread_act_t target_act) {
  ThreadCall call(target_act);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  return portunus::hosted::resume(call.kernel, call.thread());
}

kern_return_t thread_abort(thread_act_t target_act) {
  ThreadCall call(target_act);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  call.kernel.scheduler().abort(call.thread());
  return KERN_SUCCESS;
}

// No wait of this kernel's is unsafe to end.
kern_return_t thread_abort_safely(thread_act_t target_act) {
  return thread_abort(target_act);
}

}  // extern "C"
