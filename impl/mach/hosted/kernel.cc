#include "impl/mach/hosted/kernel.h"

#include "impl/mach/hosted/require.h"
#include "impl/mach/hosted/transfer.h"

namespace portunus::hosted {

Kernel::Kernel(Scheduler& scheduler, unsigned name_turns)
    : scheduler_(scheduler), name_turns_(name_turns), first_task_(&make_task()) {}

Task& Kernel::make_task() {
  Task& task = tasks_.add(new Task(name_turns_));
  task.port = &make_port_for(KernelObject{.kind = KernelObject::Kind::task, .task = &task});
  task.self = copyout(*this, task.space, make_send(*task.port));
  return task;
}

Right Kernel::make_port() {
  Port& port = ports_.add(new Port);
  port.references = 1;
  return Right{RightKind::receive, &port};
}

Port& Kernel::make_port_for(const KernelObject& object) {
  Port& port = *make_port().port;
  port.object = object;
  return port;
}

Port& Kernel::service_port(KernelObject::Kind kind) {
  const auto first = static_cast<std::size_t>(KernelObject::Kind::host);
  Port*& port = services_.at(static_cast<std::size_t>(kind) - first);
  if (port == nullptr) port = &make_port_for({.kind = kind});
  return *port;
}

void Kernel::kill_port_of_object(Port& port) {
  port.object = KernelObject{};
  kill(*this, port);
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
    for (Descriptor& descriptor : next.descriptors) {
      release(*this, take(descriptor.right));
      for (Right& right : descriptor.array) release(*this, take(right));
    }
    // Last: a receive right in transit refers to the destination.
    release(*this, take(next.destination));
    free(next);
  }
  destroying_ = false;
}

void Kernel::free(Message& message) {
  if (message.timer != nullptr) message.timer->outstanding = nullptr;
  messages_.free(message);
}

}  // namespace portunus::hosted
