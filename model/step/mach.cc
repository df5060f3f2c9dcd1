// The kernel's calls on names and user references, within one task: facts mach-xnu 1 and 2, facts gnumach 7.
#include "model/step/mach.h"

#include <algorithm>

namespace portunus::model {
namespace {

std::int32_t rights_of(const Name& name) {
  switch (name.kind) {
    case Name::port_set:
      return right_port_set;
    case Name::dead:
      return right_dead_name;
    case Name::send_once:
      return right_send_once | (is_requested(name) ? right_dnrequest : 0);
    case Name::port:
      return (name.refs > 0 ? right_send : 0) | (name.receive != 0 ? right_receive : 0) |
             (is_requested(name) ? right_dnrequest : 0);
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
      return name.kind == Name::send_once ? 1 : 0;
    case Right::port_set:
      return name.kind == Name::port_set ? 1 : 0;
    case Right::dead_name:
      return name.kind == Name::dead ? name.refs : 0;
  }
  return 0;
}

// Requires that the name has no right.
void enter_new(State& state, std::uint8_t slot, Right right) {
  if (right == Right::receive) return make_port(state, slot);
  Name& name = state.names[slot];
  name.kind = right == Right::port_set ? Name::port_set : Name::dead;
  name.refs = right == Right::dead_name ? 1 : 0;
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
  const std::uint8_t slot = new_name(*next);
  next->names[slot].handle = frame.bind;
  enter_new(*next, slot, right);
}

void offer_unused_name(Moves& moves, ThreadId thread, const Frame& frame) {
  const Value results[] = {make_value(Type::name, frame.bind)};
  State* next = moves.observe(return_label(thread, Function::mach_port_unused_name, results),
                              ClauseId::mach_allocate_name);
  if (next == nullptr) return;
  pop(*next, thread);
  Name& name = next->names[new_name(*next)];
  name.handle = frame.bind;
  name.kind = Name::gone;
  name.vacant = 1;
}

void offer_allocate_name(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto right = static_cast<Right>(frame.choice);
  const auto offer = [&](KernReturn result) {
    offer_code(moves, thread, frame, result, ClauseId::mach_allocate_name);
  };
  if (right == Right::send || right == Right::send_once || is_reserved(frame))
    return offer(KernReturn::invalid_value);
  if (right == Right::dead_name)
    return moves.unspecified("mach_port_allocate_name of a dead name, which gets another name");
  const Name& name = moves.state().names[frame.name];
  if (name.kind != Name::gone) return offer(KernReturn::name_exists);
  if (name.vacant == 0) return moves.unspecified("mach_port_allocate_name of a name that was in use");
  offer_code(moves, thread, frame, KernReturn::success, ClauseId::mach_allocate_name, [&](State& next) {
    next.names[frame.name].vacant = 0;
    enter_new(next, frame.name, right);
  });
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

// The call returns, and has looked at the name.
void offer_look(Moves& moves, ThreadId thread, const Frame& frame, std::span<const Value> results,
                ClauseId clause, Parts parts = {}) {
  const Label label = return_label(thread, static_cast<Function>(frame.function), results);
  if (State* next = moves.observe(label, clause, parts)) {
    if (!is_reserved(frame)) look(*next, frame.name);
    pop(*next, thread);
  }
}

void offer_type(Moves& moves, ThreadId thread, const Frame& frame) {
  // MACH_PORT_DEAD has the type of a dead name, MACH_PORT_NULL none.
  const bool dead = is_reserved(frame) && (frame.flags & name_is_dead) != 0;
  const bool known = is_reserved(frame) ? dead : !is_gone(moves.state(), frame.name);
  const std::int32_t rights = dead    ? std::int32_t{right_dead_name}
                              : known ? rights_of(moves.state().names[frame.name])
                                      : Value::any;
  const Value results[] = {code(known ? KernReturn::success : KernReturn::invalid_name),
                           make_value(Type::rights, rights)};
  const bool requested = known && !dead && (rights & right_dnrequest) != 0;
  constexpr Part watched[] = {{1, ClauseId::watch_request}};
  const ClauseId clause = rights_clause(moves.state(), frame, ClauseId::mach_type);
  offer_look(moves, thread, frame, results, clause,
             requested && moves.rules().strict ? Parts(watched) : Parts());
}

void offer_get_refs(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto right = static_cast<Right>(frame.choice);
  const bool sends = right == Right::send || right == Right::send_once;
  const bool known = is_reserved(frame) ? sends : !is_gone(moves.state(), frame.name);
  const std::int32_t count = !known               ? Value::any
                             : is_reserved(frame) ? 1
                                                  : references(moves.state().names[frame.name], right);
  const Value results[] = {code(known ? KernReturn::success : KernReturn::invalid_name),
                           make_value(Type::integer, count)};
  offer_look(moves, thread, frame, results, rights_clause(moves.state(), frame, ClauseId::mach_get_refs));
}

// What mod_refs answers for a counted right, and the user references after it.
struct Counted {
  KernReturn result;
  std::int32_t after;
  ClauseId clause = ClauseId::mach_mod_refs;
};

Counted count_on_xnu(std::int32_t before, std::int32_t delta) {
  if (delta > references_max || delta < -references_max) return {KernReturn::invalid_value, before};
  if (before == references_max)
    return {KernReturn::success, delta == -references_max ? 0 : before, ClauseId::mach_references_pegged};
  if (delta < -before) return {KernReturn::invalid_value, before};
  if (before + delta <= references_max) return {KernReturn::success, before + delta};
  return {KernReturn::success, references_max, ClauseId::mach_references_pegged};
}

Counted count_on_gnumach(std::int32_t before, std::int32_t delta, std::int32_t most) {
  if (delta > most - before) return {KernReturn::urefs_overflow, before, ClauseId::mach_references_overflow};
  if (delta < -before) return {KernReturn::invalid_value, before};
  return {KernReturn::success, before + delta};
}

// mod_refs of a counted right: a send right or a dead name.
void offer_counted(Moves& moves, ThreadId thread, const Frame& frame) {
  const Kernel kernel = moves.rules().kernel;
  const Name& name = moves.state().names[frame.name];
  const std::int32_t most = name.kind == Name::dead ? references_max : send_references_max(kernel);
  const Counted counted = kernel == Kernel::gnumach ? count_on_gnumach(name.refs, frame.x, most)
                                                    : count_on_xnu(name.refs, frame.x);
  offer_code(moves, thread, frame, counted.result, counted.clause, [&](State& next) {
    look(next, frame.name);
    if (counted.after != name.refs) Space(next, kernel).set_references(frame.name, counted.after);
  });
}

void offer_mod_refs(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto right = static_cast<Right>(frame.choice);
  const auto offer = [&](KernReturn result) {
    offer_code(moves, thread, frame, result, ClauseId::mach_mod_refs, [&](State& next) {
      if (!is_reserved(frame)) look(next, frame.name);
    });
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
  const Kernel kernel = moves.rules().kernel;
  const bool dead_name = kernel == Kernel::gnumach && right == Right::receive && name.refs > 0 &&
                         moves.state().kernel_ports[name.object].destroyed != none;
  const ClauseId clause = dead_name ? ClauseId::mach_destroyed_dead_name : ClauseId::mach_mod_refs;
  offer_code(moves, thread, frame, KernReturn::success, clause, [&](State& next) {
    Space space(next, kernel);
    right == Right::receive ? space.end_receive(frame.name) : space.end(frame.name);
  });
}

void offer_deallocate(Moves& moves, ThreadId thread, const Frame& frame) {
  const Kernel kernel = moves.rules().kernel;
  const auto offer = [&](KernReturn result) {
    offer_code(moves, thread, frame, result, ClauseId::mach_deallocate);
  };
  if (is_reserved(frame)) return offer(KernReturn::success);
  const Name& name = moves.state().names[frame.name];
  if (name.kind == Name::gone) return offer(KernReturn::invalid_name);
  if (name.kind == Name::port && name.refs == 0) return offer(KernReturn::invalid_right);
  if (name.kind == Name::port_set && kernel == Kernel::gnumach)
    return offer_code(moves, thread, frame, KernReturn::invalid_right, ClauseId::mach_deallocate_port_set);
  offer_code(moves, thread, frame, KernReturn::success, ClauseId::mach_deallocate, [&](State& next) {
    look(next, frame.name);
    Space space(next, kernel);
    const bool counted = name.kind == Name::port || name.kind == Name::dead;
    counted ? space.drop_reference(frame.name) : space.end(frame.name);
  });
}

void offer_destroy(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto offer = [&](KernReturn result) {
    offer_code(moves, thread, frame, result, ClauseId::mach_destroy);
  };
  if (is_reserved(frame)) return offer(KernReturn::success);
  if (is_gone(moves.state(), frame.name)) return offer(KernReturn::invalid_name);
  offer_code(moves, thread, frame, KernReturn::success, ClauseId::mach_destroy,
             [&](State& next) { Space(next, moves.rules().kernel).end(frame.name); });
}

// MACH_PORT_NULL and MACH_PORT_DEAD, where the kernel knows them as little as any other name it has not given
// out.
void offer_unknown(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto function = static_cast<Function>(frame.function);
  const Value refused = code(KernReturn::invalid_name);
  const Value type[] = {refused, make_value(Type::rights, Value::any)};
  const Value count[] = {refused, make_value(Type::integer, Value::any)};
  std::span<const Value> results = {&refused, 1};
  if (function == Function::mach_port_type) results = type;
  if (function == Function::mach_port_get_refs) results = count;
  offer_return(moves, thread, frame, results, ClauseId::mach_reserved_names);
}

void offer_on_name(Moves& moves, ThreadId thread, const Frame& frame) {
  if (is_reserved(frame) && moves.rules().kernel == Kernel::gnumach)
    return offer_unknown(moves, thread, frame);
  switch (static_cast<Function>(frame.function)) {
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
    default:
      return;
  }
}

}  // namespace

Value code(KernReturn result) {
  return make_value(Type::kern_return, static_cast<std::int32_t>(result));
}

void offer_code(Moves& moves, ThreadId thread, const Frame& frame, KernReturn result, ClauseId clause) {
  offer_code(moves, thread, frame, result, clause, [](State&) {});
}

void offer_after(Moves& moves, ThreadId thread, const Frame& frame, const State& after,
                 const Results& results, Parts parts) {
  const Label label =
      return_label(thread, static_cast<Function>(frame.function), {results.values, results.count});
  if (State* next = moves.observe(label, results.clause, parts)) {
    *next = after;
    pop(*next, thread);
  }
}

bool is_reserved(const Frame& frame) {
  return frame.name == none;
}

bool is_gone(const State& state, std::uint8_t slot) {
  return state.names[slot].kind == Name::gone;
}

bool is_dead(const Frame& frame, int place) {
  return (frame.flags & name_is_dead >> place) != 0;
}

bool belongs_to_object(const State& state, std::uint8_t slot) {
  return std::any_of(std::begin(state.ports), std::end(state.ports), [&](const Port& port) {
    return port.name == slot && port.life != Port::absent && port.life != Port::freed;
  });
}

void look(State& state, std::uint8_t slot) {
  state.names[slot].unaware = 0;
}

bool waits_in_mach(const State& state, ThreadId thread) {
  const Thread& on = state.threads[thread];
  if (on.depth == 0 || on.frames[on.depth - 1].op != Op::call) return false;
  switch (static_cast<Function>(on.frames[on.depth - 1].function)) {
    case Function::mach_msg_send:
    case Function::mach_msg_send_rights:
      return waits_for_room(state, thread);
    case Function::mach_msg_receive:
      return waits_for_message(state, thread);
    default:
      return false;
  }
}

void mach_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (static_cast<Function>(frame.function)) {
    case Function::mach_port_allocate:
      return offer_allocate(moves, thread, frame);
    case Function::mach_port_unused_name:
      return offer_unused_name(moves, thread, frame);
    case Function::mach_port_allocate_name:
      return offer_allocate_name(moves, thread, frame);
    case Function::mach_port_insert_right:
      return insert_right_moves(moves, thread, frame);
    case Function::mach_port_extract_right:
      return extract_right_moves(moves, thread, frame);
    case Function::mach_port_insert_member:
    case Function::mach_port_extract_member:
    case Function::mach_port_move_member:
      return member_moves(moves, thread, frame);
    case Function::mach_port_get_set_status:
      return set_status_moves(moves, thread, frame);
    case Function::mach_port_get_attributes:
    case Function::mach_port_set_attributes:
    case Function::mach_port_set_mscount:
    case Function::mach_port_set_seqno:
      return attribute_moves(moves, thread, frame);
    case Function::mach_port_request_notification:
      return request_moves(moves, thread, frame);
    case Function::mach_msg_send:
    case Function::mach_msg_send_rights:
      return send_moves(moves, thread, frame);
    case Function::mach_msg_receive:
      return receive_moves(moves, thread, frame);
    default:
      return offer_on_name(moves, thread, frame);
  }
}

}  // namespace portunus::model
