#include "impl/cf/clock.h"

#include <CoreFoundation/CFDate.h>
#include <mach/mach.h>

namespace portunus::cf {

std::uint64_t clock_now() {
  mach_timebase_info_data_t timebase;
  mach_timebase_info(&timebase);
  return mach_absolute_time() * timebase.numer / timebase.denom;
}

std::uint64_t nanoseconds(CFTimeInterval seconds) {
  if (!(seconds > 0)) return 0;
  return seconds > lifetime_of_a_program ? never : static_cast<std::uint64_t>(seconds * 1e9);
}

CFTimeInterval seconds(std::uint64_t nanoseconds) {
  return static_cast<CFTimeInterval>(nanoseconds) / 1e9;
}

}  // namespace portunus::cf

CFAbsoluteTime CFAbsoluteTimeGetCurrent() {
  return portunus::cf::seconds(portunus::cf::clock_now());
}
