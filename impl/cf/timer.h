// Timers: what a run loop calls when its time has come. They are served by the timeout of the run loop's
// wait, and need nothing else of the kernel.
#pragma once

#include <CoreFoundation/CFRunLoop.h>

#include <cstdint>

#include "impl/cf/attendant.h"

namespace portunus::cf {

extern const Class timer_class;

}  // namespace portunus::cf

struct __CFRunLoopTimer : portunus::cf::Attendant {
  __CFRunLoopTimer() : Attendant(portunus::cf::timer_class) {}

  // Set when the object is made.
  CFTimeInterval interval = 0;  // in seconds; 0 for one that fires once
  CFRunLoopTimerCallBack callout = nullptr;

  std::uint64_t due = 0;  // when it fires next, in nanoseconds of the machine's clock; the lock guards it
};

namespace portunus::cf {

// The attendant as a timer; null for an observer.
CFRunLoopTimerRef as_timer(Attendant* attendant);

// When it is to fire next, in nanoseconds of the machine's clock; `never` for one that is invalid, or whose
// callout runs. Takes the timer's lock; the loop's may be held.
std::uint64_t timer_due(CFRunLoopTimerRef timer);

// Calls the timer, unless it is not due any more. Afterwards one that fires once is invalidated, and one that
// repeats is due at the first of its dates that lies in the future, unless its callout set another. No lock
// is held; the caller holds a reference.
void fire_timer(CFRunLoopTimerRef timer);

}  // namespace portunus::cf
