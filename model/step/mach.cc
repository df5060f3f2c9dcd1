// The kernel's calls within one task: facts mach-xnu 1, 2 and 6.
#include <algorithm>

#include "model/step/step.h"

namespace portunus::model {
namespace {

constexpr std::int32_t kPegged = 65535;  // user references stay there: facts mach-xnu 2

Value code(KernReturn result) {
  return make_value(Type::kern_return, static_cast<std::int32_t>(result));
}

// The call returns `result`, and the state changes by `change`.
template <class F>
void offer_code(Moves& moves, ThreadId thread, const Frame& frame, KernReturn result, ClauseId clause,
                F change) {
  const Value results[] = {code(result)};
  if (State* next =
          moves.observe(return_label(thread, static_cast<Function>(frame.function), results), clause)) {
    change(*next);
    pop(*next, thread);
  }
}

void offer_code(Moves& moves, ThreadId thread, const Frame& frame, KernReturn result, ClauseId clause) {
  offer_code(moves, thread, frame, result, clause, [](State&) {});
}

// MACH_PORT_NULL or MACH_PORT_DEAD; a name that is gone has its slot.
bool is_reserved(const Frame& frame) {
  return frame.name == none;
}
bool is_gone(const State& state, const Frame& frame) {
  return state.names[frame.name].kind == Name::gone;
}

std::int32_t rights_of(const Name& name) {
  switch (name.kind) {
    case Name::port_set:
      return right_port_set;
    case Name::dead:
      return right_dead_name;
    case Name::port:
      return (name.refs > 0 ? right_send : 0) | (name.receive != 0 ? right_receive : 0) |
             (name.request != 0 ? right_dnrequest : 0);
    default:
      return 0;
  }
}

std::int32_t references(const Name& name, Right right) {
  switch (right) {
    case Right::send:
      return name.kind == Name::port ? name.refs : 0;
    case Right::receive:
      return name.receive;
    case Right::send_once:
      return 0;
    case Right::port_set:
      return name.kind == Name::port_set ? 1 : 0;
    case Right::dead_name:
      return name.kind == Name::dead ? name.refs : 0;
  }
  return 0;
}

// The name has no right any more. A dead-name request that is still armed tells that the name was deleted.
void delete_name(State& state, std::uint8_t slot) {
  Name& name = state.names[slot];
  const bool told = name.request != 0;
  const std::uint8_t handle = name.handle;
  const std::uint8_t record = name.record;
  name = Name{};
  name.kind = Name::gone;
  name.handle = handle;
  name.record = record;
  if (!told) return;
  if (state.notice_count == notices_max) {
    state.exceeded = 1;
    return;
  }
  state.notices[state.notice_count++] = {slot, 1};
}

void set_references(State& state, std::uint8_t slot, std::int32_t references) {
  Name& name = state.names[slot];
  name.refs = static_cast<std::uint16_t>(references);
  if (references == 0 && name.receive == 0) delete_name(state, slot);
}

void offer_allocate(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto right = static_cast<Right>(frame.choice);
  const bool possible = right != Right::send && right != Right::send_once;
  const Value results[] = {code(possible ? KernReturn::success : KernReturn::invalid_value),
                           make_value(Type::name, possible ? frame.bind : Value::any)};
  State* next =
      moves.observe(return_label(thread, Function::mach_port_allocate, results), ClauseId::mach_allocate);
  if (next == nullptr) return;
  pop(*next, thread);
  if (!possible) return;
  Name& name = next->names[new_name(*next)];
  name.handle = frame.bind;
  name.kind = right == Right::receive ? Name::port : right == Right::port_set ? Name::port_set : Name::dead;
  name.receive = right == Right::receive ? 1 : 0;
  name.refs = right == Right::dead_name ? 1 : 0;
}

// Whose the rights of a name are decides which clause speaks of them: the owner's while it lives, and of what
// its end leaves of them after that.
ClauseId rights_clause(const State& state, const Frame& frame, ClauseId otherwise) {
  if (is_reserved(frame)) return otherwise;
  for (const Port& port : state.ports) {
    if (port.owned == 0 || port.name != frame.name) continue;
    return port.life == Port::freed ? ClauseId::release_rights : ClauseId::create_rights;
  }
  return otherwise;
}

void offer_type(Moves& moves, ThreadId thread, const Frame& frame) {
  // MACH_PORT_DEAD has the type of a dead name, MACH_PORT_NULL none.
  const bool dead = is_reserved(frame) && (frame.flags & name_is_dead) != 0;
  const bool known = is_reserved(frame) ? dead : !is_gone(moves.state(), frame);
  const std::int32_t rights = dead    ? std::int32_t{right_dead_name}
                              : known ? rights_of(moves.state().names[frame.name])
                                      : Value::any;
  const Value results[] = {code(known ? KernReturn::success : KernReturn::invalid_name),
                           make_value(Type::rights, rights)};
  const bool requested = known && !dead && (rights & right_dnrequest) != 0;
  constexpr Part watched[] = {{1, ClauseId::watch_request}};
  const ClauseId clause = rights_clause(moves.state(), frame, ClauseId::mach_type);
  offer_return(moves, thread, frame, results, clause,
               requested && moves.rules().strict ? Parts(watched) : Parts());
}

void offer_get_refs(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto right = static_cast<Right>(frame.choice);
  const bool sends = right == Right::send || right == Right::send_once;
  const bool known = is_reserved(frame) ? sends : !is_gone(moves.state(), frame);
  const std::int32_t count = !known               ? Value::any
                             : is_reserved(frame) ? 1
                                                  : references(moves.state().names[frame.name], right);
  const Value results[] = {code(known ? KernReturn::success : KernReturn::invalid_name),
                           make_value(Type::integer, count)};
  offer_return(moves, thread, frame, results, rights_clause(moves.state(), frame, ClauseId::mach_get_refs));
}

// mod_refs of a counted right: a send right or a dead name.
void offer_counted(Moves& moves, ThreadId thread, const Frame& frame) {
  const std::int32_t delta = frame.x;
  const std::int32_t before = moves.state().names[frame.name].refs;
  const auto offer = [&](KernReturn result, std::int32_t after) {
    offer_code(moves, thread, frame, result, ClauseId::mach_mod_refs,
               [&](State& next) { set_references(next, frame.name, after); });
  };
  if (delta > kPegged || delta < -kPegged) return offer(KernReturn::invalid_value, before);
  if (before == kPegged) return offer(KernReturn::success, delta == -kPegged ? 0 : before);
  if (delta < -before) return offer(KernReturn::invalid_value, before);
  offer(KernReturn::success, std::min(before + delta, kPegged));
}

void offer_mod_refs(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto right = static_cast<Right>(frame.choice);
  const auto offer = [&](KernReturn result) {
    offer_code(moves, thread, frame, result, ClauseId::mach_mod_refs);
  };
  if (is_reserved(frame)) {
    const bool sends = right == Right::send || right == Right::send_once;
    return offer(sends ? KernReturn::success : KernReturn::invalid_name);
  }
  const Name& name = moves.state().names[frame.name];
  if (name.kind == Name::gone) return offer(KernReturn::invalid_name);
  if (references(name, right) == 0) return offer(KernReturn::invalid_right);
  if (right == Right::send || right == Right::dead_name) return offer_counted(moves, thread, frame);
  if (frame.x == 0) return offer(KernReturn::success);
  if (frame.x != -1) return offer(KernReturn::invalid_value);
  offer_code(moves, thread, frame, KernReturn::success, ClauseId::mach_mod_refs, [&](State& next) {
    right == Right::receive ? kill_receive_right(next, frame.name) : delete_name(next, frame.name);
  });
}

void offer_deallocate(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto offer = [&](KernReturn result) {
    offer_code(moves, thread, frame, result, ClauseId::mach_deallocate);
  };
  if (is_reserved(frame)) return offer(KernReturn::success);
  const Name& name = moves.state().names[frame.name];
  if (name.kind == Name::gone) return offer(KernReturn::invalid_name);
  if (name.kind == Name::port && name.refs == 0) return offer(KernReturn::invalid_right);
  offer_code(moves, thread, frame, KernReturn::success, ClauseId::mach_deallocate, [&](State& next) {
    name.kind == Name::port_set ? delete_name(next, frame.name) : drop_reference(next, frame.name);
  });
}

void offer_destroy(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto offer = [&](KernReturn result) {
    offer_code(moves, thread, frame, result, ClauseId::mach_destroy);
  };
  if (is_reserved(frame)) return offer(KernReturn::success);
  if (is_gone(moves.state(), frame)) return offer(KernReturn::invalid_name);
  offer_code(moves, thread, frame, KernReturn::success, ClauseId::mach_destroy,
             [&](State& next) { delete_name(next, frame.name); });
}

// What the kernel answers to the insertion of a right, and what becomes of the right that was read in.
struct Insertion {
  enum Effect : std::uint8_t {
    nothing,
    one_more,  // the send right under its own name gets a user reference
    lose_one,  // the user reference that was read in is lost
    notify,    // the send-once right that was made is destroyed, and tells the port so
    unspecified,
  };
  KernReturn result;
  Effect effect = nothing;
};

// The table of facts mach-xnu 1, for rights that a script of this vocabulary can hold: `own`, the right is
// inserted under its own name; else under a name that is taken.
Insertion insertion(const Name& right, Disposition disposition, bool own) {
  using enum KernReturn;
  const bool receives = right.receive != 0;
  const bool sends = right.refs > 0;
  switch (right.kind) {
    case Name::unused:
    case Name::gone:
      return {invalid_name};
    case Name::port_set:
      return {invalid_right};
    case Name::dead:
      switch (disposition) {
        case Disposition::make_send:
          return {own ? invalid_capability : invalid_right};
        case Disposition::copy_send:
          return {invalid_capability};
        case Disposition::move_send:
        case Disposition::move_send_once:
          return {invalid_capability, Insertion::lose_one};
        default:
          return {invalid_right};
      }
    case Name::port:
      break;
  }
  switch (disposition) {
    case Disposition::make_send:
      if (!receives) return {invalid_right};
      return own ? Insertion{success, Insertion::one_more} : Insertion{right_exists};
    case Disposition::copy_send:
      if (!sends) return {invalid_right};
      return own ? Insertion{success, Insertion::one_more} : Insertion{right_exists};
    case Disposition::move_send:
      if (!sends) return {invalid_right};
      if (own) return {success};
      // A send right that was the last of its name is gone before the taken name is met.
      return {receives || right.refs > 1 ? right_exists : name_exists, Insertion::lose_one};
    case Disposition::make_send_once:
      return receives ? Insertion{name_exists, Insertion::notify} : Insertion{invalid_right};
    case Disposition::move_send_once:
      return {invalid_right};
    case Disposition::move_receive:
      return receives ? Insertion{success, Insertion::unspecified} : Insertion{invalid_right};
  }
  return {invalid_right};
}

// MACH_PORT_NULL and MACH_PORT_DEAD are no names to insert under. A right that cannot be read in fails before
// that; a dead one is seen to be dead only after.
Insertion under_reserved_name(const Insertion& answer, Disposition disposition) {
  using enum KernReturn;
  const KernReturn early = answer.result;
  if (early == invalid_right || early == invalid_name) return answer;
  if (early == invalid_capability) return {invalid_value, answer.effect};
  switch (disposition) {
    case Disposition::move_send:
      return {invalid_value, Insertion::lose_one};
    case Disposition::make_send_once:
      return {invalid_value, Insertion::notify};
    case Disposition::move_receive:
      return {invalid_value, Insertion::unspecified};
    default:
      return {invalid_value};
  }
}

// The message that tells a port of a send-once right's end. The queue's limit does not hold for it.
bool enqueue_send_once_notification(Name& name) {
  constexpr std::uint16_t kId = 71;
  constexpr std::uint16_t kWords = 24 / 4;
  if (name.queued == limits::queue) return false;
  name.queue[name.queued++] = {kId, kWords};
  return true;
}

void insert_right(State& state, const Frame& frame, Insertion::Effect effect) {
  Name& right = state.names[frame.bind];
  if (effect == Insertion::one_more)
    set_references(state, frame.bind, std::min<std::int32_t>(right.refs + 1, kPegged));
  if (effect == Insertion::lose_one) drop_reference(state, frame.bind);
  if (effect == Insertion::notify) enqueue_send_once_notification(right);
}

// The right stands in `bind`, the name to insert it under in `name`.
void offer_insert_right(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const auto disposition = static_cast<Disposition>(frame.choice);
  if (frame.bind == none)
    return offer_code(moves, thread, frame, KernReturn::invalid_name, ClauseId::mach_insert_right);
  const Name& right = state.names[frame.bind];
  const bool own = frame.name == frame.bind;
  const bool taken = frame.name != none && state.names[frame.name].kind != Name::gone;
  Insertion answer = insertion(right, disposition, own);
  if (frame.name == none) answer = under_reserved_name(answer, disposition);
  if (!own && !taken && frame.name != none)
    return moves.unspecified("mach_port_insert_right under a name that is not taken");
  if (answer.effect == Insertion::unspecified)
    return moves.unspecified("mach_port_insert_right of a receive right");
  if (answer.effect == Insertion::notify && right.queued == limits::queue)
    return moves.unspecified("a notification beyond the queue limit");
  offer_code(moves, thread, frame, answer.result, ClauseId::mach_insert_right,
             [&](State& next) { insert_right(next, frame, answer.effect); });
}

bool may_send(const Name& name, Disposition disposition) {
  if (name.kind != Name::port) return false;
  switch (disposition) {
    case Disposition::copy_send:
    case Disposition::move_send:
      return name.refs > 0;
    case Disposition::make_send:
    case Disposition::make_send_once:
      return name.receive != 0;
    default:
      return false;
  }
}

void offer_send(Moves& moves, ThreadId thread, const Frame& frame) {
  const bool within =
      frame.x >= 0 && frame.x <= limits::message_id && frame.y >= 24 && frame.y <= limits::message_size;
  if (!within || frame.y % 4 != 0) return moves.limit("message_id or message_size");
  const auto disposition = static_cast<Disposition>(frame.choice);
  const auto offer = [&](KernReturn result) {
    offer_code(moves, thread, frame, result, ClauseId::mach_send);
  };
  if (disposition == Disposition::move_receive) return offer(KernReturn::send_invalid_header);
  if (is_reserved(frame) || !may_send(moves.state().names[frame.name], disposition))
    return offer(KernReturn::send_invalid_dest);
  const Name& name = moves.state().names[frame.name];
  const bool full = name.queued == limits::queue;
  if (disposition == Disposition::make_send_once && full)
    return moves.unspecified("a send-once right's message beyond the queue limit");
  if (name.receive == 0) return moves.unspecified("a message to another task's port");
  if (full) {
    // The message comes back to the sender, with the destination's right as a send right in his space.
    return offer_code(
        moves, thread, frame, KernReturn::send_timed_out, ClauseId::mach_send_full, [&](State& next) {
          if ((frame.flags & waits_when_full) != 0) let_time_pass(next);
          const bool one_more = disposition != Disposition::move_send;
          set_references(next, frame.name, std::min<std::int32_t>(name.refs + (one_more ? 1 : 0), kPegged));
        });
  }
  offer_code(moves, thread, frame, KernReturn::success, ClauseId::mach_send, [&](State& next) {
    Name& to = next.names[frame.name];
    to.queue[to.queued++] = {static_cast<std::uint16_t>(frame.x), static_cast<std::uint16_t>(frame.y / 4)};
    if (disposition == Disposition::move_send) drop_reference(next, frame.name);
  });
}

}  // namespace

void kill_receive_right(State& state, std::uint8_t slot) {
  Name& name = state.names[slot];
  name.receive = 0;
  name.queued = 0;
  for (auto& message : name.queue) message = {};
  if (name.refs == 0) return delete_name(state, slot);
  name.kind = Name::dead;
  if (name.request == 0) return;
  name.request = 0;
  if (name.refs < kPegged) ++name.refs;
  if (state.notice_count == notices_max) {
    state.exceeded = 1;
    return;
  }
  state.notices[state.notice_count++] = {slot, 0};
}

void drop_reference(State& state, std::uint8_t slot) {
  const Name& name = state.names[slot];
  if (name.refs == 0 || name.refs == kPegged) return;
  set_references(state, slot, name.refs - 1);
}

void mach_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (static_cast<Function>(frame.function)) {
    case Function::mach_port_allocate:
      return offer_allocate(moves, thread, frame);
    case Function::mach_port_insert_right:
      return offer_insert_right(moves, thread, frame);
    case Function::mach_port_mod_refs:
      return offer_mod_refs(moves, thread, frame);
    case Function::mach_port_deallocate:
      return offer_deallocate(moves, thread, frame);
    case Function::mach_port_destroy:
      return offer_destroy(moves, thread, frame);
    case Function::mach_port_type:
      return offer_type(moves, thread, frame);
    case Function::mach_port_get_refs:
      return offer_get_refs(moves, thread, frame);
    case Function::mach_msg_send:
      return offer_send(moves, thread, frame);
    default:
      return;
  }
}

}  // namespace portunus::model
