// Messages with a body, in the two kernels' forms: Darwin's has a count, descriptors and then plain data; GNU
// Mach's is a row of typed items (facts gnumach 6). Whether a receiver's buffer is too small is for the
// kernel to say, of its form: so that is made as long as Darwin's, but for 4 bytes more for each region of
// more than 16 KiB out of line, and for each 16 KiB of data but the first. (The kernel's own messages are
// shorter than Darwin's: a buffer that is too small for one by 4 or 8 bytes loses it.)
#pragma once

#include <mach/mach.h>

#include "impl/mach/gnumach/item.h"

namespace portunus::gnumach {

// Makes the kernel's form of a complex message of `size` bytes. MACH_SEND_MSG_TOO_SMALL where its descriptors
// do not fit, MACH_SEND_INVALID_TYPE where one is of no known kind (facts mach-xnu 6).
mach_msg_return_t to_kernel_form(const mach_msg_header_t* message, mach_msg_size_t size, KernelMessage& out);

// Writes a message in the kernel's form as Darwin's kernel would have given it. `room` is what `message` has
// without a trailer. False if that is too small; then nothing is written but the header, and its rights are
// lost with the body's.
bool from_kernel_form(const KernelMessage& kernel, mach_msg_header_t* message, mach_msg_size_t room);

}  // namespace portunus::gnumach
