#include "impl/mach/hosted/names.h"

#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/transfer.h"

namespace portunus::hosted {
namespace {

// Gives a new right of the kind a name in an empty entry.
void enter_new(Kernel& kernel, Space& space, mach_port_right_t right, mach_port_name_t name, Entry& entry) {
  switch (right) {
    case MACH_PORT_RIGHT_RECEIVE: {
      const Right receive = kernel.make_port();
      entry.type = MACH_PORT_TYPE_RECEIVE;
      entry.port = receive.port;
      receive.port->receiver = &space;
      receive.port->receiver_name = name;
      break;
    }
    case MACH_PORT_RIGHT_PORT_SET:
      entry.type = MACH_PORT_TYPE_PORT_SET;
      entry.set = &kernel.make_set();
      break;
    default:
      entry.type = MACH_PORT_TYPE_DEAD_NAME;
      entry.urefs = 1;
  }
}

bool can_allocate(mach_port_right_t right) {
  return right == MACH_PORT_RIGHT_RECEIVE || right == MACH_PORT_RIGHT_PORT_SET ||
         right == MACH_PORT_RIGHT_DEAD_NAME;
}

struct Member {
  kern_return_t code;
  Port* port;
  PortSet* set;  // nullptr if the set's name is null, and may be
};

// Looks both names up: a port that is received here, and a set.
Member find_member(Space& space, mach_port_name_t member, mach_port_name_t set, bool null_set_allowed) {
  const bool no_set = null_set_allowed && set == MACH_PORT_NULL;
  if (!MACH_PORT_VALID(member) || !(MACH_PORT_VALID(set) || no_set))
    return {KERN_INVALID_RIGHT, nullptr, nullptr};
  const Entry* const member_entry = space.find(member);
  const Entry* const set_entry = no_set ? nullptr : space.find(set);
  if (member_entry == nullptr || (set_entry == nullptr && !no_set))
    return {KERN_INVALID_NAME, nullptr, nullptr};
  const bool receives = (member_entry->type & MACH_PORT_TYPE_RECEIVE) != 0;
  const bool is_set = no_set || set_entry->type == MACH_PORT_TYPE_PORT_SET;
  if (!receives || !is_set) return {KERN_INVALID_RIGHT, nullptr, nullptr};
  return {KERN_SUCCESS, member_entry->port, no_set ? nullptr : set_entry->set};
}

// A send right to be made beside the dead name itself is no capability; elsewhere it is no right.
kern_return_t refused_copyin(Space& space, mach_port_name_t name, mach_port_name_t poly,
                             mach_msg_type_name_t disposition, kern_return_t code) {
  const Entry* const entry = space.find(poly);
  const bool dead = entry != nullptr && entry->type == MACH_PORT_TYPE_DEAD_NAME;
  return dead && name == poly && disposition == MACH_MSG_TYPE_MAKE_SEND ? KERN_INVALID_CAPABILITY : code;
}

}  // namespace

kern_return_t allocate(Kernel& kernel, Space& space, mach_port_right_t right, mach_port_name_t& name) {
  if (!can_allocate(right)) return KERN_INVALID_VALUE;
  const Space::Allocated fresh = space.allocate();
  enter_new(kernel, space, right, fresh.name, *fresh.entry);
  name = fresh.name;
  return KERN_SUCCESS;
}

kern_return_t allocate_name(Kernel& kernel, Space& space, mach_port_right_t right, mach_port_name_t name) {
  if (!can_allocate(right) || !MACH_PORT_VALID(name)) return KERN_INVALID_VALUE;
  if (right == MACH_PORT_RIGHT_DEAD_NAME) {
    mach_port_name_t chosen;
    return allocate(kernel, space, right, chosen);
  }
  if (space.find(name) != nullptr) return KERN_NAME_EXISTS;
  Entry* entry = nullptr;
  const kern_return_t code = space.allocate_at(name, entry);
  if (code == KERN_SUCCESS) enter_new(kernel, space, right, name, *entry);
  return code;
}

kern_return_t insert_right(Kernel& kernel, Space& from, Space& space, mach_port_name_t name,
                           mach_port_name_t poly, mach_msg_type_name_t disposition) {
  const bool same = &from == &space;
  if (!MACH_PORT_VALID(poly)) return same ? KERN_INVALID_NAME : KERN_INVALID_CAPABILITY;
  const Copyin in = copyin(kernel, from, poly, disposition);
  if (in.code != KERN_SUCCESS)
    return same ? refused_copyin(from, name, poly, disposition, in.code) : MACH_SEND_INVALID_RIGHT;
  if (in.right.kind == RightKind::dead)
    return MACH_PORT_VALID(name) ? KERN_INVALID_CAPABILITY : KERN_INVALID_VALUE;
  return copyout_as(kernel, space, name, in.right);
}

kern_return_t extract_right(Kernel& kernel, Space& space, Space& to, mach_port_name_t name,
                            mach_msg_type_name_t disposition, mach_port_name_t& extracted) {
  if (!MACH_MSG_TYPE_PORT_ANY(disposition)) return KERN_INVALID_VALUE;
  if (!MACH_PORT_VALID(name)) return KERN_INVALID_NAME;
  const Copyin in = copyin(kernel, space, name, disposition);
  if (in.code == KERN_SUCCESS) extracted = copyout(kernel, to, in.right);
  return in.code;
}

kern_return_t insert_member(Kernel& kernel, Space& space, mach_port_name_t member, mach_port_name_t set) {
  const Member found = find_member(space, member, set, false);
  if (found.code != KERN_SUCCESS) return found.code;
  if (is_member(*found.port, *found.set)) return KERN_ALREADY_IN_SET;
  join_set(kernel, *found.port, *found.set);
  return KERN_SUCCESS;
}

kern_return_t extract_member(Space& space, mach_port_name_t member, mach_port_name_t set) {
  const Member found = find_member(space, member, set, false);
  if (found.code != KERN_SUCCESS) return found.code;
  if (!is_member(*found.port, *found.set)) return KERN_NOT_IN_SET;
  leave_set(*found.port, *found.set);
  return KERN_SUCCESS;
}

kern_return_t move_member(Kernel& kernel, Space& space, mach_port_name_t member, mach_port_name_t set) {
  const Member found = find_member(space, member, set, true);
  if (found.code != KERN_SUCCESS) return found.code;
  if (found.set == nullptr && found.port->sets.empty()) return KERN_NOT_IN_SET;
  leave_all_sets(*found.port);
  if (found.set != nullptr) join_set(kernel, *found.port, *found.set);
  return KERN_SUCCESS;
}

}  // namespace portunus::hosted
