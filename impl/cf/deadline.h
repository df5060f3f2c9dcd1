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

  bool is_never() const { return never_; }
  // Whether it passed at once: the run only looks, and never waits.
  bool is_now() const { return now_; }
  bool passed() const;
  // What is left, rounded up, or the longest timeout that Mach knows, if that is less. Not for `never`.
  mach_msg_timeout_t milliseconds_left() const;

 private:
  bool never_ = false;
  bool now_ = false;
  std::uint64_t at_ = 0;  // in nanoseconds of the machine's clock
};

}  // namespace portunus::cf
