// The operations on one name of a space: what mach_port_allocate and its sisters do. Codes and effects as in
// facts mach-xnu 1, 2 and 4; a code other than KERN_SUCCESS means that nothing happened, unless said
// otherwise.
#pragma once

#include <mach/message.h>
#include <mach/port.h>

#include "impl/mach/hosted/space.h"

namespace portunus::hosted {

class Kernel;

kern_return_t allocate(Kernel& kernel, Space& space, mach_port_right_t right, mach_port_name_t& name);
// A dead name gets a name of the kernel's choice all the same.
kern_return_t allocate_name(Kernel& kernel, Space& space, mach_port_right_t right, mach_port_name_t name);

kern_return_t modify_references(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_right_t right,
                                mach_port_delta_t delta);
kern_return_t deallocate(Kernel& kernel, Space& space, mach_port_name_t name);
kern_return_t destroy(Kernel& kernel, Space& space, mach_port_name_t name);

kern_return_t get_references(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_right_t right,
                             mach_port_urefs_t& references);
kern_return_t get_type(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_type_t& type);

// Takes a right of `from` and enters it in `space`, which may be the same. A right that has been taken from
// `poly` is lost when it cannot be entered under `name`. Into another space the right goes as in a message,
// with a message's codes where it cannot be taken.
kern_return_t insert_right(Kernel& kernel, Space& from, Space& space, mach_port_name_t name,
                           mach_port_name_t poly, mach_msg_type_name_t disposition);
// The other way: `extracted` is the right's name in `to`.
kern_return_t extract_right(Kernel& kernel, Space& space, Space& to, mach_port_name_t name,
                            mach_msg_type_name_t disposition, mach_port_name_t& extracted);

kern_return_t insert_member(Kernel& kernel, Space& space, mach_port_name_t member, mach_port_name_t set);
kern_return_t extract_member(Space& space, mach_port_name_t member, mach_port_name_t set);
// `set` MACH_PORT_NULL: out of all sets.
kern_return_t move_member(Kernel& kernel, Space& space, mach_port_name_t member, mach_port_name_t set);

}  // namespace portunus::hosted
