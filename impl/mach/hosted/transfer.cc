#include "impl/mach/hosted/transfer.h"

#include <algorithm>

#include "impl/mach/hosted/delivery.h"
#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/notification.h"
#include "impl/mach/hosted/port.h"
#include "impl/mach/hosted/request.h"

namespace portunus::hosted {
namespace {

mach_port_type_t type_bit(RightKind kind) {
  switch (kind) {
    case RightKind::receive:
      return MACH_PORT_TYPE_RECEIVE;
    case RightKind::send:
      return MACH_PORT_TYPE_SEND;
    case RightKind::send_once:
      return MACH_PORT_TYPE_SEND_ONCE;
    case RightKind::null:
    case RightKind::dead:
      break;
  }
  return MACH_PORT_TYPE_NONE;
}

// The type bit that a copyin with this disposition needs; a dead name will do where that right could have
// died.
mach_port_type_t needed_type(mach_msg_type_name_t disposition) {
  switch (disposition) {
    case MACH_MSG_TYPE_MOVE_RECEIVE:
    case MACH_MSG_TYPE_MAKE_SEND:
    case MACH_MSG_TYPE_MAKE_SEND_ONCE:
      return MACH_PORT_TYPE_RECEIVE;
    case MACH_MSG_TYPE_MOVE_SEND:
    case MACH_MSG_TYPE_COPY_SEND:
      return MACH_PORT_TYPE_SEND | MACH_PORT_TYPE_DEAD_NAME;
    case MACH_MSG_TYPE_MOVE_SEND_ONCE:
      return MACH_PORT_TYPE_SEND_ONCE | MACH_PORT_TYPE_DEAD_NAME;
    default:
      return MACH_PORT_TYPE_NONE;
  }
}

// Finds the entry for a copyin, with what is dead buried unless `dead_send_once` spares it.
Entry* find_for_copyin(Kernel& kernel, Space& space, mach_port_name_t name, DeadSendOnce dead_send_once) {
  Entry* const entry = space.find(name);
  if (entry == nullptr) return nullptr;
  const bool spared = dead_send_once == DeadSendOnce::still_sends && entry->type == MACH_PORT_TYPE_SEND_ONCE;
  if (!spared) bury(kernel, space, name, *entry);
  return entry;
}

Right copyin_dead(Space& space, mach_port_name_t name, Entry& entry, mach_msg_type_name_t disposition) {
  if (disposition != MACH_MSG_TYPE_COPY_SEND) drop_dead(space, name, entry, 1);
  return Right{RightKind::dead, nullptr};
}

// Moves one kind of right out; a request that goes with the name is told at once.
Right move_out(Kernel& kernel, Space& space, mach_port_name_t name, Entry& entry, RightKind kind) {
  const Removed removed = remove_right(space, name, entry, kind);
  notify_port_deleted(kernel, removed.notify, name);
  return removed.right;
}

void enter_send(Space& space, mach_port_name_t name, Entry& entry, Port& port) {
  entry.type |= MACH_PORT_TYPE_SEND;
  entry.port = &port;
  entry.urefs = 1;
  port.send_names.push_back(SendName{&space, name});
}

void enter_receive(Space& space, mach_port_name_t name, Entry& entry, Port& port) {
  entry.type |= MACH_PORT_TYPE_RECEIVE;
  entry.port = &port;
  port.receiver = &space;
  port.receiver_name = name;
  port.destination = nullptr;
}

// Puts a right of a living port into an entry that is empty or holds another right of the same port.
void enter_right(Kernel& kernel, Space& space, mach_port_name_t name, Entry& entry, Right right) {
  switch (right.kind) {
    case RightKind::send:
      if ((entry.type & MACH_PORT_TYPE_SEND) == 0) {
        enter_send(space, name, entry, *right.port);
      } else {
        entry.urefs = add_urefs(entry.urefs, 1);
        release(kernel, right);  // a name holds one right, however many user references
      }
      break;
    case RightKind::receive:
      enter_receive(space, name, entry, *right.port);
      break;
    case RightKind::send_once:
      entry.type = MACH_PORT_TYPE_SEND_ONCE;
      entry.port = right.port;
      entry.urefs = 1;
      break;
    case RightKind::null:
    case RightKind::dead:
      break;
  }
}

}  // namespace

mach_port_urefs_t add_urefs(mach_port_urefs_t urefs, mach_port_urefs_t count) {
  return std::min(urefs + count, urefs_max);
}

void bury(Kernel& kernel, Space& space, mach_port_name_t name, Entry& entry) {
  if ((entry.type & MACH_PORT_TYPE_SEND_RIGHTS) == 0 || entry.port->active) return;
  const RightKind kind = (entry.type & MACH_PORT_TYPE_SEND) != 0 ? RightKind::send : RightKind::send_once;
  const Right right{kind, entry.port};
  if (kind == RightKind::send) {
    std::erase_if(entry.port->send_names,
                  [&](const SendName& held) { return held.space == &space && held.name == name; });
  }
  const mach_port_urefs_t notified = entry.request != 0 ? 1 : 0;
  entry = Entry{.type = MACH_PORT_TYPE_DEAD_NAME,
                .generation = entry.generation,
                .urefs = add_urefs(entry.urefs, notified)};
  release(kernel, right);
}

Removed remove_right(Space& space, mach_port_name_t name, Entry& entry, RightKind kind) {
  Port& port = *entry.port;
  Removed removed{.right = Right{kind, &port}, .notify = {}};
  entry.type &= ~type_bit(kind);
  if (kind == RightKind::send) {
    entry.urefs = 0;
    std::erase_if(port.send_names,
                  [&](const SendName& held) { return held.space == &space && held.name == name; });
  }
  if (kind == RightKind::receive) {
    port.receiver = nullptr;
    port.receiver_name = MACH_PORT_NULL;
  }
  if (entry.type == MACH_PORT_TYPE_NONE) {
    removed.notify = withdraw_request(port, entry);
    space.free(name);
  }
  return removed;
}

Right take_send(Kernel& kernel, Space& space, mach_port_name_t name, Entry& entry) {
  if (entry.urefs == urefs_max) return copy_send(*entry.port);
  if (entry.urefs > 1) {
    --entry.urefs;
    return copy_send(*entry.port);
  }
  return move_out(kernel, space, name, entry, RightKind::send);
}

void drop_dead(Space& space, mach_port_name_t name, Entry& entry, mach_port_urefs_t count) {
  if (entry.urefs == urefs_max && count != urefs_max) return;
  entry.urefs -= count;
  if (entry.urefs == 0) space.free(name);
}

Copyin copyin(Kernel& kernel, Space& space, mach_port_name_t name, mach_msg_type_name_t disposition,
              DeadSendOnce dead_send_once) {
  Entry* const entry = find_for_copyin(kernel, space, name, dead_send_once);
  if (entry == nullptr) return Copyin{KERN_INVALID_NAME, {}};
  if ((entry->type & needed_type(disposition)) == 0) return Copyin{KERN_INVALID_RIGHT, {}};
  if (entry->type == MACH_PORT_TYPE_DEAD_NAME) {
    return Copyin{KERN_SUCCESS, copyin_dead(space, name, *entry, disposition)};
  }
  Port& port = *entry->port;
  switch (disposition) {
    case MACH_MSG_TYPE_MAKE_SEND:
      return Copyin{KERN_SUCCESS, make_send(port)};
    case MACH_MSG_TYPE_MAKE_SEND_ONCE:
      return Copyin{KERN_SUCCESS, make_send_once(port)};
    case MACH_MSG_TYPE_COPY_SEND:
      return Copyin{KERN_SUCCESS, copy_send(port)};
    case MACH_MSG_TYPE_MOVE_SEND:
      return Copyin{KERN_SUCCESS, take_send(kernel, space, name, *entry)};
    case MACH_MSG_TYPE_MOVE_SEND_ONCE:
      return Copyin{KERN_SUCCESS, move_out(kernel, space, name, *entry, RightKind::send_once)};
    default: {
      if (port.guard.immovable) return Copyin{KERN_INVALID_CAPABILITY, {}};
      // Whoever waits at the port is sent away before the name's end is told, perhaps to this very port.
      const Removed removed = remove_right(space, name, *entry, RightKind::receive);
      detach_receiver(kernel, port);
      notify_port_deleted(kernel, removed.notify, name);
      return Copyin{KERN_SUCCESS, removed.right};
    }
  }
}

bool can_copyin(Kernel& kernel, Space& space, mach_port_name_t name, mach_msg_type_name_t disposition,
                DeadSendOnce dead_send_once) {
  const Entry* const entry = find_for_copyin(kernel, space, name, dead_send_once);
  return entry != nullptr && (entry->type & needed_type(disposition)) != 0;
}

mach_port_name_t copyout(Kernel& kernel, Space& space, Right right) {
  if (right.kind == RightKind::null) return MACH_PORT_NULL;
  if (right.kind == RightKind::dead) return MACH_PORT_DEAD;
  if (!right.port->active) {
    release(kernel, right);
    return MACH_PORT_DEAD;
  }
  if (right.kind != RightKind::send_once) {
    const mach_port_name_t held = space.name_of(*right.port);
    if (held != MACH_PORT_NULL) {
      enter_right(kernel, space, held, *space.find(held), right);
      return held;
    }
  }
  const Space::Allocated fresh = space.allocate();
  enter_right(kernel, space, fresh.name, *fresh.entry, right);
  return fresh.name;
}

kern_return_t copyout_as(Kernel& kernel, Space& space, mach_port_name_t name, Right right) {
  kern_return_t code = KERN_SUCCESS;
  const mach_port_name_t held =
      right.kind == RightKind::send_once ? MACH_PORT_NULL : space.name_of(*right.port);
  Entry* entry = space.find(name);
  if (!MACH_PORT_VALID(name)) {
    code = KERN_INVALID_VALUE;
  } else if (held != MACH_PORT_NULL && held != name) {
    code = KERN_RIGHT_EXISTS;
  } else if (entry != nullptr && held != name) {
    code = KERN_NAME_EXISTS;
  } else if (entry == nullptr) {
    code = space.allocate_at(name, entry);
  }
  if (code != KERN_SUCCESS) {
    release(kernel, right);
    return code;
  }
  enter_right(kernel, space, name, *entry, right);
  return KERN_SUCCESS;
}

}  // namespace portunus::hosted
