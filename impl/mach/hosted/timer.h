// Timers: an alarm, and a port to which its message goes. The receive right is a client's, and with the
// port's death the timer ends; a send right is the timer's own.
#pragma once

#include <mach/kern_return.h>
#include <mach/port.h>

#include "impl/mach/hosted/alarm.h"
#include "impl/mach/hosted/registry.h"
#include "impl/mach/hosted/right.h"

namespace portunus::hosted {

class Kernel;
class Space;
struct Message;

struct Timer : Registered, Alarm {
  Kernel* kernel = nullptr;
  Right send;
  // The message of an expiry, until it is received or destroyed: meanwhile expiring again says nothing.
  Message* outstanding = nullptr;
};

// A timer whose receive right is in transit, to be named.
Right make_timer(Kernel& kernel);
// The timer's port has died.
void end_timer(Kernel& kernel, Timer& timer);

// All three: KERN_INVALID_NAME, KERN_INVALID_RIGHT for what is not received here, KERN_INVALID_ARGUMENT for a
// port without a timer.
kern_return_t arm_timer(Kernel& kernel, Space& space, mach_port_name_t name, Time expiry);
// `expiry`: when it would have expired; 0 if it was not armed.
kern_return_t cancel_timer(Kernel& kernel, Space& space, mach_port_name_t name, Time& expiry);
// Ends every right that the name has to the port.
kern_return_t destroy_timer(Kernel& kernel, Space& space, mach_port_name_t name);

}  // namespace portunus::hosted
