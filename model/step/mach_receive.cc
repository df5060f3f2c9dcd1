// Messages on their way out: facts mach-xnu 6.
#include "model/step/mach.h"

namespace portunus::model {
namespace {

// How far a reception has come. From `waiting` on, `port` is the kernel's port, or `source` the slot of the
// set.
enum Pc : std::uint8_t {
  begun,
  waiting,
  taken,    // the thread holds the message; `y` is its sequence number
  changed,  // what it waited at is no longer there
  expired,
  refused,  // there is a message of size `y`, which stays
};
static_assert(waiting == receive_waiting && taken == receive_taken && changed == receive_changed);

// A trailer with the sequence number follows the message, and must have room.
std::int32_t needed_size(const Message& message) {
  constexpr std::int32_t trailer = 12;
  return message.words * 4 + trailer;
}

bool is_source(const State& state, const Frame& frame, const Message& message) {
  if (message.holder != none) return false;
  const Name& name = state.names[frame.name];
  if (name.kind == Name::port_set) return (state.kernel_ports[message.port].sets >> frame.name & 1) != 0;
  return message.port == name.object;
}

// Whether the message may be the next of its port: it is the first, or was sent with the first by one death.
bool may_be_next(const State& state, int place) {
  const Message& message = state.messages[place];
  const int first = first_message(state, message.port);
  for (int before = first; before < place; ++before) {
    const Message& earlier = state.messages[before];
    if (earlier.port == message.port && earlier.holder == none &&
        (message.batch == 0 || earlier.batch != message.batch))
      return false;
  }
  return true;
}

bool is_large(const Frame& frame, const Message& message) {
  return needed_size(message) > frame.x;
}

// GNU Mach's own messages are shorter than Darwin's.
bool fits_there_only(const Frame& frame, const Message& message) {
  constexpr std::int32_t shorter = 8;
  const bool is_notification =
      message.told != none || (message.by == Carried::send_once && message.id == notification_no_senders) ||
      (message.by == Carried::send_once && message.id == notification_port_destroyed);
  return is_notification && is_large(frame, message) && needed_size(message) - shorter <= frame.x;
}

// MACH_RCV_LARGE is the boolean.
bool stays(const Frame& frame, const Message& message) {
  return frame.choice == 1 && is_large(frame, message);
}

// What a reception that leaves the message in the queue tells of its size. On GNU Mach it is the size of the
// kernel's own form of the message.
std::int32_t told_size(const Frame& frame, const Message& message, Kernel kernel) {
  constexpr std::int32_t size_field_end = 8;
  if (kernel == Kernel::gnumach) return Value::any;
  return frame.x >= size_field_end ? message.words * 4 : std::int32_t{Value::absent};
}

Results done(KernReturn result, ClauseId clause) {
  const FunctionInfo& row = info(Function::mach_msg_receive);
  Results results;
  results.clause = clause;
  results.add(code(result));
  while (results.count < row.result_count) results.add(row.results[results.count], Value::absent);
  return results;
}

void offer_done(Moves& moves, ThreadId thread, const Frame& frame, KernReturn result, ClauseId clause) {
  offer_results(moves, thread, frame, [&](State&) { return done(result, clause); });
}

void offer_message(Moves& moves, ThreadId thread, const Frame& frame, int place) {
  const State& state = moves.state();
  const Kernel kernel = moves.rules().kernel;
  if (kernel == Kernel::gnumach && fits_there_only(frame, state.messages[place]))
    return moves.unspecified("a notification that has room in the kernel's form, and not in Darwin's");
  if (stays(frame, state.messages[place])) {
    State* next = moves.silent(ClauseId::mach_receive_large);
    if (next == nullptr) return;
    Frame& own = top(*next, thread);
    own.pc = refused;
    own.y = told_size(frame, state.messages[place], kernel);
    return;
  }
  State* next = moves.silent(ClauseId::mach_receive);
  if (next == nullptr) return;
  Space(*next, kernel).hand_to(thread, place);
}

// Each message that can come next; whether there is one.
bool offer_messages(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  bool any = false;
  for (int place = 0; place < state.message_count; ++place) {
    if (!is_source(state, frame, state.messages[place]) || !may_be_next(state, place)) continue;
    any = true;
    offer_message(moves, thread, frame, place);
  }
  return any;
}

bool can_receive(const State& state, const Frame& frame) {
  if (is_reserved(frame)) return false;
  const Name& name = state.names[frame.name];
  return name.receive != 0 || name.kind == Name::port_set;
}

void offer_begun(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  if (!can_receive(state, frame))
    return offer_done(moves, thread, frame, KernReturn::rcv_invalid_name, ClauseId::mach_receive_name);
  if (belongs_to_object(state, frame.name))
    return moves.unspecified("mach_msg_receive from a CFMachPort's port");
  if (offer_messages(moves, thread, frame)) return;
  if ((frame.flags & mach_waits) == 0)
    return offer_done(moves, thread, frame, KernReturn::rcv_timed_out, ClauseId::mach_receive_empty);
  State* next = moves.silent(ClauseId::mach_receive_empty);
  if (next == nullptr) return;
  Frame& own = top(*next, thread);
  own.pc = waiting;
  const Name& name = state.names[frame.name];
  if (name.kind == Name::port_set)
    own.source = frame.name;
  else
    own.port = name.object;
}

void offer_waiting(Moves& moves, ThreadId thread, const Frame& frame) {
  if (offer_messages(moves, thread, frame)) return;
  if (State* next = moves.silent(ClauseId::mach_receive_empty)) top(*next, thread).pc = expired;
}

Value handle_of(const State& state, std::uint8_t slot) {
  if (slot == none) return make_value(Type::name, Value::null);
  const std::uint8_t handle = state.names[slot].handle;
  return make_value(Type::name, handle == none ? std::int32_t{Value::any} : handle);
}

// Where the message was sent to, if the task still receives there. GNU Mach tells a death since then.
Value local_name(const State& state, Kernel kernel, std::uint8_t port) {
  const KernelPort& to = state.kernel_ports[port];
  const bool tells = kernel == Kernel::gnumach && to.life == KernelPort::dead;
  return tells ? make_value(Type::name, Value::dead) : handle_of(state, to.name);
}

Value disposition_value(std::uint8_t disposition) {
  return make_value(Type::disposition, disposition == none ? std::int32_t{Value::null} : disposition);
}

ClauseId clause_of(const Message& message) {
  const bool is_notification = message.by == Carried::send_once;
  if (message.told != none && message.id == notification_dead_name) return ClauseId::mach_notify_dead_name;
  if (message.told != none && message.id == notification_port_deleted)
    return ClauseId::mach_notify_port_deleted;
  if (message.told != none) return ClauseId::mach_notify_send_possible;
  if (!is_notification) return ClauseId::mach_receive;
  switch (message.id) {
    case notification_no_senders:
      return ClauseId::mach_notify_no_senders;
    case notification_port_destroyed:
      return ClauseId::mach_notify_port_destroyed;
    case notification_send_once:
      return ClauseId::mach_notify_send_once;
    default:
      return ClauseId::mach_receive;
  }
}

// In the order of the function's row.
Results give(State& state, Kernel kernel, const Frame& frame, const MachCall& call, const Message& message) {
  constexpr std::int32_t nothing = Value::absent;
  Space space(state, kernel);
  Results results;
  results.clause = clause_of(message);
  results.add(code(KernReturn::success));
  results.add(Type::integer, message.id);
  results.add(Type::integer, message.words * 4);
  results.add(local_name(state, kernel, message.port));
  results.add(disposition_value(message.reply_disposition));
  results.add(space.give(message.reply, frame.bind));
  if (message.has_body != 0) {
    results.add(disposition_value(message.body_disposition));
    results.add(space.give(message.body, call.second));
  } else {
    results.add(Type::disposition, nothing);
    results.add(message.told != none ? handle_of(state, message.told) : make_value(Type::name, nothing));
  }
  // Now that the rights in the message are counted in the space.
  space.consume(message);
  results.add(Type::integer,
              results.clause == ClauseId::mach_notify_no_senders ? std::int32_t{message.count} : nothing);
  results.add(Type::integer, frame.y);
  return results;
}

// There is no room: the message is lost with its rights.
Results lose(State& state, Kernel kernel, const Frame& frame, const Message& message) {
  constexpr std::int32_t header = 24;
  Space space(state, kernel);
  space.lose(message);
  const bool header_fits = frame.x >= header;
  if (!header_fits && kernel == Kernel::gnumach)
    return done(KernReturn::rcv_too_large, ClauseId::mach_receive_small);
  return done(header_fits ? KernReturn::rcv_too_large : KernReturn::rcv_invalid_data,
              ClauseId::mach_receive_too_large);
}

void offer_taken(Moves& moves, ThreadId thread, const Frame& frame) {
  constexpr Part parts[] = {{4, ClauseId::mach_receive_reply},
                            {5, ClauseId::mach_receive_reply},
                            {6, ClauseId::mach_receive_body},
                            {7, ClauseId::mach_receive_body},
                            {9, ClauseId::mach_receive_seqno}};
  const Kernel kernel = moves.rules().kernel;
  const MachCall call = moves.state().threads[thread].mach;
  offer_results(
      moves, thread, frame,
      [&](State& after) {
        const int place = held_message(after, thread);
        const Message message = after.messages[place];
        remove_message(after, place);
        return is_large(frame, message) ? lose(after, kernel, frame, message)
                                        : give(after, kernel, frame, call, message);
      },
      parts);
}

}  // namespace

void receive_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (frame.pc) {
    case begun:
      return offer_begun(moves, thread, frame);
    case waiting:
      return offer_waiting(moves, thread, frame);
    case taken:
      return offer_taken(moves, thread, frame);
    case refused:
      return offer_results(moves, thread, frame, [&](State&) {
        constexpr int size = 2;
        Results results = done(KernReturn::rcv_too_large, ClauseId::mach_receive_large);
        results.values[size] = make_value(Type::integer, frame.y);
        return results;
      });
    case changed: {
      const bool dies = moves.rules().kernel == Kernel::gnumach;
      return offer_done(moves, thread, frame, dies ? KernReturn::rcv_port_died : KernReturn::rcv_port_changed,
                        dies ? ClauseId::mach_receive_died : ClauseId::mach_receive_changed);
    }
    default:
      return offer_results(moves, thread, frame, [&](State& after) {
        let_time_pass(after);
        return done(KernReturn::rcv_timed_out, ClauseId::mach_receive_empty);
      });
  }
}

bool waits_for_message(const State& state, ThreadId thread) {
  const Frame& frame = top(state, thread);
  if (frame.pc != waiting) return false;
  for (int place = 0; place < state.message_count; ++place)
    if (is_source(state, frame, state.messages[place])) return false;
  return true;
}

}  // namespace portunus::model
