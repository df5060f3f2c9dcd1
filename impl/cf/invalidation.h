// Invalidation: what happens to a port once it is no longer Ready (facts cfmachport 5).
#pragma once

#include <CoreFoundation/CFMachPort.h>

namespace portunus::cf {

// The callback, the source, the info, in this order. `port` is Invalidating, the caller holds a reference
// to it, and no lock. To be called once, by whoever took the port out of the registry or was handed it.
void finish_invalidation(CFMachPortRef port);

// ctx.release(info), as the edition has it for a NULL info. No lock is held.
void release_info_of(CFMachPortRef port, const void* info);

}  // namespace portunus::cf
