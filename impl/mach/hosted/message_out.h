// A message's way out of the kernel into a client's memory.
#pragma once

#include <mach/message.h>

#include "impl/mach/hosted/message.h"
#include "impl/mach/hosted/task.h"

namespace portunus::hosted {

class Kernel;
struct Port;

// Writes a received message and its trailer to `client`, which has room for `limit` bytes, and gives the task
// its rights and its memory. Consumes the message. MACH_RCV_TOO_LARGE, or MACH_RCV_INVALID_DATA without even
// a header's room, if it does not fit: then its rights end, and the client gets a bare header.
mach_msg_return_t copyout_message(Kernel& kernel, Task& task, Message& message, mach_msg_header_t* client,
                                  mach_msg_size_t limit, mach_msg_option_t option);

// Gives a message that could not be sent back to its sender: the rights get names again, memory is put where
// there is room, and `client` is rewritten with them. Consumes the message. A guarded port comes back guarded
// with the address of `client`.
void return_to_sender(Kernel& kernel, Task& task, Message& message, mach_msg_header_t* client);

// The trailer that the message has once it is taken off `port`; the first `size` bytes of it are sent.
mach_msg_max_trailer_t trailer_of(const Message& message, const Port& port, mach_msg_trailer_size_t size,
                                  mach_port_seqno_t seqno);

// Writes what a receiver with MACH_RCV_LARGE is told of a message that stays queued.
void report_large(mach_msg_header_t* client, mach_msg_size_t limit, mach_msg_option_t option,
                  mach_msg_size_t size, mach_port_name_t member);

}  // namespace portunus::hosted
