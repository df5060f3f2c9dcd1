// The registry: every Ready port object, in the order in which they were registered, each held by one
// reference (facts cfmachport 0, 10).
#pragma once

#include <CoreFoundation/CFMachPort.h>

#include "impl/cf/vector.h"
#include "impl/mach/seam.h"

namespace portunus::cf {

// Lock order: a port's own lock may be held when the registry's is taken, never the other way round.
struct Registry {
  seam::Mutex lock;
  Vector<CFMachPortRef> ports;
};

// For these the registry's lock is held.

// The object that stands for `name` now, without a reference for the caller; null if none does. In an edition
// that replaces stale objects, those are swept on the way.
CFMachPortRef registry_find(Registry& registry, mach_port_t name);
// Registers a port that is Ready, and retains it.
void registry_add(Registry& registry, CFMachPortRef port);

// For these it is not.

// Ends the Ready state: out of the registry, Invalidating, the death watch cancelled. The registry's
// reference passes to the caller. False, and nothing done, for a port that is not Ready.
bool registry_begin_invalidation(Registry& registry, CFMachPortRef port);
// Takes out every object that qualifies for the sweep, and hands each to the main queue (facts cfmachport 9).
void registry_sweep(Registry& registry);

// The seeded fault release_frees_ready: lets go of a Ready port that has no other reference.
void registry_forget_ready(CFMachPortRef port);

}  // namespace portunus::cf
