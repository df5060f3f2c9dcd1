#include "impl/mach/hosted/port_set.h"

#include <algorithm>

#include "impl/mach/hosted/delivery.h"
#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/port.h"

namespace portunus::hosted {

bool is_member(const Port& port, const PortSet& set) {
  return std::find(port.sets.begin(), port.sets.end(), &set) != port.sets.end();
}

void join_set(Kernel& kernel, Port& port, PortSet& set) {
  port.sets.push_back(&set);
  set.members.push_back(&port);
  if (port.queue.messages.empty()) return;
  set.ready.push_back(&port);
  serve_receivers(kernel, port, set.receivers);
}

void leave_set(Port& port, PortSet& set) {
  std::erase(port.sets, &set);
  std::erase(set.members, &port);
  std::erase(set.ready, &port);
}

void leave_all_sets(Port& port) {
  while (!port.sets.empty()) leave_set(port, *port.sets.back());
}

void mark_ready(Port& port) {
  for (PortSet* set : port.sets) set->ready.push_back(&port);
}

void mark_empty(Port& port) {
  for (PortSet* set : port.sets) std::erase(set->ready, &port);
}

void rotate(PortSet& set, Port& port) {
  const auto place = std::find(set.ready.begin(), set.ready.end(), &port);
  if (place != set.ready.end()) std::rotate(place, place + 1, set.ready.end());
}

void destroy_set(Kernel& kernel, PortSet& set) {
  while (!set.members.empty()) leave_set(*set.members.back(), set);
  wake_receivers(kernel, set.receivers, MACH_RCV_PORT_CHANGED);
  kernel.free_set(set);
}

}  // namespace portunus::hosted
