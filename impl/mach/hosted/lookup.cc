#include "impl/mach/hosted/lookup.h"

namespace portunus::hosted {

FoundPort find_received(Space& space, mach_port_name_t name) {
  if (!MACH_PORT_VALID(name)) return {KERN_INVALID_RIGHT, nullptr};
  const Entry* const entry = space.find(name);
  if (entry == nullptr) return {KERN_INVALID_NAME, nullptr};
  if ((entry->type & MACH_PORT_TYPE_RECEIVE) == 0) return {KERN_INVALID_RIGHT, nullptr};
  return {KERN_SUCCESS, entry->port};
}

KernelObject find_object(Space& space, mach_port_name_t name) {
  const Entry* const entry = space.find(name);
  const bool sends = entry != nullptr && (entry->type & MACH_PORT_TYPE_SEND) != 0;
  return sends ? entry->port->object : KernelObject{};
}

Task* find_task(Space& space, mach_port_name_t name) {
  const KernelObject object = find_object(space, name);
  return object.kind == KernelObject::Kind::task ? object.task : nullptr;
}

Thread* find_thread(Space& space, mach_port_name_t name) {
  const KernelObject object = find_object(space, name);
  return object.kind == KernelObject::Kind::thread ? object.thread : nullptr;
}

}  // namespace portunus::hosted
