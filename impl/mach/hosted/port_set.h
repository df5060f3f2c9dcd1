// A port set: a name to receive on for many ports at once. A port may be in many sets.
#pragma once

#include <vector>

#include "impl/mach/hosted/registry.h"
#include "impl/mach/hosted/wait_queue.h"

namespace portunus::hosted {

struct Port;
class Kernel;

struct PortSet : Registered {
  std::vector<Port*> members;
  std::vector<Port*> ready;  // members with messages; the first is served next, and goes to the end
  WaitQueue receivers;       // Receiver
};

bool is_member(const Port& port, const PortSet& set);

// Requires: not a member yet. A thread that waits on the set gets what the port has queued.
void join_set(Kernel& kernel, Port& port, PortSet& set);
// Requires: a member.
void leave_set(Port& port, PortSet& set);
void leave_all_sets(Port& port);

// The port's queue has become non-empty, or empty: its sets are told.
void mark_ready(Port& port);
void mark_empty(Port& port);
// A message has been taken through the set: the port goes behind the other ready ones (facts mach-xnu 9).
void rotate(PortSet& set, Port& port);

// The set's name has gone: members live on, waiting threads are woken.
void destroy_set(Kernel& kernel, PortSet& set);

}  // namespace portunus::hosted
