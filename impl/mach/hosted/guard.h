// Guards: a word that the owner of a receive right keeps, and without which the right cannot be ended
// (facts mach-xnu 7). What the facts do not say of them is as Darwin's headers describe it.
#pragma once

#include <mach/port.h>

#include "impl/mach/hosted/space.h"

namespace portunus::hosted {

class Kernel;

// The context is free for the owner's use until it becomes the guard; a strict guard is not told any more,
// nor can the context be set beneath it (KERN_INVALID_ARGUMENT).
kern_return_t get_context(Space& space, mach_port_name_t name, mach_port_context_t& context);
kern_return_t set_context(Space& space, mach_port_name_t name, mach_port_context_t context);

// KERN_INVALID_ARGUMENT if the port has a context or a guard already.
kern_return_t guard(Space& space, mach_port_name_t name, mach_port_context_t context, bool strict);
// KERN_INVALID_ARGUMENT if it has no guard, or another.
kern_return_t unguard(Space& space, mach_port_name_t name, mach_port_context_t context);

// A new receive right as `options` says. KERN_INVALID_VALUE for a queue limit that is none,
// KERN_INVALID_ARGUMENT for flags that are unknown, KERN_DENIED for those that only the system may use.
kern_return_t construct(Kernel& kernel, Space& space, const mach_port_options_t& options,
                        mach_port_context_t context, mach_port_name_t& name);
// Ends the receive right, and changes the send right's user references by `delta`, which is not positive.
kern_return_t destruct(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_delta_t delta,
                       mach_port_context_t context);

}  // namespace portunus::hosted
