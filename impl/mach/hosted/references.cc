// names.h: user references, and the ends of names.
#include <cstdint>

#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/names.h"
#include "impl/mach/hosted/notification.h"
#include "impl/mach/hosted/transfer.h"

namespace portunus::hosted {
namespace {

// The name's last right goes: it ends first, and the request on the name is told last (facts mach-xnu 3).
void end_right(Kernel& kernel, Space& space, mach_port_name_t name, Entry& entry, RightKind kind) {
  const Removed removed = remove_right(space, name, entry, kind);
  release(kernel, removed.right);
  notify_port_deleted(kernel, removed.notify, name);
}

// Only the receive right goes. A send right beside it becomes a dead name, unless the port is saved by a
// port-destroyed request.
void end_receive(Kernel& kernel, Space& space, mach_port_name_t name, Entry& entry) {
  const bool name_stays = (entry.type & MACH_PORT_TYPE_SEND) != 0;
  end_right(kernel, space, name, entry, RightKind::receive);
  if (name_stays) bury(kernel, space, name, entry);
}

void end_set(Kernel& kernel, Space& space, mach_port_name_t name, Entry& entry) {
  PortSet& set = *entry.set;
  space.free(name);
  destroy_set(kernel, set);
}

bool is_guarded(const Entry& entry) {
  return (entry.type & MACH_PORT_TYPE_RECEIVE) != 0 && entry.port->guard.guarded;
}

// The arithmetic of user references, for send rights and dead names (facts mach-xnu 2).
enum class Change : std::uint8_t { invalid, none, changed, gone };
struct Changed {
  Change change;
  mach_port_urefs_t urefs;
};

Changed change_urefs(mach_port_urefs_t urefs, mach_port_delta_t delta) {
  const auto count = static_cast<std::int64_t>(urefs) + delta;
  if (delta > std::int64_t{urefs_max} || delta < -std::int64_t{urefs_max}) return {Change::invalid, urefs};
  if (urefs == urefs_max && count != 0) return {Change::none, urefs};
  if (count < 0) return {Change::invalid, urefs};
  if (count == 0) return {Change::gone, 0};
  return {Change::changed, add_urefs(0, static_cast<mach_port_urefs_t>(count))};
}

kern_return_t modify_send(Kernel& kernel, Space& space, mach_port_name_t name, Entry& entry,
                          mach_port_delta_t delta) {
  const Changed changed = change_urefs(entry.urefs, delta);
  if (changed.change == Change::invalid) return KERN_INVALID_VALUE;
  if (changed.change == Change::gone) {
    end_right(kernel, space, name, entry, RightKind::send);
  } else {
    entry.urefs = changed.urefs;
  }
  return KERN_SUCCESS;
}

kern_return_t modify_dead(Space& space, mach_port_name_t name, Entry& entry, mach_port_delta_t delta) {
  const Changed changed = change_urefs(entry.urefs, delta);
  if (changed.change == Change::invalid) return KERN_INVALID_VALUE;
  entry.urefs = changed.urefs;
  if (changed.change == Change::gone) space.free(name);
  return KERN_SUCCESS;
}

// Rights of which a name has one only: nothing, or its end.
template <class End>
kern_return_t modify_single(mach_port_delta_t delta, End end) {
  if (delta == -1) end();
  return delta == -1 || delta == 0 ? KERN_SUCCESS : KERN_INVALID_VALUE;
}

bool is_send_like(mach_port_right_t right) {
  return right == MACH_PORT_RIGHT_SEND || right == MACH_PORT_RIGHT_SEND_ONCE;
}

}  // namespace

kern_return_t modify_references(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_right_t right,
                                mach_port_delta_t delta) {
  if (right >= MACH_PORT_RIGHT_NUMBER) return KERN_INVALID_VALUE;
  if (!MACH_PORT_VALID(name)) return is_send_like(right) ? KERN_SUCCESS : KERN_INVALID_NAME;
  Entry* const entry = space.find(name);
  if (entry == nullptr) return KERN_INVALID_NAME;
  bury(kernel, space, name, *entry);
  if ((entry->type & MACH_PORT_TYPE(right)) == 0) return KERN_INVALID_RIGHT;
  switch (right) {
    case MACH_PORT_RIGHT_SEND:
      return modify_send(kernel, space, name, *entry, delta);
    case MACH_PORT_RIGHT_RECEIVE:
      if (delta == -1 && is_guarded(*entry)) return KERN_INVALID_RIGHT;
      return modify_single(delta, [&] { end_receive(kernel, space, name, *entry); });
    case MACH_PORT_RIGHT_SEND_ONCE:
      return modify_single(delta, [&] { end_right(kernel, space, name, *entry, RightKind::send_once); });
    case MACH_PORT_RIGHT_PORT_SET:
      return modify_single(delta, [&] { end_set(kernel, space, name, *entry); });
    default:
      return modify_dead(space, name, *entry, delta);
  }
}

kern_return_t deallocate(Kernel& kernel, Space& space, mach_port_name_t name) {
  if (!MACH_PORT_VALID(name)) return KERN_SUCCESS;
  Entry* const entry = space.find(name);
  if (entry == nullptr) return KERN_INVALID_NAME;
  bury(kernel, space, name, *entry);
  if ((entry->type & MACH_PORT_TYPE_SEND) != 0) return modify_send(kernel, space, name, *entry, -1);
  switch (entry->type) {
    case MACH_PORT_TYPE_SEND_ONCE:
      end_right(kernel, space, name, *entry, RightKind::send_once);
      return KERN_SUCCESS;
    case MACH_PORT_TYPE_PORT_SET:
      end_set(kernel, space, name, *entry);
      return KERN_SUCCESS;
    case MACH_PORT_TYPE_DEAD_NAME:
      return modify_dead(space, name, *entry, -1);
    default:
      return KERN_INVALID_RIGHT;
  }
}

kern_return_t destroy(Kernel& kernel, Space& space, mach_port_name_t name) {
  if (!MACH_PORT_VALID(name)) return KERN_SUCCESS;
  Entry* const entry = space.find(name);
  if (entry == nullptr) return KERN_INVALID_NAME;
  bury(kernel, space, name, *entry);
  if (is_guarded(*entry)) return KERN_INVALID_RIGHT;
  const mach_port_type_t type = entry->type;
  switch (type) {
    case MACH_PORT_TYPE_PORT_SET:
      end_set(kernel, space, name, *entry);
      break;
    case MACH_PORT_TYPE_DEAD_NAME:
      space.free(name);
      break;
    case MACH_PORT_TYPE_SEND_ONCE:
      end_right(kernel, space, name, *entry, RightKind::send_once);
      break;
    default:
      // Whoever waits at the port is sent away before anything is told, perhaps to this very port.
      if ((type & MACH_PORT_TYPE_RECEIVE) != 0) dismiss_receivers(kernel, *entry->port);
      // The send right first: nobody is left to send when the port dies.
      if ((type & MACH_PORT_TYPE_SEND) != 0) end_right(kernel, space, name, *entry, RightKind::send);
      if ((type & MACH_PORT_TYPE_RECEIVE) != 0) end_right(kernel, space, name, *entry, RightKind::receive);
  }
  return KERN_SUCCESS;
}

kern_return_t get_references(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_right_t right,
                             mach_port_urefs_t& references) {
  if (right >= MACH_PORT_RIGHT_NUMBER) return KERN_INVALID_VALUE;
  if (!MACH_PORT_VALID(name)) {
    if (!is_send_like(right)) return KERN_INVALID_NAME;
    references = 1;
    return KERN_SUCCESS;
  }
  Entry* const entry = space.find(name);
  if (entry == nullptr) return KERN_INVALID_NAME;
  bury(kernel, space, name, *entry);
  const bool counted = right == MACH_PORT_RIGHT_SEND || right == MACH_PORT_RIGHT_DEAD_NAME;
  const bool held = (entry->type & MACH_PORT_TYPE(right)) != 0;
  references = !held ? 0 : counted ? entry->urefs : 1;
  return KERN_SUCCESS;
}

kern_return_t get_type(Kernel& kernel, Space& space, mach_port_name_t name, mach_port_type_t& type) {
  if (name == MACH_PORT_DEAD) {
    type = MACH_PORT_TYPE_DEAD_NAME;
    return KERN_SUCCESS;
  }
  Entry* const entry = space.find(name);
  if (name == MACH_PORT_NULL || entry == nullptr) return KERN_INVALID_NAME;
  bury(kernel, space, name, *entry);
  type = entry->type | (entry->request != 0 ? MACH_PORT_TYPE_DNREQUEST : MACH_PORT_TYPE_NONE);
  return KERN_SUCCESS;
}

}  // namespace portunus::hosted
