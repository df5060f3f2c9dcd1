// What mach_port_get_attributes and mach_port_set_attributes tell and set (facts mach-xnu 7).
#pragma once

#include <mach/message.h>
#include <mach/port.h>

#include "impl/mach/hosted/space.h"

namespace portunus::hosted {

class Kernel;

// `count` in words: how many there is room for; how many were written.
kern_return_t get_attributes(Space& space, mach_port_name_t name, mach_port_flavor_t flavor, integer_t* info,
                             mach_msg_type_number_t& count);
kern_return_t set_attributes(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_flavor_t flavor,
                             const integer_t* info, mach_msg_type_number_t count);

}  // namespace portunus::hosted
