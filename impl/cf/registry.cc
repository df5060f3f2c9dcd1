#include "impl/cf/registry.h"

#include "impl/cf/library.h"
#include "impl/cf/mach_port.h"
#include "impl/cf/name.h"

namespace portunus::cf {
namespace {

// Takes the port at `index` out; its reference passes to the caller.
CFMachPortRef take_out(Registry& registry, std::size_t index) {
  const CFMachPortRef port = registry.ports[index];
  registry.ports.erase(registry.ports.begin() + index);
  port->state = State::invalidating;
  library().watch.cancel(port->watch);
  return port;
}

bool name_is_gone(mach_port_t name) {
  const mach_port_type_t type = type_of_name(name);
  return type == MACH_PORT_TYPE_NONE || (type & MACH_PORT_TYPE_DEAD_NAME) != 0;
}

bool qualifies_for_sweep(CFMachPortRef port) {
  const Library& lib = library();
  if (name_is_gone(port->name)) return true;
  if (lib.edition.unreferenced_swept && port->count == 1) return true;
  return lib.edition.stale_hit_replaced && library().watch.has_fired(port->watch);
}

}  // namespace

CFMachPortRef registry_find(Registry& registry, mach_port_t name) {
  Library& lib = library();
  std::size_t index = 0;
  while (index < registry.ports.size()) {
    const CFMachPortRef port = registry.ports[index];
    if (port->name != name) {
      ++index;
    } else if (lib.edition.stale_hit_replaced && !lib.watch.stands(port->watch)) {
      lib.main_queue.push(take_out(registry, index));
    } else {
      return port;
    }
  }
  return nullptr;
}

void registry_add(Registry& registry, CFMachPortRef port) {
  registry.ports.push_back(retain(port));
}

bool registry_begin_invalidation(Registry& registry, CFMachPortRef port) {
  const seam::Lock lock(registry.lock);
  for (std::size_t index = 0; index < registry.ports.size(); ++index) {
    if (registry.ports[index] == port) {
      take_out(registry, index);
      return true;
    }
  }
  return false;
}

void registry_sweep(Registry& registry) {
  const seam::Lock lock(registry.lock);
  std::size_t index = 0;
  while (index < registry.ports.size()) {
    if (qualifies_for_sweep(registry.ports[index])) {
      library().main_queue.push(take_out(registry, index));
    } else {
      ++index;
    }
  }
}

void registry_forget_ready(CFMachPortRef port) {
  if (registry_begin_invalidation(library().registry, port)) CFRelease(port);
}

}  // namespace portunus::cf
