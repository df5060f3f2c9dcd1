// The kernel: all objects of one world, and the task whose threads call it. Everything here and in the files
// that take a Kernel requires that the caller is inside the scheduler's monitor.
#pragma once

#include <mach/port.h>

#include "impl/mach/hosted/list.h"
#include "impl/mach/hosted/message.h"
#include "impl/mach/hosted/port.h"
#include "impl/mach/hosted/port_set.h"
#include "impl/mach/hosted/registry.h"
#include "impl/mach/hosted/scheduler.h"
#include "impl/mach/hosted/space.h"

namespace portunus::hosted {

class Kernel {
 public:
  Kernel(Scheduler& scheduler, unsigned name_turns);
  // Frees every object, without the effects that their ends have for clients.
  ~Kernel() = default;
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  Scheduler& scheduler() { return scheduler_; }
  // The task that the calling thread belongs to. A world has one.
  Space& current_task() { return task_; }
  mach_port_name_t task_self() const { return task_self_; }
  // The task that `name` stands for in the caller's space; nullptr if it is not a task's port.
  Space* task_of(mach_port_name_t name);

  // A new port whose receive right the caller gets: in transit, to be named.
  Right make_port();
  // Takes back a reference; the last one frees the port, which must be dead by then.
  void drop_reference(Port& port);

  PortSet& make_set() { return sets_.add(new PortSet); }
  void free_set(PortSet& set) { sets_.free(set); }

  Message& make_message() { return messages_.add(new Message); }
  // Releases every right in the message, and frees it. Rights in transit can hold messages with rights in
  // transit: those that come up meanwhile are destroyed afterwards, not within, so that no chain is too deep.
  // Requires: in no queue.
  void destroy(Message& message);
  // Frees a message whose rights have all gone elsewhere.
  void free(Message& message) { messages_.free(message); }

  const Registry<Port>& ports() const { return ports_; }
  const Registry<PortSet>& sets() const { return sets_; }
  const Registry<Message>& messages() const { return messages_; }

 private:
  Scheduler& scheduler_;
  Registry<Port> ports_;
  Registry<PortSet> sets_;
  Registry<Message> messages_;
  List<Message> doomed_;
  bool destroying_ = false;
  Space task_;
  mach_port_name_t task_self_ = MACH_PORT_NULL;
};

}  // namespace portunus::hosted
