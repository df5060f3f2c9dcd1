// The descriptors of a message's body on their way in and out: rights, arrays of rights, memory.
#pragma once

#include <mach/message.h>

#include "impl/mach/hosted/message.h"
#include "impl/mach/hosted/task.h"

namespace portunus::hosted {

class Kernel;

// Takes what the body's descriptors name out of the task: rights, and copies of memory; memory that is to be
// deallocated is. On a failure the message keeps what it has got so far, for the caller to destroy:
//   MACH_SEND_MSG_TOO_SMALL   the payload ends before the descriptors do
//   MACH_SEND_INVALID_TYPE    no such kind of descriptor, way of copying, or guard
//   MACH_SEND_INVALID_MEMORY  what is out of line cannot be read
//   MACH_SEND_INVALID_RIGHT   the task does not hold such a right
//   MACH_SEND_NO_BUFFER       more memory than the kernel takes
// The first two are found before anything is taken (facts mach-xnu 6). What guarded descriptors do is read
// from XNU, not observed.
mach_msg_return_t copyin_body(Kernel& kernel, Task& task, Message& message);

// Names the rights in the task, puts the memory where the task can see it, and writes both into the payload.
// `option` and `buffer`: the receiver's, who gets a guarded descriptor as a plain one unless it asked, and
// finds the port guarded with the buffer's address if it did.
void copyout_body(Kernel& kernel, Task& task, Message& message, mach_msg_option_t option, const void* buffer);

// The size of a descriptor in a client's memory; 0 for what is none.
std::size_t descriptor_size(mach_msg_descriptor_type_t type);

}  // namespace portunus::hosted
