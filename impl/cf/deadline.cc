#include "impl/cf/deadline.h"

#include <algorithm>

namespace portunus::cf {
namespace {

constexpr CFTimeInterval lifetime_of_a_program = 504911232.0;  // sixteen years
constexpr std::uint64_t nanoseconds_in_millisecond = 1'000'000;
constexpr std::uint64_t longest_timeout = 0x7fffffff;

std::uint64_t now() {
  mach_timebase_info_data_t timebase;
  mach_timebase_info(&timebase);
  return mach_absolute_time() * timebase.numer / timebase.denom;
}

}  // namespace

Deadline Deadline::after(CFTimeInterval seconds) {
  Deadline deadline;
  deadline.never_ = seconds > lifetime_of_a_program;
  deadline.now_ = !(seconds > 0);
  deadline.at_ = now();
  if (!deadline.never_ && !deadline.now_) deadline.at_ += static_cast<std::uint64_t>(seconds * 1e9);
  return deadline;
}

bool Deadline::passed() const {
  return !never_ && now() >= at_;
}

mach_msg_timeout_t Deadline::milliseconds_left() const {
  const std::uint64_t moment = now();
  if (moment >= at_) return 0;
  const std::uint64_t left = (at_ - moment + nanoseconds_in_millisecond - 1) / nanoseconds_in_millisecond;
  return static_cast<mach_msg_timeout_t>(std::min(left, longest_timeout));
}

}  // namespace portunus::cf
