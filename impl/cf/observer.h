// Observers: what a run loop tells of its activities (facts cfmachport 11).
#pragma once

#include <CoreFoundation/CFRunLoop.h>

#include "impl/cf/attendant.h"

namespace portunus::cf {

extern const Class observer_class;

}  // namespace portunus::cf

// Everything is set when the object is made.
struct __CFRunLoopObserver : portunus::cf::Attendant {
  __CFRunLoopObserver() : Attendant(portunus::cf::observer_class) {}

  CFOptionFlags activities = 0;
  bool repeats = false;
  CFRunLoopObserverCallBack callout = nullptr;
};

namespace portunus::cf {

// The attendant as an observer; null for a timer.
CFRunLoopObserverRef as_observer(Attendant* attendant);

// Calls the observer, unless it is invalid or its callout runs already; one that does not repeat is
// invalidated afterwards. No lock is held; the caller holds a reference.
void call_observer(CFRunLoopObserverRef observer, CFRunLoopActivity activity);

}  // namespace portunus::cf
