// The calls of <mach/mach_time.h>.
#include <mach/mach.h>

#include "impl/mach/hosted/calls.h"

using portunus::hosted::Call;

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
  Call call;
  portunus::hosted::Scheduler& scheduler = call.kernel.scheduler();
  portunus::hosted::WaitQueue nobody;
  portunus::hosted::Waiter waiter;
  if (deadline > scheduler.now()) scheduler.block(nobody, waiter, deadline);
  return KERN_SUCCESS;
}

}  // extern "C"
