// Messages on their way in: facts mach-xnu 6.
#include "model/step/mach.h"

namespace portunus::model {
namespace {

// How far a send has come.
enum Pc : std::uint8_t {
  begun,
  waiting,  // the thread holds its message, for which there was no room
  expired,  // and its time is over
  sent,
};
static_assert(waiting == send_waiting);

bool carries_rights(const Frame& frame) {
  return frame.function == static_cast<std::uint8_t>(Function::mach_msg_send_rights);
}

bool has_body(const Frame& frame, const MachCall& call) {
  const bool named = call.names[2] != none || is_dead(frame, 2);
  return carries_rights(frame) && (named || call.dispositions[2] != none);
}

struct Refusal {
  KernReturn result = KernReturn::success;
  ClauseId clause = ClauseId::mach_send;
};

Refusal check_reply(const State& state, const Frame& frame, const MachCall& call) {
  const std::uint8_t slot = call.names[1];
  const std::uint8_t disposition = call.dispositions[1];
  constexpr ClauseId clause = ClauseId::mach_send_reply;
  const bool named = slot != none || is_dead(frame, 1);
  if (is(disposition, Disposition::move_receive) || (disposition == none && named))
    return {KernReturn::send_invalid_header, clause};
  if (slot != none && !can_take(state, slot, disposition)) return {KernReturn::send_invalid_reply, clause};
  return {};
}

// Whether the header's rights can be had, before either is taken. One name for both is a case of its own.
Refusal check_header(const State& state, const Frame& frame, const MachCall& call, Kernel kernel) {
  const std::uint8_t disposition = call.dispositions[0];
  const std::uint8_t reply_disposition = call.dispositions[1];
  const bool same = frame.name == call.names[1];
  const Refusal no_reply = check_reply(state, frame, call);
  if (disposition == none || is(disposition, Disposition::move_receive))
    return {KernReturn::send_invalid_header};
  if (no_reply.result == KernReturn::send_invalid_header) return no_reply;
  constexpr Refusal no_destination = {KernReturn::send_invalid_dest};
  if (is_reserved(frame)) return no_destination;
  if (kernel == Kernel::gnumach && no_reply.result != KernReturn::success && !is_gone(state, frame.name))
    return {no_reply.result, ClauseId::mach_send_reply_first};
  const Disposition once = Disposition::move_send_once;
  if (same && (is(disposition, once) || is(reply_disposition, once))) return no_destination;
  if (!can_take(state, frame.name, disposition)) return no_destination;
  const Name& name = state.names[frame.name];
  const bool seems_alive = name.unaware != 0 && is(disposition, once);
  if (seems_alive && kernel == Kernel::gnumach)
    return {KernReturn::send_invalid_dest, ClauseId::mach_send_dead_once};
  if (name.kind == Name::dead && !seems_alive) return no_destination;
  if (no_reply.result != KernReturn::success) return no_reply;
  const Disposition move = Disposition::move_send;
  const bool both = same && is(disposition, move) && is(reply_disposition, move);
  return both && name.refs < 2 ? no_destination : Refusal{};
}

Carried take_or_none(State& state, Space& space, const Frame& frame, const MachCall& call, int place) {
  const std::uint8_t slot = call.names[place];
  if (slot == none) return {is_dead(frame, place) ? Carried::dead : Carried::null, none};
  look(state, slot);
  return space.take(slot, call.dispositions[place]);
}

// What has become of a message that was put together. The rights it has are out of the space.
struct Letter {
  Refusal refusal;
  Message message;
  bool to_dead_port = false;
};

// Requires that the header has been checked.
Letter put_together(State& state, Space& space, const Frame& frame, const MachCall& call) {
  Letter letter = {.refusal = {}, .message = make_message(none)};
  Message& message = letter.message;
  message.id = static_cast<std::uint16_t>(frame.x);
  message.words = static_cast<std::uint16_t>(carries_rights(frame) ? 24 / 4 : frame.y / 4);
  message.port = state.names[frame.name].object;
  letter.to_dead_port = state.names[frame.name].kind == Name::dead;
  // With one name for both, the right that is moved goes last, or the other would find nothing to copy.
  const bool reply_first = is(call.dispositions[0], Disposition::move_send);
  if (reply_first) message.reply = take_or_none(state, space, frame, call, 1);
  message.by = space.take(frame.name, call.dispositions[0]).kind;
  if (!reply_first) message.reply = take_or_none(state, space, frame, call, 1);
  message.reply_disposition = received_disposition(call.dispositions[1]);
  if (!has_body(frame, call)) return letter;
  message.words = 40 / 4;
  message.has_body = 1;
  message.body_disposition = received_disposition(call.dispositions[2]);
  const std::uint8_t slot = call.names[2];
  if (slot != none) look(state, slot);
  if (slot != none && !can_take(state, slot, call.dispositions[2]))
    letter.refusal = {KernReturn::send_invalid_right, ClauseId::mach_send_body};
  else
    message.body = take_or_none(state, space, frame, call, 2);
  return letter;
}

void add_names(Results& results, const Frame& frame, Value reply, Value body) {
  if (!carries_rights(frame)) return;
  results.add(reply);
  results.add(body);
}

Results done(const Frame& frame, KernReturn result, ClauseId clause) {
  constexpr Value nothing = make_value(Type::name, Value::absent);
  Results results;
  results.clause = clause;
  results.add(code(result));
  add_names(results, frame, nothing, nothing);
  return results;
}

// The message comes back to the sender with all its rights, the destination's as a send right. One that comes
// back under a name that the client has not seen is given up there and then.
Results give_back(Space& space, const Frame& frame, const MachCall& call, const Message& message) {
  Results results;
  results.clause = ClauseId::mach_send_full;
  results.add(code(KernReturn::send_timed_out));
  const Value reply = space.give(message.reply, frame.bind);
  const Value body =
      message.has_body != 0 ? space.give(message.body, call.second) : make_value(Type::name, Value::absent);
  const Carried destination = {message.by, message.port};
  space.name_of(message.port) == none ? space.release(destination)
                                      : static_cast<void>(space.give(destination, none));
  add_names(results, frame, reply, body);
  return results;
}

// Posts the message, if that can be done at once.
bool dispatch(Space& space, const Letter& letter, Results& results, const Frame& frame, Kernel kernel) {
  const Message& message = letter.message;
  const bool carries_receive = message.body.kind == Carried::receive;
  if (letter.refusal.result != KernReturn::success || letter.to_dead_port) {
    space.destroy(message);
    const bool in_order = message.by == Carried::send && message.reply.kind == Carried::send_once;
    results = done(frame, letter.refusal.result,
                   in_order && kernel == Kernel::gnumach ? ClauseId::mach_send_lost : letter.refusal.clause);
    return true;
  }
  const bool full = message.by == Carried::send && !has_room(space.state(), message.port);
  const bool circle = carries_receive && space.closes_circle(message.body.port, message.port);
  if (circle && full && kernel == Kernel::gnumach) return false;
  if (circle) {
    space.destroy(message);
    results = done(frame, KernReturn::success, ClauseId::mach_send_circle);
    return true;
  }
  if (full) return false;
  space.post(message);
  results = done(frame, KernReturn::success, ClauseId::mach_send);
  return true;
}

void offer_waiting(Moves& moves, ThreadId thread) {
  const State& state = moves.state();
  const int place = held_message(state, thread);
  const Message& message = state.messages[place];
  const bool port_lives = state.kernel_ports[message.port].life == KernelPort::alive;
  const Kernel kernel = moves.rules().kernel;
  const bool tries_again = kernel == Kernel::gnumach;
  const bool may_enter =
      (message.holder & holder_has_room) != 0 || (tries_again && has_room(state, message.port));
  if (!port_lives || may_enter) {
    const ClauseId waits = tries_again ? ClauseId::mach_send_again : ClauseId::mach_send_waits;
    State* next = moves.silent(port_lives ? waits : ClauseId::mach_send_port_dies);
    if (next == nullptr) return;
    Message taken = next->messages[place];
    taken.holder = none;
    remove_message(*next, place);
    Space(*next, moves.rules().kernel).post(taken);
    top(*next, thread).pc = sent;
    if (!tries_again || !port_lives) return;
  }
  if (State* next = moves.silent(ClauseId::mach_send_waits)) top(*next, thread).pc = expired;
}

void offer_expired(Moves& moves, ThreadId thread, const Frame& frame) {
  const MachCall call = moves.state().threads[thread].mach;
  offer_results(moves, thread, frame, [&](State& after) {
    const int place = held_message(after, thread);
    const Message message = after.messages[place];
    remove_message(after, place);
    let_time_pass(after);
    Space space(after, moves.rules().kernel);
    return give_back(space, frame, call, message);
  });
}

void offer_begun(Moves& moves, ThreadId thread, const Frame& frame) {
  const Kernel kernel = moves.rules().kernel;
  const MachCall call = moves.state().threads[thread].mach;
  State after = moves.state();
  Space space(after, kernel);
  const Refusal refusal = check_header(after, frame, call, kernel);
  Results results;
  if (refusal.result != KernReturn::success) {
    if (refusal.result == KernReturn::send_invalid_reply) look(after, call.names[1]);
    results = done(frame, refusal.result, refusal.clause);
    return offer_after(moves, thread, frame, after, results);
  }
  if (after.names[frame.name].unaware != 0 && after.names[frame.name].refs > 1)
    return moves.unspecified("a message by a dead send-once right whose death was told of");
  Letter letter = put_together(after, space, frame, call);
  if (dispatch(space, letter, results, frame, kernel))
    return offer_after(moves, thread, frame, after, results);
  if ((frame.flags & mach_waits) != 0) {
    letter.message.holder = thread;
    enqueue(after, letter.message);
    top(after, thread).pc = waiting;
    if (State* next = moves.silent(ClauseId::mach_send_waits)) *next = after;
    return;
  }
  results = give_back(space, frame, call, letter.message);
  offer_after(moves, thread, frame, after, results);
}

// What a callout would be given is the client's to know.
bool is_for_callout(const State& state, const Frame& frame, const MachCall& call) {
  const bool has_rights = has_body(frame, call) || call.names[1] != none || call.dispositions[1] != none;
  return has_rights && frame.name != none && belongs_to_object(state, frame.name);
}

}  // namespace

void send_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const MachCall& call = moves.state().threads[thread].mach;
  const bool simple = !carries_rights(frame);
  const bool id_fits = frame.x >= 0 && frame.x <= limits::message_id;
  const bool size_fits = !simple || (frame.y >= 24 && frame.y <= limits::message_size && frame.y % 4 == 0);
  if (!id_fits || !size_fits) return moves.limit("message_id or message_size");
  if (frame.x >= 64 && frame.x < 96 && simple && frame.y == 36)
    return moves.unspecified("a message that looks like a notification");
  if (is_for_callout(moves.state(), frame, call))
    return moves.unspecified("rights in a message to a CFMachPort");
  // Darwin's form of the body has a place for that, the kernel's own has none.
  const bool formless = has_body(frame, call) && call.dispositions[2] == none && is_dead(frame, 2);
  if (formless && moves.rules().kernel == Kernel::gnumach)
    return moves.unspecified("MACH_PORT_DEAD in a message without a disposition");
  switch (frame.pc) {
    case begun:
      return offer_begun(moves, thread, frame);
    case waiting:
      return offer_waiting(moves, thread);
    case expired:
      return offer_expired(moves, thread, frame);
    default:
      return offer_results(moves, thread, frame, [&](State&) {
        return done(frame, KernReturn::success, ClauseId::mach_send_waits);
      });
  }
}

bool waits_for_room(const State& state, ThreadId thread) {
  if (top(state, thread).pc != waiting) return false;
  const Message& message = state.messages[held_message(state, thread)];
  const bool port_lives = state.kernel_ports[message.port].life == KernelPort::alive;
  return port_lives && (message.holder & holder_has_room) == 0;
}

}  // namespace portunus::model
