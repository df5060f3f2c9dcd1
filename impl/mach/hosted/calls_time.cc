// The calls of <mach/mach_time.h>, <mach/mk_timer.h>, <mach/mach_host.h> and <mach/clock.h>.
#include <mach/mach.h>
#include <mach/mk_timer.h>

#include "impl/mach/hosted/calls.h"
#include "impl/mach/hosted/timer.h"
#include "impl/mach/hosted/transfer.h"

using portunus::hosted::Call;
using portunus::hosted::KernelObject;

namespace portunus::hosted {
namespace {

// When a world's clock began, in seconds since 1970: any date will do, as long as it is always the same.
constexpr unsigned calendar_begin = 1'600'000'000;

}  // namespace
}  // namespace portunus::hosted

extern "C" {

uint64_t mach_absolute_time(void) {
  Call call;
  return call.kernel.scheduler().now();
}

kern_return_t mach_timebase_info(mach_timebase_info_t info) {
  // A tick is a nanosecond.
  info->numer = 1;
  info->denom = 1;
  return KERN_SUCCESS;
}

kern_return_t mach_wait_until(uint64_t deadline) {
  using namespace portunus::hosted;
  Call call;
  Scheduler& scheduler = call.kernel.scheduler();
  if (deadline <= scheduler.now()) return KERN_SUCCESS;
  WaitQueue nobody;
  Waiter waiter;
  return scheduler.block(nobody, waiter, deadline) == Wake::aborted ? KERN_ABORTED : KERN_SUCCESS;
}

mach_port_name_t mk_timer_create(void) {
  using namespace portunus::hosted;
  Call call;
  return copyout(call.kernel, call.kernel.current_task().space, make_timer(call.kernel));
}

kern_return_t mk_timer_destroy(mach_port_name_t name) {
  Call call;
  return portunus::hosted::destroy_timer(call.kernel, call.kernel.current_task().space, name);
}

kern_return_t mk_timer_arm(mach_port_name_t name, uint64_t expire_time) {
  Call call;
  return portunus::hosted::arm_timer(call.kernel, call.kernel.current_task().space, name, expire_time);
}

kern_return_t mk_timer_cancel(mach_port_name_t name, uint64_t* result_time) {
  Call call;
  portunus::hosted::Time expiry = 0;
  const kern_return_t code =
      portunus::hosted::cancel_timer(call.kernel, call.kernel.current_task().space, name, expiry);
  if (code == KERN_SUCCESS && result_time != nullptr) *result_time = expiry;
  return code;
}

host_t mach_host_self(void) {
  using namespace portunus::hosted;
  Call call;
  Port& port = call.kernel.service_port(KernelObject::Kind::host);
  return copyout(call.kernel, call.kernel.current_task().space, make_send(port));
}

kern_return_t host_get_clock_service(host_t host, clock_id_t clock_id, clock_serv_t* clock_serv) {
  using namespace portunus::hosted;
  Call call;
  Space& space = call.kernel.current_task().space;
  if (find_object(space, host).kind != KernelObject::Kind::host) return MACH_SEND_INVALID_DEST;
  if (clock_id != SYSTEM_CLOCK && clock_id != CALENDAR_CLOCK) return KERN_INVALID_ARGUMENT;
  Port& port = call.kernel.service_port(clock_id == SYSTEM_CLOCK ? KernelObject::Kind::system_clock
                                                                 : KernelObject::Kind::calendar_clock);
  *clock_serv = copyout(call.kernel, space, make_send(port));
  return KERN_SUCCESS;
}

kern_return_t clock_get_time(clock_serv_t clock_serv, mach_timespec_t* cur_time) {
  using namespace portunus::hosted;
  Call call;
  const KernelObject::Kind kind = find_object(call.kernel.current_task().space, clock_serv).kind;
  const bool calendar = kind == KernelObject::Kind::calendar_clock;
  if (!calendar && kind != KernelObject::Kind::system_clock) return MACH_SEND_INVALID_DEST;
  const Time now = call.kernel.scheduler().now();
  cur_time->tv_sec = static_cast<unsigned>(now / NSEC_PER_SEC) + (calendar ? calendar_begin : 0);
  cur_time->tv_nsec = static_cast<clock_res_t>(now % NSEC_PER_SEC);
  return KERN_SUCCESS;
}

}  // extern "C"
