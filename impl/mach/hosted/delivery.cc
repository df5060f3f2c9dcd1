#include "impl/mach/hosted/delivery.h"

#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/port.h"
#include "impl/mach/hosted/port_set.h"
#include "impl/mach/hosted/request.h"

namespace portunus::hosted {
namespace {

struct Receiver : Waiter {
  Receiver(mach_msg_size_t the_limit, mach_msg_option_t the_option) : limit(the_limit), option(the_option) {}

  const mach_msg_size_t limit;
  const mach_msg_option_t option;
  Received received;
};

bool must_stay(const Message& message, mach_msg_size_t limit, mach_msg_option_t option) {
  return (option & MACH_RCV_LARGE) != 0 && message.size() + REQUESTED_TRAILER_SIZE(option) > limit;
}

Received refused(const Port& port, const Message& message) {
  return Received{.code = MACH_RCV_TOO_LARGE, .size = message.size(), .member = port.receiver_name};
}

// A slot of the queue has become free: the first blocked sender's, or anybody's.
void release_slot(Kernel& kernel, Port& port) {
  --port.queue.count;
  if (!has_room(port)) return;
  if (port.queue.senders.empty()) {
    satisfy_send_possible_requests(kernel, port);
    return;
  }
  ++port.queue.count;
  kernel.scheduler().wake(*port.queue.senders.front());
}

// Gives the message to the first in `receivers` who can take it; who cannot is told why.
bool hand_over(Kernel& kernel, Port& port, Message& message, WaitQueue& receivers) {
  while (!receivers.empty()) {
    auto& receiver = static_cast<Receiver&>(*receivers.front());
    kernel.scheduler().wake(receiver);
    if (must_stay(message, receiver.limit, receiver.option)) {
      receiver.received = refused(port, message);
      continue;
    }
    message.seqno = port.queue.next_seqno++;
    receiver.received.message = &message;
    return true;
  }
  return false;
}

bool hand_over(Kernel& kernel, Port& port, Message& message) {
  if (hand_over(kernel, port, message, port.queue.receivers)) return true;
  for (PortSet* set : port.sets) {
    if (hand_over(kernel, port, message, set->receivers)) return true;
  }
  return false;
}

// Requires: the message has its slot.
void deliver(Kernel& kernel, Message& message) {
  Port& port = *message.destination.port;
  if (hand_over(kernel, port, message)) {
    release_slot(kernel, port);
    return;
  }
  port.queue.messages.push_back(message);
  if (port.queue.messages.size() == 1) mark_ready(port);
}

Message& take_front(Kernel& kernel, Port& port) {
  Message& message = port.queue.messages.pop_front();
  message.seqno = port.queue.next_seqno++;
  if (port.queue.messages.empty()) mark_empty(port);
  release_slot(kernel, port);
  return message;
}

// What is there now: `port` is the one to take from, nullptr if there is nothing.
struct Source {
  mach_msg_return_t code;
  Port* port;
  PortSet* set;
  WaitQueue* receivers;
};

Source find_source(Space& space, mach_port_name_t name) {
  const Entry* const entry = MACH_PORT_VALID(name) ? space.find(name) : nullptr;
  if (entry != nullptr && (entry->type & MACH_PORT_TYPE_RECEIVE) != 0) {
    Port& port = *entry->port;
    return Source{MACH_MSG_SUCCESS, port.queue.messages.empty() ? nullptr : &port, nullptr,
                  &port.queue.receivers};
  }
  if (entry != nullptr && entry->type == MACH_PORT_TYPE_PORT_SET) {
    PortSet& set = *entry->set;
    return Source{MACH_MSG_SUCCESS, set.ready.empty() ? nullptr : set.ready.front(), &set, &set.receivers};
  }
  return Source{MACH_RCV_INVALID_NAME, nullptr, nullptr, nullptr};
}

}  // namespace

bool has_room(const Port& port) {
  return port.queue.count < port.queue.limit;
}

void post(Kernel& kernel, Message& message) {
  Port& port = *message.destination.port;
  if (!port.active || port.is_kernels()) {
    kernel.destroy(message);
    return;
  }
  ++port.queue.count;
  deliver(kernel, message);
}

mach_msg_return_t send(Kernel& kernel, Message& message, Time deadline) {
  Port& port = *message.destination.port;
  const bool limited = message.destination.kind == RightKind::send && port.active && !port.is_kernels();
  if (message.circular) {
    kernel.destroy(message);
    return MACH_MSG_SUCCESS;
  }
  if (!limited || has_room(port)) {
    post(kernel, message);
    return MACH_MSG_SUCCESS;
  }
  Waiter sender;
  if (deadline <= kernel.scheduler().now()) return MACH_SEND_TIMED_OUT;
  const Wake how = kernel.scheduler().block(port.queue.senders, sender, deadline);
  if (how != Wake::woken) return how == Wake::aborted ? MACH_SEND_INTERRUPTED : MACH_SEND_TIMED_OUT;
  if (port.active) {
    deliver(kernel, message);  // whoever woke this thread has given it a slot
  } else {
    kernel.destroy(message);
  }
  return MACH_MSG_SUCCESS;
}

Received receive(Kernel& kernel, Space& space, mach_port_name_t name, mach_msg_size_t limit,
                 mach_msg_option_t option, Time deadline) {
  const Source source = find_source(space, name);
  if (source.code != MACH_MSG_SUCCESS) return Received{.code = source.code};
  if (source.port != nullptr) {
    const Message& first = *source.port->queue.messages.front();
    if (must_stay(first, limit, option)) return refused(*source.port, first);
    Message& message = take_front(kernel, *source.port);
    if (source.set != nullptr) rotate(*source.set, *source.port);
    return Received{.message = &message};
  }
  Receiver receiver(limit, option);
  if (deadline <= kernel.scheduler().now()) return Received{.code = MACH_RCV_TIMED_OUT};
  const Wake how = kernel.scheduler().block(*source.receivers, receiver, deadline);
  if (how == Wake::woken) return receiver.received;
  return Received{.code = how == Wake::aborted ? MACH_RCV_INTERRUPTED : MACH_RCV_TIMED_OUT};
}

void set_queue_limit(Kernel& kernel, Port& port, mach_port_msgcount_t limit) {
  port.queue.limit = limit;
  while (has_room(port) && !port.queue.senders.empty()) {
    ++port.queue.count;
    kernel.scheduler().wake(*port.queue.senders.front());
  }
}

void serve_receivers(Kernel& kernel, Port& port, WaitQueue& receivers) {
  while (!receivers.empty() && !port.queue.messages.empty()) {
    Message& first = *port.queue.messages.front();
    if (!hand_over(kernel, port, first, receivers)) return;
    port.queue.messages.remove(first);
    if (port.queue.messages.empty()) mark_empty(port);
    release_slot(kernel, port);
  }
}

void wake_receivers(Kernel& kernel, WaitQueue& receivers, mach_msg_return_t code) {
  while (!receivers.empty()) {
    auto& receiver = static_cast<Receiver&>(*receivers.front());
    receiver.received.code = code;
    kernel.scheduler().wake(receiver);
  }
}

void wake_senders_of_dead_port(Kernel& kernel, Port& port) {
  while (!port.queue.senders.empty()) kernel.scheduler().wake(*port.queue.senders.front());
}

}  // namespace portunus::hosted
