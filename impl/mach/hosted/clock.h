// Virtual time: nanoseconds that pass only when the scheduler says so.
#pragma once

#include <cstdint>

namespace portunus::hosted {

using Time = std::uint64_t;  // nanoseconds since the clock's beginning

inline constexpr Time never = UINT64_MAX;  // as a deadline

// `time` and that many milliseconds, or `never` when that is beyond the clock.
constexpr Time after_milliseconds(Time time, std::uint32_t milliseconds) {
  const Time span = Time{milliseconds} * 1'000'000;
  return span >= never - time ? never : time + span;
}

// What a clock shows at its beginning: not 0, which clients take for "no time".
inline constexpr Time clock_begin = 1'000'000'000;

class VirtualClock {
 public:
  Time now() const { return now_; }
  // Time does not run backwards: an earlier `time` changes nothing.
  void advance_to(Time time) {
    if (time > now_) now_ = time;
  }

 private:
  Time now_ = clock_begin;
};

}  // namespace portunus::hosted
