// Run loop sources: what is fed by a Mach port and performs when a message arrives (facts cfmachport 4, 8,
// 12).
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
  CFRunLoopSourceContext1 context = {};  // its info is what context.retain gave back
  portunus::cf::Atomic<bool> valid = true;

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

// Hands the source the message that was received for it, and sends the reply that it may give. No lock is
// held; the caller holds a reference to the source.
void perform_source(CFRunLoopSourceRef source, mach_msg_header_t* message);

}  // namespace portunus::cf
