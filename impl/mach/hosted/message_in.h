// A message's way from a client's memory into the kernel.
#pragma once

#include <mach/message.h>

#include "impl/mach/hosted/message.h"
#include "impl/mach/hosted/task.h"

namespace portunus::hosted {

class Kernel;

struct MessageIn {
  mach_msg_return_t code;
  Message* message;  // the caller's; nullptr unless successful
};

// Takes the message's bytes and the rights that it names. A bad header takes nothing; a bad body ends what
// was taken before (facts mach-xnu 6).
MessageIn copyin_message(Kernel& kernel, Task& task, const mach_msg_header_t* client, mach_msg_size_t size);

}  // namespace portunus::hosted
