// Rights that have come into this task, in a message or from itself. Those that are new to it are under names
// that the kernel has chosen; they get fresh ones (names.h), before anybody has seen them.
#pragma once

#include "impl/mach/gnumach/item.h"

namespace portunus::gnumach {

// The reply right of a message that was received, and the rights in its body (but for arrays out of line).
void name_received(MessageHeader& header);
void name_received(KernelMessage& message);

// The same for a message that was not sent in time: its rights have come back, that to its destination too.
void name_returned(MessageHeader& header);
void name_returned(KernelMessage& message);

// One right, of a BodyType. Gives its name.
Name name_arrived(Name name, std::uint32_t type);

}  // namespace portunus::gnumach
