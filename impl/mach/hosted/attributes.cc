#include "impl/mach/hosted/attributes.h"

#include <cstring>

#include "impl/mach/hosted/delivery.h"
#include "impl/mach/hosted/kernel.h"

namespace portunus::hosted {
namespace {

struct Found {
  kern_return_t code;
  Port* port;
};

Found find_receive_right(Space& space, mach_port_name_t name) {
  if (!MACH_PORT_VALID(name)) return {KERN_INVALID_RIGHT, nullptr};
  const Entry* const entry = space.find(name);
  if (entry == nullptr) return {KERN_INVALID_NAME, nullptr};
  if ((entry->type & MACH_PORT_TYPE_RECEIVE) == 0) return {KERN_INVALID_RIGHT, nullptr};
  return {KERN_SUCCESS, entry->port};
}

mach_port_status_t status_of(const Port& port) {
  return mach_port_status_t{.mps_pset = port.sets.empty() ? 0u : 1u,
                            .mps_seqno = port.queue.next_seqno,
                            .mps_mscount = port.make_send_count,
                            .mps_qlimit = port.queue.limit,
                            .mps_msgcount = port.queue.count,
                            .mps_sorights = port.send_once_rights,
                            .mps_srights = port.send_rights != 0,
                            .mps_pdrequest = port.port_destroyed_request.exists(),
                            .mps_nsrequest = port.no_senders_request.exists(),
                            .mps_flags = 0};
}

}  // namespace

kern_return_t get_attributes(Space& space, mach_port_name_t name, mach_port_flavor_t flavor, integer_t* info,
                             mach_msg_type_number_t& count) {
  if (flavor != MACH_PORT_LIMITS_INFO && flavor != MACH_PORT_RECEIVE_STATUS) return KERN_INVALID_ARGUMENT;
  const bool limits = flavor == MACH_PORT_LIMITS_INFO;
  const mach_msg_type_number_t words = limits ? MACH_PORT_LIMITS_INFO_COUNT : MACH_PORT_RECEIVE_STATUS_COUNT;
  if (count < words) return KERN_FAILURE;
  if (limits && !MACH_PORT_VALID(name)) {
    count = 0;
    return KERN_SUCCESS;
  }
  const auto [code, port] = find_receive_right(space, name);
  if (code != KERN_SUCCESS) return code;
  if (limits) {
    const mach_port_limits_t value = {.mpl_qlimit = port->queue.limit};
    std::memcpy(info, &value, sizeof value);
  } else {
    const mach_port_status_t value = status_of(*port);
    std::memcpy(info, &value, sizeof value);
  }
  count = words;
  return KERN_SUCCESS;
}

kern_return_t set_attributes(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_flavor_t flavor,
                             const integer_t* info, mach_msg_type_number_t count) {
  if (flavor != MACH_PORT_LIMITS_INFO) return KERN_INVALID_ARGUMENT;
  if (count < MACH_PORT_LIMITS_INFO_COUNT) return KERN_FAILURE;
  mach_port_limits_t value;
  std::memcpy(&value, info, sizeof value);
  if (value.mpl_qlimit > MACH_PORT_QLIMIT_MAX) return KERN_INVALID_VALUE;
  const auto [code, port] = find_receive_right(space, name);
  if (code != KERN_SUCCESS) return code;
  set_queue_limit(kernel, *port, value.mpl_qlimit);
  return KERN_SUCCESS;
}

}  // namespace portunus::hosted
