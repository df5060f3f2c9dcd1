// The kernel's notifications: the same ids and the same facts on both kernels, in different layouts (facts
// gnumach 7, mach-xnu 3).
#pragma once

#include <mach/mach.h>

namespace portunus::gnumach {

// Makes of a notification just received what Darwin's kernel would have sent; leaves any other message alone.
// `room` is what the buffer holds without a trailer. False if it is too small for that.
bool make_darwin_notification(mach_msg_header_t* message, mach_msg_size_t room);

}  // namespace portunus::gnumach
