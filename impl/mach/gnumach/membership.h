// Membership of port sets as Darwin has it: a port may be in any number of sets, and may be received from
// directly all the same. GNU Mach knows one set for each port, and then nothing but the set (facts mach).
//
// So who is a member of what is kept here, and the kernel's one set is where the port is at home: the set
// that is being waited on, or the one that was last; no set while somebody waits for the port itself. Who
// begins a wait takes the ports that he waits for home with him, messages and all; who ends one leaves them
// to a waiter that is still there. So no message is ever taken off by a thread that does not wait for it:
// queue limits, blocked senders and deaths stay the kernel's.
#pragma once

#include <vector>

#include "impl/mach/gnumach/kernel/kernel.h"

namespace portunus::gnumach {

Code insert_member(Name port, Name set);
Code extract_member(Name port, Name set);
// Into `set` alone; null_name: into none.
Code move_member(Name port, Name set);

// The members of the set, in the order of their names.
Code list_members(Name set, std::vector<Name>& ports);

// How many sets the port is in.
std::uint32_t sets_of(Name port);

// To be called after each call that may have ended a receive right or a set under that name.
void forget_if_gone(Name name);
// To be called before a set's end: its members are still members of their other sets.
void prepare_end_of_set(Name name);

// One wait on a set or a port. Between construction and destruction a message for it is found by receiving
// from its name; what the kernel answers may be MACH_RCV_PORT_CHANGED when another wait has begun, and then
// the wait has to begin anew.
class Wait {
 public:
  explicit Wait(Name name);
  ~Wait();
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  // Receives what is there now, without waiting and while no other wait can begin.
  Code poll(MessageHeader* message, std::uint32_t options, std::uint32_t size);

 private:
  Name name_;
};

}  // namespace portunus::gnumach
