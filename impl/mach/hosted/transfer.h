// Between names and rights: copyin takes a right out of a space, copyout puts one in.
#pragma once

#include <mach/message.h>

#include "impl/mach/hosted/right.h"
#include "impl/mach/hosted/space.h"

namespace portunus::hosted {

class Kernel;

// To be called before an entry is looked at: if it holds a send or send-once right whose port has died, it
// becomes a dead name, with one user reference more if a request was registered: the notification's (facts
// mach-xnu 2, 3).
void bury(Kernel& kernel, Space& space, mach_port_name_t name, Entry& entry);

struct Copyin {
  // KERN_SUCCESS, or KERN_INVALID_NAME, KERN_INVALID_RIGHT, KERN_INVALID_CAPABILITY for an immovable right
  kern_return_t code;
  Right right;  // a dead right where a dead name is copied or moved; null unless successful
};

// Whether the dead are found out. A message's destination is not looked at: a send-once right whose port has
// died still "sends" (facts mach-xnu 6).
enum class DeadSendOnce : std::uint8_t { is_dead, still_sends };

// Takes what `disposition` says out of the space. The name must be valid (neither null nor dead).
Copyin copyin(Kernel& kernel, Space& space, mach_port_name_t name, mach_msg_type_name_t disposition,
              DeadSendOnce dead_send_once = DeadSendOnce::is_dead);
// Whether copyin would succeed.
bool can_copyin(Kernel& kernel, Space& space, mach_port_name_t name, mach_msg_type_name_t disposition,
                DeadSendOnce dead_send_once = DeadSendOnce::is_dead);

// Gives the right a name in the space, and consumes it: the name that the space has for the port already, if
// it is a send or receive right. MACH_PORT_DEAD if the port has died.
mach_port_name_t copyout(Kernel& kernel, Space& space, Right right);

// Puts the right under exactly `name`, and consumes it also when it fails: KERN_RIGHT_EXISTS if the space has
// another name for the port, KERN_NAME_EXISTS if the name is another's, or as Space::allocate_at.
kern_return_t copyout_as(Kernel& kernel, Space& space, mach_port_name_t name, Right right);

// Takes one user reference of the entry's send right, or the right itself if it was the last, and gives it as
// a right. Frees the name when nothing is left of it.
Right take_send(Kernel& kernel, Space& space, mach_port_name_t name, Entry& entry);
// Takes `count` user references off a dead name, with the same end.
void drop_dead(Space& space, mach_port_name_t name, Entry& entry, mach_port_urefs_t count);
// Adds to user references: a pegged count stays, and one that would exceed urefs_max is pegged.
mach_port_urefs_t add_urefs(mach_port_urefs_t urefs, mach_port_urefs_t count);

// Takes one kind of right off the entry. If nothing is left the name is freed, and `notify` is the right of
// the request that was registered for it, else null: the caller sends port-deleted with it, last of all.
struct Removed {
  Right right;
  Right notify;
};
Removed remove_right(Space& space, mach_port_name_t name, Entry& entry, RightKind kind);

}  // namespace portunus::hosted
