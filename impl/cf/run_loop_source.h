// Run loop sources: what performs when it was signalled (version 0), or when a message arrives at the Mach
// port that feeds it (version 1). Facts cfmachport 4, 8, 11, 12.
#pragma once

#include <CoreFoundation/CFRunLoop.h>

#include <mach/mach.h>

#include "impl/cf/atomic.h"
#include "impl/cf/runtime.h"
#include "impl/cf/vector.h"
#include "impl/mach/seam.h"

namespace portunus::cf {

extern const Class run_loop_source_class;

}  // namespace portunus::cf

struct __CFRunLoopSource : portunus::cf::Instance {
  __CFRunLoopSource() : Instance(portunus::cf::run_loop_source_class) {}

  CFIndex order = 0;
  // Of either version, as its first field says; the fields down to `hash` are common to both. Its info is
  // what its retain gave back.
  union {
    CFRunLoopSourceContext context = {};
    CFRunLoopSourceContext1 context1;
  };
  portunus::cf::Atomic<bool> valid = true;
  portunus::cf::Atomic<bool> signalled = false;  // never while it is invalid

  // In how many modes of a loop, its common items counted as one more, the source is.
  struct Membership {
    CFRunLoopRef loop;  // one reference, however many modes
    std::size_t places;
  };
  // Lock order: a run loop's lock may be held when its source's is taken, never the other way round.
  portunus::seam::Mutex lock;
  portunus::cf::Vector<Membership> memberships;
};

namespace portunus::cf {

// The port that feeds the source; MACH_PORT_NULL if none does.
mach_port_t port_of_source(CFRunLoopSourceRef source);

// Counts one more place of `loop` for the source. False, and nothing done, when it is no longer valid.
bool source_joins(CFRunLoopSourceRef source, CFRunLoopRef loop);
// One less. The caller holds a reference to the loop of its own.
void source_leaves(CFRunLoopSourceRef source, CFRunLoopRef loop);

// What the client of a version-0 source is told when a mode gets the source, and when it loses it. Nothing
// for a source of version 1. No lock is held; the caller holds references to all three.
void schedule_source(CFRunLoopSourceRef source, CFRunLoopRef loop, CFStringRef mode);
void cancel_source(CFRunLoopSourceRef source, CFRunLoopRef loop, CFStringRef mode);

// Performs a source of version 0 if it is signalled, which it is not any more then. False if it was not. No
// lock is held; the caller holds a reference to the source.
bool perform_if_signalled(CFRunLoopSourceRef source);
// Hands the source, which is of version 1, the message that was received for it, and sends the reply that it
// may give. No lock is held; the caller holds a reference to the source.
void perform_source(CFRunLoopSourceRef source, mach_msg_header_t* message);

}  // namespace portunus::cf
