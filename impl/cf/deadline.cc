#include "impl/cf/deadline.h"

#include <algorithm>

#include "impl/cf/clock.h"

namespace portunus::cf {
namespace {

constexpr std::uint64_t nanoseconds_in_millisecond = 1'000'000;
constexpr std::uint64_t longest_timeout = 0x7fffffff;

}  // namespace

Deadline Deadline::after(CFTimeInterval seconds) {
  const std::uint64_t left = nanoseconds(seconds);
  return {left == never ? never : clock_now() + left, !(seconds > 0)};
}

Deadline Deadline::or_at(std::uint64_t moment) const {
  return {std::min(at_, moment), now_};
}

bool Deadline::is_never() const {
  return at_ == never;
}

bool Deadline::passed() const {
  return !is_never() && clock_now() >= at_;
}

mach_msg_timeout_t Deadline::milliseconds_left() const {
  const std::uint64_t moment = clock_now();
  if (moment >= at_) return 0;
  const std::uint64_t left = (at_ - moment + nanoseconds_in_millisecond - 1) / nanoseconds_in_millisecond;
  return static_cast<mach_msg_timeout_t>(std::min(left, longest_timeout));
}

}  // namespace portunus::cf
