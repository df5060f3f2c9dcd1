// The calls of <mach/semaphore.h>.
#include <mach/mach.h>

#include "impl/mach/hosted/calls.h"
#include "impl/mach/hosted/semaphore.h"
#include "impl/mach/hosted/transfer.h"

using portunus::hosted::Call;
using portunus::hosted::TaskCall;

namespace portunus::hosted {
namespace {

kern_return_t wait_by_name(Kernel& kernel, semaphore_t name, Time deadline) {
  const auto [code, semaphore] = find_semaphore(kernel.current_task().space, name);
  return code == KERN_SUCCESS ? wait(kernel, *semaphore, nullptr, deadline) : code;
}

kern_return_t wait_and_signal_by_name(Kernel& kernel, semaphore_t name, semaphore_t signal_name,
                                      Time deadline) {
  Space& space = kernel.current_task().space;
  const auto [signal_code, signalled] = find_semaphore(space, signal_name);
  if (signal_code != KERN_SUCCESS) return signal_code;
  const auto [code, semaphore] = find_semaphore(space, name);
  return code == KERN_SUCCESS ? wait(kernel, *semaphore, signalled, deadline) : code;
}

Time deadline_after(Kernel& kernel, const mach_timespec_t& time) {
  return kernel.scheduler().now() + time.tv_sec * NSEC_PER_SEC + static_cast<Time>(time.tv_nsec);
}

}  // namespace
}  // namespace portunus::hosted

extern "C" {

kern_return_t semaphore_create(task_t task, semaphore_t* semaphore, int policy, int value) {
  using namespace portunus::hosted;
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  const auto [code, made] = make_semaphore(call.kernel, call.task(), policy, value);
  *semaphore = code == KERN_SUCCESS ? copyout(call.kernel, call.caller().space, make_send(*made->port))
                                    : SEMAPHORE_NULL;
  return code;
}

kern_return_t semaphore_destroy(task_t task, semaphore_t semaphore) {
  using namespace portunus::hosted;
  TaskCall call(task);
  if (!call.reached()) return MACH_SEND_INVALID_DEST;
  if (!MACH_PORT_VALID(semaphore)) return KERN_INVALID_ARGUMENT;
  // The call's message takes the right along.
  const Copyin in = copyin(call.kernel, call.caller().space, semaphore, MACH_MSG_TYPE_MOVE_SEND);
  if (in.code != KERN_SUCCESS) return MACH_SEND_INVALID_RIGHT;
  kern_return_t code = KERN_INVALID_ARGUMENT;
  if (in.right.exists() && in.right.port->object.kind == KernelObject::Kind::semaphore) {
    code = destroy_semaphore(call.kernel, call.task(), *in.right.port->object.semaphore);
  }
  release(call.kernel, in.right);
  return code;
}

kern_return_t semaphore_signal(semaphore_t semaphore) {
  using namespace portunus::hosted;
  Call call;
  const auto [code, found] = find_semaphore(call.kernel.current_task().space, semaphore);
  return code == KERN_SUCCESS ? signal(call.kernel, *found) : code;
}

kern_return_t semaphore_signal_all(semaphore_t semaphore) {
  using namespace portunus::hosted;
  Call call;
  const auto [code, found] = find_semaphore(call.kernel.current_task().space, semaphore);
  return code == KERN_SUCCESS ? signal_all(call.kernel, *found) : code;
}

kern_return_t semaphore_signal_thread(semaphore_t semaphore, thread_t thread) {
  using namespace portunus::hosted;
  Call call;
  Space& space = call.kernel.current_task().space;
  const Thread* const target = thread == MACH_PORT_NULL ? nullptr : find_thread(space, thread);
  if (thread != MACH_PORT_NULL && target == nullptr) return KERN_INVALID_ARGUMENT;
  const auto [code, found] = find_semaphore(space, semaphore);
  return code == KERN_SUCCESS ? signal_thread(call.kernel, *found, target) : code;
}

kern_return_t semaphore_wait(semaphore_t semaphore) {
  Call call;
  return portunus::hosted::wait_by_name(call.kernel, semaphore, portunus::hosted::never);
}

kern_return_t semaphore_timedwait(semaphore_t semaphore, mach_timespec_t wait_time) {
  using namespace portunus::hosted;
  Call call;
  if (BAD_MACH_TIMESPEC(&wait_time)) return KERN_INVALID_VALUE;
  return wait_by_name(call.kernel, semaphore, deadline_after(call.kernel, wait_time));
}

kern_return_t semaphore_wait_signal(semaphore_t wait_semaphore, semaphore_t signal_semaphore) {
  using namespace portunus::hosted;
  Call call;
  return wait_and_signal_by_name(call.kernel, wait_semaphore, signal_semaphore, never);
}

kern_return_t semaphore_timedwait_signal(semaphore_t wait_semaphore, semaphore_t signal_semaphore,
                                         mach_timespec_t wait_time) {
  using namespace portunus::hosted;
  Call call;
  if (BAD_MACH_TIMESPEC(&wait_time)) return KERN_INVALID_VALUE;
  return wait_and_signal_by_name(call.kernel, wait_semaphore, signal_semaphore,
                                 deadline_after(call.kernel, wait_time));
}

}  // extern "C"
