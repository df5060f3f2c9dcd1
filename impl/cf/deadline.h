// A deadline: until when a run of a run loop waits.
#pragma once

#include <CoreFoundation/CFBase.h>
#include <mach/mach.h>

#include <cstdint>

namespace portunus::cf {

class Deadline {
 public:
  // `seconds` from now; now for none or less, and never for more than a program lives.
  static Deadline after(CFTimeInterval seconds);
  // This one, or that moment of the machine's clock in nanoseconds if it comes first.
  Deadline or_at(std::uint64_t moment) const;

  bool is_never() const;
  // Whether it passed at once: the run only looks, and never waits.
  bool is_now() const { return now_; }
  bool passed() const;
  // What is left, rounded up, or the longest timeout that Mach knows, if that is less. Not for `never`.
  mach_msg_timeout_t milliseconds_left() const;

 private:
  Deadline(std::uint64_t at, bool now) : at_(at), now_(now) {}

  std::uint64_t at_;  // in nanoseconds of the machine's clock
  bool now_;
};

}  // namespace portunus::cf
