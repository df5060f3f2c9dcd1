// Lists: what names a task has, and what a port set has for members (facts mach-xnu 4, 5).
#pragma once

#include <mach_debug/ipc_info.h>

#include <vector>

#include "impl/mach/hosted/space.h"

namespace portunus::hosted {

class Kernel;

struct NamedType {
  mach_port_name_t name;
  mach_port_type_t type;  // as get_type tells it
};
// All names, in order.
std::vector<NamedType> list_names(Kernel& kernel, Space& space);

// The names of the members that are received in this space, in order. KERN_INVALID_RIGHT and
// KERN_INVALID_NAME as for every call on a set.
kern_return_t list_members(Space& space, mach_port_name_t set, std::vector<mach_port_name_t>& members);

ipc_info_space_t describe_space(const Space& space);
// One for each name, in order.
std::vector<ipc_info_name_t> describe_names(Kernel& kernel, Space& space);

}  // namespace portunus::hosted
