#include "impl/mach/hosted/inspect.h"

#include <algorithm>

#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/names.h"
#include "impl/mach/hosted/transfer.h"

namespace portunus::hosted {
namespace {

natural_t object_of(const Entry& entry) {
  if (entry.port != nullptr) return entry.port->serial;
  return entry.set != nullptr ? entry.set->serial : 0;
}

}  // namespace

std::vector<NamedType> list_names(Kernel& kernel, Space& space) {
  std::vector<NamedType> list;
  for (const mach_port_name_t name : space.names()) {
    mach_port_type_t type = MACH_PORT_TYPE_NONE;
    get_type(kernel, space, name, type);
    list.push_back(NamedType{.name = name, .type = type});
  }
  return list;
}

kern_return_t list_members(Space& space, mach_port_name_t set, std::vector<mach_port_name_t>& members) {
  if (!MACH_PORT_VALID(set)) return KERN_INVALID_RIGHT;
  const Entry* const entry = space.find(set);
  if (entry == nullptr) return KERN_INVALID_NAME;
  if (entry->type != MACH_PORT_TYPE_PORT_SET) return KERN_INVALID_RIGHT;
  for (const Port* port : entry->set->members) members.push_back(port->receiver_name);
  std::sort(members.begin(), members.end());
  return KERN_SUCCESS;
}

ipc_info_space_t describe_space(const Space& space) {
  const auto slots = static_cast<natural_t>(space.entries().size() + 1);  // index 0 is nobody's
  return ipc_info_space_t{.iis_genno_mask = 0xff,
                          .iis_table_size = slots,
                          .iis_table_next = slots,
                          .iis_tree_size = 0,
                          .iis_tree_small = 0,
                          .iis_tree_hash = 0};
}

std::vector<ipc_info_name_t> describe_names(Kernel& kernel, Space& space) {
  std::vector<ipc_info_name_t> list;
  for (const auto [name, type] : list_names(kernel, space)) {
    const Entry& entry = *space.find(name);
    list.push_back(ipc_info_name_t{.iin_name = name,
                                   .iin_collision = 0,
                                   .iin_type = type,
                                   .iin_urefs = entry.urefs,
                                   .iin_object = object_of(entry),
                                   .iin_next = entry.request,
                                   .iin_hash = 0});
  }
  return list;
}

}  // namespace portunus::hosted
