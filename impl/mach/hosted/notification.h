// The messages that the kernel itself sends. Each consumes `notify`, a send-once right; with a null one
// nothing happens. They get through a full queue, and end unseen if their port has died (facts mach-xnu 3).
#pragma once

#include <mach/notify.h>

#include "impl/mach/hosted/right.h"

namespace portunus::hosted {

class Kernel;

void notify_port_deleted(Kernel& kernel, Right notify, mach_port_name_t name);
void notify_send_possible(Kernel& kernel, Right notify, mach_port_name_t name);
void notify_dead_name(Kernel& kernel, Right notify, mach_port_name_t name);
void notify_no_senders(Kernel& kernel, Right notify, mach_port_mscount_t make_send_count);
// For the send-once right itself, which has gone unused.
void notify_send_once(Kernel& kernel, Right unused);
// `receive` goes with the message.
void notify_port_destroyed(Kernel& kernel, Right notify, Right receive);

}  // namespace portunus::hosted
