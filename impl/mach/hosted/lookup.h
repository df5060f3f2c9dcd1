// Finding what a call is about by the name that the call gives.
#pragma once

#include <mach/kern_return.h>
#include <mach/port.h>

#include "impl/mach/hosted/port.h"
#include "impl/mach/hosted/space.h"

namespace portunus::hosted {

struct FoundPort {
  kern_return_t code;
  Port* port;  // nullptr unless successful
};

// The port that is received under `name`. KERN_INVALID_NAME for a name that stands for nothing,
// KERN_INVALID_RIGHT for one without the receive right, null and dead included.
FoundPort find_received(Space& space, mach_port_name_t name);

// The kernel's object that the name's send right is to; of kind none if there is no such right.
KernelObject find_object(Space& space, mach_port_name_t name);
// The same, where it must be a task, or a thread; nullptr if it is none.
Task* find_task(Space& space, mach_port_name_t name);
Thread* find_thread(Space& space, mach_port_name_t name);

}  // namespace portunus::hosted
