#include "impl/mach/hosted/port.h"

#include "impl/mach/hosted/delivery.h"
#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/notification.h"
#include "impl/mach/hosted/port_set.h"

namespace portunus::hosted {
namespace {

void satisfy_dead_name_requests(Kernel& kernel, Port& port) {
  for (std::size_t slot = 0; slot < port.requests.size(); ++slot) {
    if (port.requests[slot].space == nullptr) continue;
    port.requests[slot].space = nullptr;
    const Right notify = take(port.requests[slot].notify);
    notify_dead_name(kernel, notify, port.requests[slot].name);
  }
}

}  // namespace

void kill(Kernel& kernel, Port& port) {
  detach_receiver(kernel, port);
  port.active = false;
  wake_senders_of_dead_port(kernel, port);
  if (port.timer != nullptr) end_timer(kernel, *port.timer);
  // The order that clients see: the requests' rights, what the messages held, then the dead names
  // (facts mach-xnu 3).
  release(kernel, take(port.no_senders_request));
  release(kernel, take(port.port_destroyed_request));
  while (!port.queue.messages.empty()) kernel.destroy(port.queue.messages.pop_front());
  port.queue.count = 0;
  satisfy_dead_name_requests(kernel, port);
  kernel.drop_reference(port);
}

void dismiss_receivers(Kernel& kernel, Port& port) {
  leave_all_sets(port);
  wake_receivers(kernel, port.queue.receivers, MACH_RCV_PORT_CHANGED);
}

void detach_receiver(Kernel& kernel, Port& port) {
  dismiss_receivers(kernel, port);
  port.receiver = nullptr;
  port.receiver_name = MACH_PORT_NULL;
  port.destination = nullptr;
  port.guard = Guard{};
  port.make_send_count = 0;
  port.queue.next_seqno = 0;
}

bool closes_circle(const Port& port, const Port& destination) {
  for (const Port* reached = &destination; reached != nullptr; reached = reached->destination) {
    if (reached == &port) return true;
  }
  return false;
}

}  // namespace portunus::hosted
