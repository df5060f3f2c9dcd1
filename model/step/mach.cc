// The kernel's calls on names and user references, within one task: facts mach-xnu 1 and 2, facts gnumach 7.
#include "model/step/mach.h"

#include <algorithm>

namespace portunus::model {
namespace {

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
  offer_code(moves, thread, frame, counted.result, counted.clause,
             [&](State& next) { set_references(next, frame.name, counted.after); });
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
    name.kind == Name::port_set ? delete_name(next, frame.name) : drop_reference(next, frame.name, kernel);
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

std::int32_t send_references_max(Kernel kernel) {
  return kernel == Kernel::gnumach ? references_max - 1 : references_max;
}

Value code(KernReturn result) {
  return make_value(Type::kern_return, static_cast<std::int32_t>(result));
}

void offer_code(Moves& moves, ThreadId thread, const Frame& frame, KernReturn result, ClauseId clause) {
  offer_code(moves, thread, frame, result, clause, [](State&) {});
}

bool is_reserved(const Frame& frame) {
  return frame.name == none;
}

void set_references(State& state, std::uint8_t slot, std::int32_t references) {
  Name& name = state.names[slot];
  name.refs = static_cast<std::uint16_t>(references);
  if (references == 0 && name.receive == 0) delete_name(state, slot);
}

void kill_receive_right(State& state, std::uint8_t slot) {
  Name& name = state.names[slot];
  name.receive = 0;
  name.queued = 0;
  for (auto& message : name.queue) message = {};
  if (name.refs == 0) return delete_name(state, slot);
  name.kind = Name::dead;
  if (name.request == 0) return;
  name.request = 0;
  if (name.refs < references_max) ++name.refs;
  if (state.notice_count == notices_max) {
    state.exceeded = 1;
    return;
  }
  state.notices[state.notice_count++] = {slot, 0};
}

void drop_reference(State& state, std::uint8_t slot, Kernel kernel) {
  const Name& name = state.names[slot];
  if (name.refs == 0) return;
  if (name.refs == references_max && kernel == Kernel::xnu) return;
  set_references(state, slot, name.refs - 1);
}

void mach_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (static_cast<Function>(frame.function)) {
    case Function::mach_port_allocate:
      return offer_allocate(moves, thread, frame);
    case Function::mach_port_insert_right:
      return insert_right_moves(moves, thread, frame);
    case Function::mach_msg_send:
      return send_moves(moves, thread, frame);
    default:
      return offer_on_name(moves, thread, frame);
  }
}

}  // namespace portunus::model
