// A port's queue: messages, those who wait for one, and those who wait for room.
#pragma once

#include <mach/port.h>

#include <cstdint>

#include "impl/mach/hosted/list.h"
#include "impl/mach/hosted/message.h"
#include "impl/mach/hosted/wait_queue.h"

namespace portunus::hosted {

struct MessageQueue {
  List<Message> messages;
  // Messages queued, and slots given to senders that have not run since; so more than messages.size().
  std::uint32_t count = 0;
  std::uint32_t limit = MACH_PORT_QLIMIT_DEFAULT;
  mach_port_seqno_t next_seqno = 0;
  WaitQueue receivers;  // Receiver
  WaitQueue senders;    // Sender
};

}  // namespace portunus::hosted
