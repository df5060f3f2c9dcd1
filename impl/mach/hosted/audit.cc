#include "impl/mach/hosted/audit.h"

#include <algorithm>
#include <unordered_map>

#include "impl/mach/hosted/kernel.h"

namespace portunus::hosted {
namespace {

struct Holdings {
  unsigned receive = 0;
  unsigned send = 0;
  unsigned send_once = 0;
};
using Book = std::unordered_map<const Port*, Holdings>;

void enter(Book& book, const Right& right) {
  if (right.kind == RightKind::receive) ++book[right.port].receive;
  if (right.kind == RightKind::send) ++book[right.port].send;
  if (right.kind == RightKind::send_once) ++book[right.port].send_once;
}

void enter_space(Book& book, const Space& space) {
  for (const auto& [index, entry] : space.entries()) {
    if ((entry.type & MACH_PORT_TYPE_RECEIVE) != 0) ++book[entry.port].receive;
    if ((entry.type & MACH_PORT_TYPE_SEND) != 0) ++book[entry.port].send;
    if (entry.type == MACH_PORT_TYPE_SEND_ONCE) ++book[entry.port].send_once;
  }
}

Book take_stock(Kernel& kernel) {
  Book book;
  for (const Task* task : kernel.tasks()) {
    enter_space(book, task->space);
    enter(book, task->bootstrap);
  }
  for (const Message* message : kernel.messages()) {
    enter(book, message->destination);
    enter(book, message->reply);
    for (const Descriptor& descriptor : message->descriptors) {
      enter(book, descriptor.right);
      for (const Right& right : descriptor.array) enter(book, right);
    }
  }
  for (const Timer* timer : kernel.timers()) enter(book, timer->send);
  for (const Port* port : kernel.ports()) {
    enter(book, port->no_senders_request);
    enter(book, port->port_destroyed_request);
    for (const Request& request : port->requests) enter(book, request.notify);
    if (port->is_kernels()) ++book[port].receive;  // the kernel's own
  }
  return book;
}

const char* audit_entry(Space& space, const Entry& entry) {
  constexpr mach_port_type_t both = MACH_PORT_TYPE_SEND_RECEIVE;
  const bool of_port =
      entry.type == MACH_PORT_TYPE_SEND_ONCE || (entry.type != 0 && (entry.type & ~both) == 0);
  const bool counted = (entry.type & ~(MACH_PORT_TYPE_RECEIVE | MACH_PORT_TYPE_PORT_SET)) != 0;
  if (of_port != (entry.port != nullptr)) return "an entry's port does not fit its type";
  if ((entry.type == MACH_PORT_TYPE_PORT_SET) != (entry.set != nullptr))
    return "an entry's set does not fit its type";
  if (counted != (entry.urefs != 0)) return "an entry's user references do not fit its type";
  if (entry.urefs > urefs_max) return "more user references than there can be";
  if (entry.request != 0 && !of_port) return "a request on a name without a port";
  if (entry.request != 0 && entry.port->active) {
    const Request& request = entry.port->requests[entry.request];
    if (request.space != &space || space.find(request.name) != &entry) return "a request is another name's";
  }
  return nullptr;
}

const char* audit_queue(const Port& port) {
  if (port.queue.count < port.queue.messages.size()) return "more messages than slots";
  if (!port.active && !port.queue.messages.empty()) return "a dead port has messages";
  if (!port.queue.receivers.empty() && !port.queue.messages.empty())
    return "a receiver waits beside a message";
  if (!port.queue.senders.empty() && port.queue.count < port.queue.limit) return "a sender waits beside room";
  for (const PortSet* set : port.sets) {
    const auto ready = std::count(set->ready.begin(), set->ready.end(), &port);
    if (ready != (port.queue.messages.empty() ? 0 : 1))
      return "a set does not know whether its member is ready";
    if (std::count(set->members.begin(), set->members.end(), &port) != 1)
      return "a set does not know its member";
  }
  return nullptr;
}

const char* audit_semaphore(const Semaphore& semaphore) {
  if (semaphore.port->object.semaphore != &semaphore) return "a semaphore's port stands for another";
  if (semaphore.owner == nullptr && !semaphore.waiters.empty()) return "a thread waits for a dead semaphore";
  if (semaphore.count > 0 && !semaphore.waiters.empty()) return "a thread waits beside a semaphore's count";
  return semaphore.count < 0 ? "a semaphore's count is negative" : nullptr;
}

const char* audit_timer(const Timer& timer) {
  if (timer.send.port->timer != &timer) return "a timer's port is another's";
  if (timer.outstanding != nullptr && timer.outstanding->timer != &timer)
    return "a timer's message is another's";
  return nullptr;
}

const char* audit_port(const Port& port, const Holdings& held) {
  if (port.send_rights != held.send) return "send rights are miscounted";
  if (port.send_once_rights != held.send_once) return "send-once rights are miscounted";
  if (held.receive != (port.active ? 1u : 0u)) return "a living port has one receive right, a dead one none";
  if (port.references != held.receive + held.send + held.send_once) return "references are miscounted";
  if (!port.active && (port.receiver != nullptr || !port.sets.empty())) return "a dead port is received";
  for (const SendName& held_as : port.send_names) {
    const Entry* const entry = held_as.space->find(held_as.name);
    if (entry == nullptr || entry->port != &port) return "a send right's name is forgotten";
  }
  if (port.receiver != nullptr) {
    const Entry* const entry = port.receiver->find(port.receiver_name);
    if (entry == nullptr || entry->port != &port) return "a receive right's name is forgotten";
  }
  return audit_queue(port);
}

}  // namespace

const char* audit(Kernel& kernel) {
  const Book book = take_stock(kernel);
  for (Task* task : kernel.tasks()) {
    for (const auto& [index, entry] : task->space.entries()) {
      if (const char* const wrong = audit_entry(task->space, entry)) return wrong;
    }
    if (!task->alive && task->space.size() != 0) return "a dead task has names";
  }
  for (const Port* port : kernel.ports()) {
    const auto held = book.find(port);
    if (const char* const wrong = audit_port(*port, held == book.end() ? Holdings{} : held->second))
      return wrong;
  }
  for (const Semaphore* semaphore : kernel.semaphores()) {
    if (const char* const wrong = audit_semaphore(*semaphore)) return wrong;
  }
  for (const Timer* timer : kernel.timers()) {
    if (const char* const wrong = audit_timer(*timer)) return wrong;
  }
  for (const PortSet* set : kernel.sets()) {
    if (!set->receivers.empty() && !set->ready.empty()) return "a receiver waits beside a ready member";
  }
  return nullptr;
}

}  // namespace portunus::hosted
