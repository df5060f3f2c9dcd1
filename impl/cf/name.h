// A Mach port name, as far as the kernel tells what it denotes.
#pragma once

#include <mach/mach.h>

namespace portunus::cf {

// The rights and requests of a name right now; MACH_PORT_TYPE_NONE for one that denotes nothing.
inline mach_port_type_t type_of_name(mach_port_t name) {
  mach_port_type_t type = MACH_PORT_TYPE_NONE;
  return mach_port_type(mach_task_self(), name, &type) == KERN_SUCCESS ? type : MACH_PORT_TYPE_NONE;
}

}  // namespace portunus::cf
