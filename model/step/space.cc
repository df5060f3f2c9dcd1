#include "model/step/space.h"

#include <algorithm>
#include <utility>

namespace portunus::model {
namespace {

constexpr std::uint16_t words_with_name = 36 / 4;
constexpr std::uint16_t words_with_right = 40 / 4;

// The thread's innermost call is a send whose message it still holds.
bool waits_to_send(const State& state, std::uint8_t thread) {
  const Frame& frame = top(state, thread);
  const auto function = static_cast<Function>(frame.function);
  return frame.pc == send_waiting &&
         (function == Function::mach_msg_send || function == Function::mach_msg_send_rights);
}

bool carries(const Carried& right, Carried::Kind kind, std::uint8_t port) {
  return right.kind == kind && right.port == port;
}

}  // namespace

std::int32_t send_references_max(Kernel kernel) {
  return kernel == Kernel::gnumach ? references_max - 1 : references_max;
}

std::uint8_t received_disposition(std::uint8_t disposition) {
  if (disposition == none) return none;
  switch (static_cast<Disposition>(disposition)) {
    case Disposition::move_receive:
      return disposition;
    case Disposition::move_send_once:
    case Disposition::make_send_once:
      return static_cast<std::uint8_t>(Disposition::move_send_once);
    default:
      return static_cast<std::uint8_t>(Disposition::move_send);
  }
}

bool can_take(const State& state, std::uint8_t slot, std::uint8_t disposition) {
  if (disposition == none) return false;
  const Name& name = state.names[slot];
  switch (static_cast<Disposition>(disposition)) {
    case Disposition::move_receive:
    case Disposition::make_send:
    case Disposition::make_send_once:
      return name.receive != 0;
    case Disposition::move_send:
    case Disposition::copy_send:
      return (name.kind == Name::port && name.refs > 0) || name.kind == Name::dead;
    case Disposition::move_send_once:
      return name.kind == Name::send_once || name.kind == Name::dead;
  }
  return false;
}

bool has_room(const State& state, std::uint8_t port) {
  int count = 0;
  for (int place = 0; place < state.message_count; ++place) {
    const Message& message = state.messages[place];
    const bool counts = message.holder == none || (message.holder & holder_has_room) != 0;
    if (message.port == port && counts) ++count;
  }
  return count < state.kernel_ports[port].limit;
}

// --- In and out ---

Carried Space::take(std::uint8_t slot, std::uint8_t disposition) {
  Name& name = state_.names[slot];
  const std::uint8_t port = name.object;
  if (name.kind == Name::dead) {
    if (!is(disposition, Disposition::copy_send)) drop_reference(slot);
    return {Carried::dead, none};
  }
  switch (static_cast<Disposition>(disposition)) {
    case Disposition::make_send:
      ++state_.kernel_ports[port].mscount;
      return {Carried::send, port};
    case Disposition::copy_send:
      return {Carried::send, port};
    case Disposition::make_send_once:
      return {Carried::send_once, port};
    case Disposition::move_send:
      if (name.refs == references_max && kernel_ == Kernel::xnu) return {Carried::send, port};
      if (--name.refs == 0 && name.receive == 0) make_name_gone(slot);
      return {Carried::send, port};
    case Disposition::move_send_once:
      make_name_gone(slot);
      return {Carried::send_once, port};
    case Disposition::move_receive:
      name.receive = 0;
      detach(port);
      if (name.refs == 0) make_name_gone(slot);
      return {Carried::receive, port};
  }
  return {Carried::null, none};
}

Value Space::give(Carried right, std::uint8_t handle) {
  if (right.kind == Carried::null) return make_value(Type::name, Value::null);
  if (right.kind == Carried::dead || state_.kernel_ports[right.port].life == KernelPort::dead)
    return make_value(Type::name, Value::dead);
  std::uint8_t slot = right.kind == Carried::send_once ? none : name_of(right.port);
  if (slot == none) slot = new_name(state_);
  Name& name = state_.names[slot];
  if (name.handle == none) name.handle = handle;
  give_as(right, slot);
  return make_value(Type::name, name.handle);
}

void Space::give_as(Carried right, std::uint8_t slot) {
  Name& name = state_.names[slot];
  name.object = right.port;
  name.vacant = 0;
  name.kind = right.kind == Carried::send_once ? Name::send_once : Name::port;
  if (right.kind == Carried::receive) {
    name.receive = 1;
    state_.kernel_ports[right.port].name = slot;
    return;
  }
  const std::int32_t most = right.kind == Carried::send ? send_references_max(kernel_) : 1;
  if (name.refs < most) ++name.refs;
}

std::uint8_t Space::name_of(std::uint8_t port) const {
  for (std::uint8_t slot = 0; slot < name_slots; ++slot)
    if (state_.names[slot].kind == Name::port && state_.names[slot].object == port) return slot;
  return none;
}

// --- Ends ---

// What was to be told of the name is told to whoever asked, and to nobody again: `told` is the notification.
void Space::withdraw(std::uint8_t slot, std::uint8_t told) {
  Name& name = state_.names[slot];
  const std::uint8_t request = name.request;
  name.request = request_none;
  name.request_kind = 0;
  if (request == request_none) return;
  if (request >= request_first)
    return tell_of_name(static_cast<std::uint8_t>(request - request_first), told, slot,
                        told == notification_dead_name ? static_cast<std::uint8_t>(name.object + 1) : 0);
  if (state_.notice_count == notices_max) {
    state_.exceeded = 1;
    return;
  }
  state_.notices[state_.notice_count++] = {
      slot, static_cast<std::uint8_t>(told == notification_port_deleted ? 1 : 0)};
}

// The name has no right any more.
void Space::make_name_gone(std::uint8_t slot) {
  Name& name = state_.names[slot];
  Name gone = {};
  gone.kind = Name::gone;
  gone.handle = name.handle;
  gone.object = none;
  gone.record = name.record;
  gone.request = name.request;
  name = gone;
  withdraw(slot, notification_port_deleted);
}

void Space::release(Carried right) {
  switch (right.kind) {
    case Carried::null:
    case Carried::dead:
      return;
    case Carried::send:
      return release_send(right.port);
    case Carried::send_once:
      return release_send_once(right.port);
    case Carried::receive:
      release_receive(right.port);
  }
}

// Requires that the right is counted nowhere any more.
void Space::release_send(std::uint8_t port) {
  KernelPort& from = state_.kernel_ports[port];
  if (from.life != KernelPort::alive || from.no_senders == none || has_senders(port)) return;
  const std::uint8_t told = from.no_senders;
  from.no_senders = none;
  tell_no_senders(told, from.mscount);
}

void Space::release_send_once(std::uint8_t port) {
  if (state_.kernel_ports[port].life != KernelPort::alive) return;
  Message message = make_message(port);
  message.id = notification_send_once;
  post(message);
}

// Whether the port lives on.
bool Space::release_receive(std::uint8_t port) {
  if (save(port)) return true;
  kill(port);
  return false;
}

// GNU Mach makes a dead name of the send right beside a receive right that was saved, and tells nobody; the
// port counts the right for ever.
void Space::forget_send(std::uint8_t slot) {
  Name& name = state_.names[slot];
  state_.kernel_ports[name.object].lost_send = 1;
  if (name.request >= request_first) {
    ++state_.kernel_ports[name.request - request_first].lost_once;
    if (name.refs < references_max) ++name.refs;
  }
  name.request = request_none;
  name.request_kind = 0;
  name.kind = Name::dead;
  name.object = none;
}

// A request whose own port has died, or is this one, saves nothing: facts mach-xnu 3.
bool Space::save(std::uint8_t port) {
  KernelPort& dying = state_.kernel_ports[port];
  const std::uint8_t to = dying.destroyed;
  if (to == none || to == port || state_.kernel_ports[to].life != KernelPort::alive) return false;
  dying.destroyed = none;
  detach(port);
  Message message = make_message(to);
  message.id = notification_port_destroyed;
  message.words = words_with_right;
  message.has_body = 1;
  message.body = {Carried::receive, port};
  message.body_disposition = static_cast<std::uint8_t>(Disposition::move_receive);
  closes_circle(port, to) ? destroy(message) : post(message);
  return true;
}

// Nobody in the task receives from the port any more.
void Space::detach(std::uint8_t port) {
  hand_over(port);
  dismiss_receivers(port);
  KernelPort& left = state_.kernel_ports[port];
  left.name = none;
  left.mscount = 0;
  left.seqno = 0;
}

void Space::dismiss_receivers(std::uint8_t port) {
  state_.kernel_ports[port].sets = 0;
  wake_receivers(port, none);
}

// Whoever waits has been given the message as it came: there is no moment in which it is there and he still
// waits.
void Space::hand_over(std::uint8_t port) {
  for (ThreadId thread = 0; thread < limits::threads; ++thread) {
    const Thread& on = state_.threads[thread];
    const int place = first_message(state_, port);
    if (on.depth == 0 || place == none) continue;
    const Frame& frame = on.frames[on.depth - 1];
    const bool receives = frame.op == Op::call && frame.pc == receive_waiting &&
                          frame.function == static_cast<std::uint8_t>(Function::mach_msg_receive);
    const bool at_set = frame.source != none && (state_.kernel_ports[port].sets >> frame.source & 1) != 0;
    if (!receives || (frame.port != port && !at_set)) continue;
    hand_to(thread, place);
  }
}

void Space::hand_to(ThreadId thread, int place) {
  Message held = state_.messages[place];
  held.holder = thread;
  remove_message(state_, place);
  Frame& frame = top(state_, thread);
  frame.pc = receive_taken;
  frame.y = static_cast<std::int32_t>(state_.kernel_ports[held.port].seqno++);
  make_room(held.port);
  enqueue(state_, held);
}

// Whoever waits at the port, or at the set, waits in vain.
void Space::wake_receivers(std::uint8_t port, std::uint8_t set) {
  for (Thread& thread : state_.threads) {
    if (thread.depth == 0) continue;
    Frame& frame = thread.frames[thread.depth - 1];
    const bool receives = frame.op == Op::call && frame.pc == receive_waiting &&
                          frame.function == static_cast<std::uint8_t>(Function::mach_msg_receive);
    if (receives && frame.port == port && frame.source == set) frame.pc = receive_changed;
  }
}

// In the order that clients see: the requests' own rights, what the messages held, then the dead names.
void Space::kill(std::uint8_t port) {
  detach(port);
  KernelPort& dying = state_.kernel_ports[port];
  dying.life = KernelPort::dead;
  const std::uint8_t no_senders = dying.no_senders;
  const std::uint8_t destroyed = dying.destroyed;
  dying.no_senders = none;
  dying.destroyed = none;
  dying.limit = 0;
  if (no_senders != none) release_send_once(no_senders);
  if (destroyed != none) release_send_once(destroyed);
  for (int place = first_message(state_, port); place != none; place = first_message(state_, port)) {
    const Message message = state_.messages[place];
    remove_message(state_, place);
    destroy(message);
  }
  bury_names(port);
}

void Space::bury_names(std::uint8_t port) {
  for (std::uint8_t slot = 0; slot < name_slots; ++slot) {
    Name& name = state_.names[slot];
    if (!denotes_port(name) || name.object != port || name.refs == 0) continue;
    name.unaware = name.kind == Name::send_once ? 1 : 0;
    name.kind = Name::dead;
    if (is_requested(name) && name.refs < references_max) ++name.refs;
    withdraw(slot, notification_dead_name);
    name.object = none;
  }
}

// The last right under the name goes: it ends before the name's end is told.
template <class F>
void Space::end_name(std::uint8_t slot, F release_right) {
  Name& name = state_.names[slot];
  const std::uint8_t request = std::exchange(name.request, request_none);
  make_name_gone(slot);
  release_right();
  name.request = request;
  withdraw(slot, notification_port_deleted);
}

void Space::end_send(std::uint8_t slot) {
  Name& name = state_.names[slot];
  const std::uint8_t port = name.object;
  name.refs = 0;
  if (name.receive != 0) return release_send(port);
  end_name(slot, [&] { release_send(port); });
}

void Space::end_receive(std::uint8_t slot) {
  Name& name = state_.names[slot];
  const std::uint8_t port = name.object;
  name.receive = 0;
  if (name.refs == 0) return end_name(slot, [&] { release_receive(port); });
  if (release_receive(port) && kernel_ == Kernel::gnumach) forget_send(slot);
}

void Space::end(std::uint8_t slot) {
  const Name& name = state_.names[slot];
  const std::uint8_t port = name.object;
  switch (name.kind) {
    case Name::unused:
    case Name::gone:
      return;
    case Name::dead:
      return make_name_gone(slot);
    case Name::port_set:
      for (KernelPort& member : state_.kernel_ports) member.sets &= ~(std::uint64_t{1} << slot);
      wake_receivers(none, slot);
      return make_name_gone(slot);
    case Name::send_once:
      return end_name(slot, [&] { release_send_once(port); });
    case Name::port:
      // Whoever waits at the port is sent away before anything is told, perhaps to this very port. Then the
      // send right goes: nobody is left to send when the port dies.
      if (name.receive != 0) hand_over(port);
      if (name.receive != 0) dismiss_receivers(port);
      if (name.refs > 0) end_send(slot);
      if (name.receive != 0) end_receive(slot);
      return;
  }
}

void Space::set_references(std::uint8_t slot, std::int32_t references) {
  Name& name = state_.names[slot];
  if (references > 0) {
    name.refs = static_cast<std::uint16_t>(references);
  } else if (name.kind == Name::port) {
    end_send(slot);
  } else {
    end(slot);
  }
}

void Space::drop_reference(std::uint8_t slot) {
  const Name& name = state_.names[slot];
  if (name.refs == 0) return;
  if (name.refs == references_max && kernel_ == Kernel::xnu) return;
  set_references(slot, name.refs - 1);
}

// --- Messages ---

void Space::post(const Message& message) {
  if (state_.kernel_ports[message.port].life != KernelPort::alive) return destroy(message);
  enqueue(state_, message);
}

// What is in a message that is lost may be the last right to a port with messages of its own: those go after
// it.
void Space::destroy(const Message& message) {
  doomed_.push_back(message);
  if (!destroying_) empty_doomed();
}

void Space::lose(const Message& message) {
  doomed_.push_back(message);
  doomed_.back().by = Carried::null;
  destroying_ = true;
  consume(message);
  empty_doomed();
}

void Space::empty_doomed() {
  destroying_ = true;
  while (!doomed_.empty()) {
    // XNU lets go of the destination last, GNU Mach first: what each tells of its end comes in that order.
    if (kernel_ == Kernel::gnumach) release_destination();
    release(std::exchange(doomed_.front().reply, {Carried::null, none}));
    release(std::exchange(doomed_.front().body, {Carried::null, none}));
    if (kernel_ == Kernel::xnu) release_destination();
    doomed_.erase(doomed_.begin());
  }
  destroying_ = false;
}

void Space::use_room(std::uint8_t port) {
  if (kernel_ == Kernel::gnumach) return;  // who waits there tries again, and others may come first
  for (int place = 0; place < state_.message_count && has_room(state_, port); ++place) {
    Message& message = state_.messages[place];
    if (message.port != port || message.holder == none || message.holder >= limits::threads) continue;
    if (waits_to_send(state_, message.holder)) message.holder |= holder_has_room;
  }
}

void Space::make_room(std::uint8_t port) {
  use_room(port);
  if (has_room(state_, port)) tell_of_room(port);
}

void Space::tell_of_room(std::uint8_t port) {
  for (std::uint8_t slot = 0; slot < name_slots; ++slot) {
    Name& name = state_.names[slot];
    if (!denotes_port(name) || name.object != port || (name.request_kind & request_waits_for_room) == 0)
      continue;
    const auto to = static_cast<std::uint8_t>(name.request - request_first);
    name.request = request_none;
    name.request_kind = 0;
    tell_of_name(to, notification_send_possible, slot, static_cast<std::uint8_t>(port + 1));
  }
}

void Space::release_destination() {
  const Carried destination = {doomed_.front().by, doomed_.front().port};
  doomed_.front().by = Carried::null;
  release(destination);
}

void Space::consume(const Message& message) {
  if (message.by == Carried::send) release_send(message.port);
}

void Space::tell_of_name(std::uint8_t port, std::uint16_t id, std::uint8_t slot, std::uint8_t batch) {
  Message message = make_message(port);
  message.id = id;
  message.words = words_with_name;
  message.told = slot;
  message.batch = batch;
  post(message);
}

void Space::tell_no_senders(std::uint8_t port, std::uint32_t count) {
  Message message = make_message(port);
  message.id = notification_no_senders;
  message.words = words_with_name;
  message.count = static_cast<std::uint16_t>(count);
  post(message);
}

// --- Questions ---

bool Space::closes_circle(std::uint8_t port, std::uint8_t to) const {
  const auto carrier_of = [&](std::uint8_t carried) {
    for (int place = 0; place < state_.message_count; ++place)
      if (carries(state_.messages[place].body, Carried::receive, carried)) return state_.messages[place].port;
    return none;
  };
  for (std::uint8_t reached = to; reached != none; reached = carrier_of(reached))
    if (reached == port) return true;
  return false;
}

bool Space::has_senders(std::uint8_t port) const {
  const auto sends = [&](const Message& message) {
    return (message.by == Carried::send && message.port == port) ||
           carries(message.reply, Carried::send, port) || carries(message.body, Carried::send, port);
  };
  return state_.kernel_ports[port].lost_send != 0 ||
         std::any_of(std::begin(state_.names), std::end(state_.names),
                     [&](const Name& name) {
                       return name.kind == Name::port && name.object == port && name.refs > 0;
                     }) ||
         std::any_of(state_.messages, state_.messages + state_.message_count, sends) ||
         std::any_of(doomed_.begin(), doomed_.end(), sends);
}

std::int32_t Space::send_once_rights(std::uint8_t port) const {
  std::int32_t count = state_.kernel_ports[port].lost_once;
  for (const Name& name : state_.names) {
    if (name.kind == Name::send_once && name.object == port) ++count;
    if (name.request == request_first + port) ++count;
  }
  for (const KernelPort& other : state_.kernel_ports) {
    if (other.no_senders == port) ++count;
    if (other.destroyed == port) ++count;
  }
  for (int place = 0; place < state_.message_count; ++place) {
    const Message& message = state_.messages[place];
    if (message.by == Carried::send_once && message.port == port) ++count;
    if (carries(message.reply, Carried::send_once, port)) ++count;
    if (carries(message.body, Carried::send_once, port)) ++count;
  }
  return count;
}

}  // namespace portunus::model
