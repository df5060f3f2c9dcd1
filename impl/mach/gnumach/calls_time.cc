// The calls of <mach/mach_time.h>.
#include <mach/mach.h>

#include "impl/mach/gnumach/clock.h"
#include "impl/mach/gnumach/kernel/kernel.h"

using namespace portunus::gnumach;

extern "C" {

uint64_t mach_absolute_time(void) {
  return now();
}

kern_return_t mach_timebase_info(mach_timebase_info_t info) {
  // A tick is a nanosecond.
  info->numer = 1;
  info->denom = 1;
  return KERN_SUCCESS;
}

kern_return_t mach_wait_until(uint64_t deadline) {
  note_activity();
  if (deadline <= now()) return KERN_SUCCESS;
  TimedWait wait(deadline);
  while (!wait.passed()) kernel_thread_switch(null_name, wait_option, tick_milliseconds);
  return KERN_SUCCESS;
}

}  // extern "C"
