// How messages get from senders into queues, and from queues to receivers.
//
// A message for which somebody waits goes straight into that thread's hands; the thread finds it when it
// runs. Room in a full queue likewise goes to the first blocked sender, and nobody else can take it meanwhile
// (facts mach-xnu 6).
#pragma once

#include <mach/message.h>

#include "impl/mach/hosted/message.h"
#include "impl/mach/hosted/scheduler.h"
#include "impl/mach/hosted/space.h"
#include "impl/mach/hosted/wait_queue.h"

namespace portunus::hosted {

class Kernel;
struct Port;

// What a receive came to. On success `message` is the caller's. A message that is too large for the
// receiver's buffer is received all the same, for the copyout to refuse; with MACH_RCV_LARGE it stays queued,
// the code is MACH_RCV_TOO_LARGE, and `size` (without trailer) and `member`, the port's name, say what was
// found.
struct Received {
  mach_msg_return_t code = MACH_MSG_SUCCESS;
  Message* message = nullptr;
  mach_msg_size_t size = 0;
  mach_port_name_t member = MACH_PORT_NULL;
};

// Sends whatever the queue's limit is. Consumes the message; if its port is dead, that is its end.
void post(Kernel& kernel, Message& message);

// Sends to a queue that may be full: a send right waits for room until the deadline. MACH_MSG_SUCCESS if the
// message was consumed, also when the port died meanwhile; on MACH_SEND_TIMED_OUT and
// MACH_SEND_INTERRUPTED it is the caller's again.
mach_msg_return_t send(Kernel& kernel, Message& message, Time deadline);

// Takes a message off the port or set of that name, or waits for one until the deadline: MACH_RCV_TIMED_OUT,
// or MACH_RCV_INTERRUPTED.
Received receive(Kernel& kernel, Space& space, mach_port_name_t name, mach_msg_size_t limit,
                 mach_msg_option_t option, Time deadline);

bool has_room(const Port& port);
// Blocked senders get what room there is more.
void set_queue_limit(Kernel& kernel, Port& port, mach_port_msgcount_t limit);

// Those who wait in `receivers` get what the port has queued.
void serve_receivers(Kernel& kernel, Port& port, WaitQueue& receivers);
// All who wait there give up, with `code`.
void wake_receivers(Kernel& kernel, WaitQueue& receivers, mach_msg_return_t code);
void wake_senders_of_dead_port(Kernel& kernel, Port& port);

}  // namespace portunus::hosted
