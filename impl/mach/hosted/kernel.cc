#include "impl/mach/hosted/kernel.h"

#include "impl/mach/hosted/require.h"
#include "impl/mach/hosted/transfer.h"

namespace portunus::hosted {

Kernel::Kernel(Scheduler& scheduler, unsigned name_turns) : scheduler_(scheduler), task_(name_turns) {
  // The kernel itself keeps the receive right of a task's port.
  const Right receive = make_port();
  receive.port->task = &task_;
  task_self_ = copyout(*this, task_, make_send(*receive.port));
}

Space* Kernel::task_of(mach_port_name_t name) {
  const Entry* entry = task_.find(name);
  if (entry == nullptr || (entry->type & MACH_PORT_TYPE_SEND) == 0) return nullptr;
  return entry->port->task;
}

Right Kernel::make_port() {
  Port& port = ports_.add(new Port);
  port.references = 1;
  return Right{RightKind::receive, &port};
}

void Kernel::drop_reference(Port& port) {
  require(port.references != 0, "a port without references lost one");
  if (--port.references != 0) return;
  require(!port.active && port.send_rights == 0 && port.send_once_rights == 0, "a port with rights is freed");
  ports_.free(port);
}

void Kernel::destroy(Message& message) {
  doomed_.push_back(message);
  if (destroying_) return;
  destroying_ = true;
  while (!doomed_.empty()) {
    Message& next = doomed_.pop_front();
    release(*this, take(next.reply));
    for (CarriedRight& carried : next.rights) release(*this, take(carried.right));
    // Last: a receive right in transit refers to the destination.
    release(*this, take(next.destination));
    messages_.free(next);
  }
  destroying_ = false;
}

}  // namespace portunus::hosted
