// Membership: what is in which modes of a run loop, and in its common items (facts cfmachport 4, 12). The
// functions that add, remove and ask are CoreFoundation's own, in CFRunLoop.h; here is what the rest of the
// room needs.
#pragma once

#include <CoreFoundation/CFRunLoop.h>

#include "impl/cf/attendant.h"

namespace portunus::cf {

// Takes an invalid source, or an invalid observer or timer, out of everything. No lock is held.
void run_loop_loses_source(CFRunLoopRef loop, CFRunLoopSourceRef source);
void run_loop_loses_attendant(CFRunLoopRef loop, Attendant* attendant);

// Takes everything out of a loop whose thread has ended, its modes too: nothing can be added any more. No
// lock is held.
void run_loop_ends(CFRunLoopRef loop);

// A timer of the loop has another date. If the loop sleeps, it goes by the new one. No lock is held.
void run_loop_timers_changed(CFRunLoopRef loop);

}  // namespace portunus::cf
