// Run loops: one for each thread that asks for it, with its modes, common modes and common items (facts
// cfmachport 11, 12).
#pragma once

#include <CoreFoundation/CFRunLoop.h>

#include <mach/mach.h>

#include <cstdint>

#include "impl/cf/atomic.h"
#include "impl/cf/doorbell.h"
#include "impl/cf/run_loop_mode.h"
#include "impl/cf/runtime.h"
#include "impl/cf/vector.h"
#include "impl/mach/seam.h"

namespace portunus::cf {

class Run;

extern const Class run_loop_class;

}  // namespace portunus::cf

struct __CFRunLoop : portunus::cf::Instance {
  __CFRunLoop() : Instance(portunus::cf::run_loop_class) {}

  bool is_main = false;
  // In the set of every mode. It ends a run's sleep if `woken` says so; else the run has to look at the dates
  // of its timers again, and sleeps on.
  portunus::cf::Doorbell wake_up;
  portunus::cf::Atomic<bool> woken = false;
  portunus::cf::Atomic<bool> waiting = false;  // asleep in a run

  // No client's code runs under `lock`, but the comparison of sources: see Mode.
  portunus::seam::Mutex lock;
  bool ended = false;  // its thread has ended: there are no modes, and there will be none
  portunus::cf::Vector<portunus::cf::Mode*> modes;
  portunus::cf::Vector<CFStringRef> common_modes;  // names; the default mode's is the first
  portunus::cf::Vector<CFRunLoopSourceRef> common_items;
  portunus::cf::Vector<portunus::cf::Attendant*> common_attendants;  // observers and timers among the items
  portunus::cf::Run* run = nullptr;                                  // the innermost
};

namespace portunus::cf {

// The mode that exists under that name; null if none does. The loop's lock is held.
Mode* run_loop_find_mode(CFRunLoopRef loop, CFStringRef name);
// The mode of that name, made when there is none yet. The loop's lock is held, and its thread has not ended.
Mode* run_loop_mode_for(CFRunLoopRef loop, CFStringRef name);
// Declares the name a common mode. False if it is one already. The loop's lock is held.
bool run_loop_declare_common(CFRunLoopRef loop, CFStringRef name);
// Whether a run in `mode`, on the loop's own thread, has nothing to wait for. The loop's lock is held.
bool run_loop_mode_is_empty(CFRunLoopRef loop, const Mode* mode);
// Whether runs of the loop in `mode` serve the main queue now. The loop's lock is held.
bool run_loop_serves_main_queue(CFRunLoopRef loop, const Mode* mode);

// The seam's at_exit of ThreadKey::run_loop: the loop whose address `word` is has lost its thread.
void run_loop_thread_exits(std::uintptr_t word);

}  // namespace portunus::cf
