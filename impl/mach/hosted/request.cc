#include "impl/mach/hosted/request.h"

#include <algorithm>

#include "impl/mach/hosted/delivery.h"
#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/lookup.h"
#include "impl/mach/hosted/notification.h"
#include "impl/mach/hosted/port.h"
#include "impl/mach/hosted/transfer.h"

namespace portunus::hosted {
namespace {

Requested refuse(Kernel& kernel, Right notify, kern_return_t code) {
  release(kernel, notify);
  return Requested{code, {}};
}

// Makes the slot the next to be taken.
void free_slot(Port& port, std::uint32_t slot) {
  port.requests[slot] = Request{.next_free = port.requests[0].next_free};
  port.requests[0].next_free = slot;
}

// The table doubles, and of its new slots the last is taken first. Who asks in what order shows when the port
// dies: requests are satisfied in the order of their slots (facts mach-xnu 3).
void grow(Port& port) {
  const auto size = static_cast<std::uint32_t>(port.requests.size());
  port.requests.resize(size == 0 ? 2 : std::size_t{size} * 2);
  for (std::uint32_t slot = std::max(size, 1u); slot < port.requests.size(); ++slot) free_slot(port, slot);
}

Request& take_slot(Port& port, Entry& entry) {
  if (port.requests.empty() || port.requests[0].next_free == 0) grow(port);
  entry.request = port.requests[0].next_free;
  Request& request = port.requests[entry.request];
  port.requests[0].next_free = request.next_free;
  return request;
}

// A name that is dead already: nothing can be registered any more.
Requested request_on_dead_name(Kernel& kernel, mach_port_name_t name, Entry& entry, bool send_possible,
                               Right notify) {
  if (!notify.exists()) return Requested{KERN_SUCCESS, {}};
  if (!send_possible) return refuse(kernel, notify, KERN_INVALID_ARGUMENT);
  entry.urefs = add_urefs(entry.urefs, 1);
  notify_dead_name(kernel, notify, name);
  return Requested{KERN_SUCCESS, {}};
}

Requested request_on_name(Kernel& kernel, Space& space, mach_port_name_t name, bool send_possible,
                          mach_port_mscount_t sync, Right notify) {
  if (!MACH_PORT_VALID(name)) return refuse(kernel, notify, KERN_INVALID_ARGUMENT);
  Entry* const entry = space.find(name);
  if (entry == nullptr) return refuse(kernel, notify, KERN_INVALID_NAME);
  bury(kernel, space, name, *entry);
  if (entry->type == MACH_PORT_TYPE_PORT_SET) return refuse(kernel, notify, KERN_INVALID_RIGHT);
  if (entry->type == MACH_PORT_TYPE_DEAD_NAME) {
    return request_on_dead_name(kernel, name, *entry, send_possible, notify);
  }
  Port& port = *entry->port;
  const Right previous = withdraw_request(port, *entry);
  if (!notify.exists()) return Requested{KERN_SUCCESS, previous};
  const bool armed = send_possible && sync != 0;
  // A send-once right is never kept waiting by a full queue.
  if (armed && (entry->type == MACH_PORT_TYPE_SEND_ONCE || has_room(port))) {
    notify_send_possible(kernel, notify, name);
    return Requested{KERN_SUCCESS, previous};
  }
  take_slot(port, *entry) = Request{
      .space = &space, .name = name, .notify = notify, .send_possible = send_possible, .armed = armed};
  return Requested{KERN_SUCCESS, previous};
}

Requested request_no_senders(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_mscount_t sync,
                             Right notify) {
  const auto [code, port] = find_received(space, name);
  if (code != KERN_SUCCESS) return refuse(kernel, notify, code);
  const Right previous = take(port->no_senders_request);
  if (notify.exists() && port->send_rights == 0 && sync <= port->make_send_count) {
    notify_no_senders(kernel, notify, port->make_send_count);
  } else {
    port->no_senders_request = notify;
  }
  return Requested{KERN_SUCCESS, previous};
}

Requested request_port_destroyed(Kernel& kernel, Space& space, mach_port_name_t name,
                                 mach_port_mscount_t sync, Right notify) {
  if (sync != 0) return refuse(kernel, notify, KERN_INVALID_VALUE);
  const auto [code, port] = find_received(space, name);
  if (code != KERN_SUCCESS) return refuse(kernel, notify, code);
  if (port->port_destroyed_request.exists()) return refuse(kernel, notify, KERN_FAILURE);
  port->port_destroyed_request = notify;
  return Requested{KERN_SUCCESS, {}};
}

}  // namespace

Right withdraw_request(Port& port, Entry& entry) {
  if (entry.request == 0) return Right{};
  const Right notify = port.requests[entry.request].notify;
  free_slot(port, entry.request);
  entry.request = 0;
  return notify;
}

Requested request_notification(Kernel& kernel, Space& space, mach_port_name_t name, mach_msg_id_t message,
                               mach_port_mscount_t sync, Right notify) {
  switch (message) {
    case MACH_NOTIFY_DEAD_NAME:
      return request_on_name(kernel, space, name, false, sync, notify);
    case MACH_NOTIFY_SEND_POSSIBLE:
      return request_on_name(kernel, space, name, true, sync, notify);
    case MACH_NOTIFY_NO_SENDERS:
      return request_no_senders(kernel, space, name, sync, notify);
    case MACH_NOTIFY_PORT_DESTROYED:
      return request_port_destroyed(kernel, space, name, sync, notify);
    default:
      return refuse(kernel, notify, KERN_INVALID_VALUE);
  }
}

void satisfy_send_possible_requests(Kernel& kernel, Port& port) {
  for (std::uint32_t slot = 0; slot < port.requests.size(); ++slot) {
    const Request request = port.requests[slot];
    if (!request.armed) continue;
    free_slot(port, slot);
    request.space->find(request.name)->request = 0;
    notify_send_possible(kernel, request.notify, request.name);
  }
}

void arm_send_possible_request(Space& space, mach_port_name_t name, Port& port) {
  const Entry* const entry = space.find(name);
  if (entry == nullptr || entry->port != &port || entry->request == 0) return;
  Request& request = port.requests[entry->request];
  request.armed = request.send_possible;
}

}  // namespace portunus::hosted
