// What a generated script of Mach calls does, and how often it does it.
#pragma once

#include <array>
#include <cstdint>

namespace portunus {

enum class MachAction : std::uint8_t {
  probe,        // ask one thing about a name
  allocate,     // a port, most often with a send right; a set, a dead name
  choose_name,  // an unused name, and perhaps mach_port_allocate_name
  insert,       // mach_port_insert_right
  extract,      // mach_port_extract_right
  refs,         // mach_port_mod_refs
  drop,         // mach_port_deallocate
  destroy,      // mach_port_destroy
  member,       // a port into a set, out of it, or from one to another
  limit,        // how many messages a port's queue takes
  counter,      // make-send counts and sequence numbers
  request,      // mach_port_request_notification
  provoke,      // a request, what it is about, and the notification
  send,         // a message of the header alone, or longer
  send_rights,  // a message with rights in it
  receive,      // mach_msg_receive
  flood,        // messages until the queue is full, and one more
  bury,         // a message, and the port dies with it
  settle,       // let the system come to rest
  wild,         // any function, any arguments of its types
  thread,       // another thread that waits for what this one does; only where threads are asked for
};
inline constexpr int mach_action_count = 21;

using MachWeights = std::array<std::uint8_t, mach_action_count>;

// The weights of an ordinary script, and those that a batch of scripts shares, as in weight.h.
MachWeights plain_mach_weights();
MachWeights batch_mach_weights(std::uint64_t batch);

}  // namespace portunus
