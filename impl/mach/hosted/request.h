// Requests to hear of a name's or a port's end, and their registration.
#pragma once

#include <mach/message.h>

#include "impl/mach/hosted/right.h"
#include "impl/mach/hosted/space.h"

namespace portunus::hosted {

class Kernel;
struct Port;

// Takes back the dead-name or send-possible request registered for the entry: its send-once right, or null.
Right withdraw_request(Port& port, Entry& entry);

struct Requested {
  kern_return_t code;
  Right previous;  // send-once: what was registered before; null otherwise
};

// Registers `notify`, a send-once right or null to cancel, and consumes it also when it fails
// (facts mach-xnu 3). `name` is what was asked about; `message` is the notification's MACH_NOTIFY_ number.
Requested request_notification(Kernel& kernel, Space& space, mach_port_name_t name, mach_msg_id_t message,
                               mach_port_mscount_t sync, Right notify);

// The port's queue has room again: armed send-possible requests are satisfied.
void satisfy_send_possible_requests(Kernel& kernel, Port& port);
// A send by that name has timed out, and its client wants to hear when it would not: arms the name's request.
void arm_send_possible_request(Space& space, mach_port_name_t name, Port& port);

}  // namespace portunus::hosted
