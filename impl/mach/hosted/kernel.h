// The kernel: all objects of one world, and the tasks whose threads call it. Everything here and in the files
// that take a Kernel requires that the caller is inside the scheduler's monitor.
#pragma once

#include <mach/port.h>

#include <array>

#include "impl/mach/hosted/list.h"
#include "impl/mach/hosted/message.h"
#include "impl/mach/hosted/port.h"
#include "impl/mach/hosted/port_set.h"
#include "impl/mach/hosted/registry.h"
#include "impl/mach/hosted/scheduler.h"
#include "impl/mach/hosted/semaphore.h"
#include "impl/mach/hosted/task.h"
#include "impl/mach/hosted/timer.h"

namespace portunus::hosted {

class Kernel {
 public:
  Kernel(Scheduler& scheduler, unsigned name_turns);
  // Frees every object, without the effects that their ends have for clients.
  ~Kernel() = default;
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  Scheduler& scheduler() { return scheduler_; }

  // The task that the world begins with, and the one that the calling thread belongs to.
  Task& first_task() { return *first_task_; }
  Task& current_task() { return *scheduler_.current().task; }
  // A task with a name for its own port, and with nothing else.
  Task& make_task();

  // A new port whose receive right the caller gets: in transit, to be named.
  Right make_port();
  // A port that stands for an object of the kernel's, which keeps the receive right.
  Port& make_port_for(const KernelObject& object);
  // The host's port, or a clock's. They live as long as the kernel.
  Port& service_port(KernelObject::Kind kind);
  // The object has gone, and its port with it.
  void kill_port_of_object(Port& port);
  // Takes back a reference; the last one frees the port, which must be dead by then.
  void drop_reference(Port& port);

  PortSet& make_set() { return sets_.add(new PortSet); }
  void free_set(PortSet& set) { sets_.free(set); }

  Semaphore& add_semaphore() { return semaphores_.add(new Semaphore); }
  void free_semaphore(Semaphore& semaphore) { semaphores_.free(semaphore); }
  Timer& add_timer() { return timers_.add(new Timer); }
  void free_timer(Timer& timer) { timers_.free(timer); }

  Message& make_message() { return messages_.add(new Message); }
  // Releases every right in the message, and frees it. Rights in transit can hold messages with rights in
  // transit: those that come up meanwhile are destroyed afterwards, not within, so that no chain is too deep.
  // Requires: in no queue.
  void destroy(Message& message);
  // Frees a message whose rights have all gone elsewhere.
  void free(Message& message);

  const Registry<Port>& ports() const { return ports_; }
  const Registry<PortSet>& sets() const { return sets_; }
  const Registry<Message>& messages() const { return messages_; }
  const Registry<Task>& tasks() const { return tasks_; }
  const Registry<Semaphore>& semaphores() const { return semaphores_; }
  const Registry<Timer>& timers() const { return timers_; }

 private:
  Scheduler& scheduler_;
  const unsigned name_turns_;
  Registry<Port> ports_;
  Registry<PortSet> sets_;
  Registry<Message> messages_;
  Registry<Task> tasks_;
  Registry<Semaphore> semaphores_;
  Registry<Timer> timers_;
  std::array<Port*, 3> services_ = {};
  List<Message> doomed_;
  bool destroying_ = false;
  Task* first_task_;
};

}  // namespace portunus::hosted
