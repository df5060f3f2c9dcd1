// Delivery: how a message that a run loop has received reaches its port's callout (facts cfmachport 6, 11).
#pragma once

#include <CoreFoundation/CFBase.h>

namespace portunus::cf {

// The `perform` of a port's run loop source: `info` is the port. Never gives a reply.
void* deliver_message(void* message, CFIndex size, CFAllocatorRef allocator, void* info);

}  // namespace portunus::cf
