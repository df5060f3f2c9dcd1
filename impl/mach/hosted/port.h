// A port: a queue of messages, the counts of the rights to it, and the requests to hear of its end.
//
// A port is in one of these states:
//   received    active, receiver != nullptr: a space holds the receive right, under receiver_name
//   in transit  active, receiver == nullptr, not the kernel's: a message holds the receive right;
//               destination is the port that the message is addressed to, or nullptr until that is known
//   the kernel's  active, object.kind != none: messages to it end at once
//   dead        not active: the receive right has gone. It stays in memory while rights to it are left
#pragma once

#include <mach/port.h>

#include <cstdint>
#include <vector>

#include "impl/mach/hosted/message_queue.h"
#include "impl/mach/hosted/registry.h"
#include "impl/mach/hosted/right.h"

namespace portunus::hosted {

class Space;
struct PortSet;
struct Semaphore;
struct Task;
struct Thread;
struct Timer;

// What a port of the kernel's own stands for.
struct KernelObject {
  enum class Kind : std::uint8_t { none, task, thread, semaphore, host, system_clock, calendar_clock };
  Kind kind = Kind::none;
  Task* task = nullptr;            // of a task
  Thread* thread = nullptr;        // of a thread
  Semaphore* semaphore = nullptr;  // of a semaphore
};

// A dead-name or send-possible request: a slot of the port's table, which a name's entry points to.
struct Request {
  Space* space = nullptr;  // nullptr: the slot is free
  mach_port_name_t name = 0;
  Right notify = {};  // send-once
  bool send_possible = false;
  bool armed = false;           // a send-possible request that the next room in the queue satisfies
  std::uint32_t next_free = 0;  // of a free slot, and of slot 0, which is never used: 0 ends the list
};

// Where a space holds the port's send right.
struct SendName {
  Space* space;
  mach_port_name_t name;
};

// A word of the receiver's, and what it protects (guard.h). It ends when the receive right goes elsewhere.
struct Guard {
  mach_port_context_t context = 0;
  bool guarded = false;    // the context is needed to end the receive right
  bool strict = false;     // and to be told or changed no more
  bool immovable = false;  // the receive right cannot be moved
};

struct Port : Registered {
  bool active = true;
  Space* receiver = nullptr;
  mach_port_name_t receiver_name = 0;
  Port* destination = nullptr;
  KernelObject object;
  Timer* timer = nullptr;  // whose messages come here

  std::uint32_t references = 0;  // one for each right and for each name or request that keeps one
  std::uint32_t send_rights = 0;
  std::uint32_t send_once_rights = 0;
  std::uint32_t make_send_count = 0;

  Guard guard;
  natural_t hints = 0;  // MACH_PORT_STATUS_FLAG_ bits that only a machine's scheduler would heed

  bool is_kernels() const { return object.kind != KernelObject::Kind::none; }

  MessageQueue queue;
  std::vector<PortSet*> sets;        // that it is a member of, in the order in which it came in
  std::vector<SendName> send_names;  // the names that send rights have
  std::vector<Request> requests;     // a name's entry holds the slot's index
  Right no_senders_request;          // send-once, or null
  Right port_destroyed_request;      // send-once, or null
};

class Kernel;

// The port dies: it leaves its sets, whoever is blocked on it wakes, its queued messages and its requests are
// destroyed with the rights in them, and each dead-name request is satisfied. The receive right must be gone
// from its space; its reference is consumed.
void kill(Kernel& kernel, Port& port);

// Whoever waits for a message of the port, there or at a set, does so no more.
void dismiss_receivers(Kernel& kernel, Port& port);

// The receive right goes on its way: out of its space, its sets and its receivers' hands. Messages and
// blocked senders stay, both counters begin anew (facts mach-xnu 8).
void detach_receiver(Kernel& kernel, Port& port);

// Whether a message to `destination` that carries the receive right of `port` would be reachable only through
// itself.
bool closes_circle(const Port& port, const Port& destination);

}  // namespace portunus::hosted
