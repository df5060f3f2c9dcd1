// Creation and the registry: facts cfmachport 1 to 3.
#include "model/step/step.h"

namespace portunus::model {
namespace {

// How far a creation has come. `undo_hit` and `undo_dead` give the new object up again; the last four return.
enum Pc : std::uint8_t {
  begun,
  checked,
  allocated,
  retained,
  undo_hit,
  undo_dead,
  refused_set,
  refused,
  zombie,
  hit,
  made
};
// In `flags`, above the bits of the context.
enum Flags : std::uint8_t { released = 0x20, name_receives = 0x40 };

bool is_create(const Frame& frame) {
  return frame.function == static_cast<std::uint8_t>(Function::CFMachPortCreate);
}

void offer_result(Moves& moves, ThreadId thread, const Frame& frame, std::uint8_t port, bool should_free,
                  ClauseId clause) {
  const bool out_given = (frame.flags & create_out) != 0;
  const Value free_info = out_given ? boolean_value(should_free) : make_value(Type::boolean, Value::absent);
  const Value results[] = {port_value(port), free_info};
  offer_return(moves, thread, frame, results, clause);
}

// A name that nothing can be made for.
bool is_refused(const State& state, const Frame& frame) {
  if (frame.name == none) return true;
  const Name::Kind kind = state.names[frame.name].kind;
  return kind == Name::gone || kind == Name::dead;
}

// The memory is there: everything that stands before the context's retain.
void begin_object(State& state, ThreadId thread, const Frame& frame) {
  Frame& own = top(state, thread);
  own.pc = allocated;
  state.ports[frame.bind].life = Port::creating;
  if (!is_create(frame)) {
    if (state.names[frame.name].receive != 0) own.flags |= name_receives;
    return;
  }
  own.name = new_name(state);
  make_port(state, own.name);
  Name& name = state.names[own.name];
  name.refs = 1;
  ++state.kernel_ports[name.object].mscount;
  own.flags |= name_receives;
}

void offer_allocation(Moves& moves, ThreadId thread, const Frame& frame) {
  if (frame.choice == static_cast<std::uint8_t>(Allocator::failing))
    return offer_result(moves, thread, frame, none, true, ClauseId::create_allocation_fails);
  const Label label = allocate_label(thread, make_object(ObjectClass::port, frame.bind));
  if (State* next = moves.observe_allocation(label, ClauseId::create_allocates_first))
    begin_object(*next, thread, frame);
}

void offer_begin(Moves& moves, ThreadId thread, const Frame& frame) {
  if (is_create(frame)) return offer_allocation(moves, thread, frame);
  const State& state = moves.state();
  if (is_refused(state, frame)) return offer_result(moves, thread, frame, none, true, ClauseId::wrap_refuses);
  if (state.names[frame.name].kind == Name::port_set) {
    const Label log = log_label(thread, LogLevel::error, LogKind::bad_port);
    if (State* next = moves.observe_log(log, ClauseId::wrap_port_set_log))
      top(*next, thread).pc = refused_set;
    return;
  }
  if (State* next = moves.silent(ClauseId::wrap_refuses)) top(*next, thread).pc = checked;
}

// The name was found to be a port's, which it need not be any more.
void offer_lookup(Moves& moves, ThreadId thread, const Frame& frame) {
  const std::uint8_t registered = find_registered(moves.state(), frame.name);
  if (registered == none) return offer_allocation(moves, thread, frame);
  if (State* next = moves.silent(ClauseId::wrap_same_object)) {
    ++next->ports[registered].count;
    top(*next, thread).pc = hit;
    top(*next, thread).port = registered;
  }
}

void offer_retain(Moves& moves, ThreadId thread, const Frame& frame) {
  if ((frame.x & context_retain) == 0) {
    if (State* next = moves.silent(ClauseId::create_returns_new)) top(*next, thread).pc = retained;
    return;
  }
  const Value arguments[] = {info_value(frame.info)};
  if (State* next =
          moves.observe(enter_label(thread, Callback::retain, arguments), ClauseId::create_retains_once)) {
    enter_client(*next, thread, Callback::retain, retained);
  }
}

// The object becomes a registered, Ready one; its watch is armed if the variant watches such a name.
void register_object(State& state, ThreadId thread, const Frame& frame, bool watched) {
  Port& port = state.ports[frame.bind];
  port.life = Port::ready;
  port.name = frame.name;
  port.owned = is_create(frame) ? 1 : 0;
  port.count = 2;
  port.info = frame.info;
  port.callout = (frame.flags & create_callout) != 0 ? 1 : 0;
  port.context = static_cast<std::uint8_t>(frame.x & 0xff);
  port.version = static_cast<std::uint8_t>(frame.x >> 8 & 0xff);
  port.had_receive = (frame.flags & name_receives) != 0 ? 1 : 0;
  register_port(state, frame.bind);
  if (watched) {
    port.watch = Port::armed;
    state.names[frame.name].request = request_watch;
    state.names[frame.name].record |= record_present;
  }
  Frame& own = top(state, thread);
  own.pc = made;
  own.port = frame.bind;
}

void offer_registration(Moves& moves, ThreadId thread, const Frame& frame) {
  if (moves.state().names[frame.name].refs > 0) {
    if (State* next = moves.silent(ClauseId::create_returns_new)) register_object(*next, thread, frame, true);
    return;
  }
  moves.each(Switch::receive_only_watch, [&](int noticed) {
    if (State* next = moves.silent(ClauseId::create_returns_new))
      register_object(*next, thread, frame, noticed != 0);
  });
}

// The port died while the object was made.
void offer_death(Moves& moves, ThreadId thread, const Frame& frame) {
  moves.each(Switch::death_during_creation, [&](int undo) {
    State* next = moves.silent(ClauseId::create_death_during);
    if (next == nullptr) return;
    if (undo != 0) {
      top(*next, thread).pc = undo_dead;
      return;
    }
    register_object(*next, thread, frame, false);
    next->ports[frame.bind].count = 1;
    top(*next, thread).pc = zombie;
  });
}

// After the retain: another object of the name may have been registered meanwhile, or the port have died.
void offer_after_retain(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const std::uint8_t other = find_registered(state, frame.name);
  if (!denotes_port(state.names[frame.name])) return offer_death(moves, thread, frame);
  if (other == none) return offer_registration(moves, thread, frame);
  moves.each(Switch::retain_under_registry_lock, [&](int value) {
    if (value != 2) return offer_registration(moves, thread, frame);
    if (State* next = moves.silent(ClauseId::create_nested_same_name)) {
      ++next->ports[other].count;
      top(*next, thread).pc = undo_hit;
      top(*next, thread).port = other;
    }
  });
}

// The new object is given up: its info released if it was retained, for else it is still the caller's, who is
// told to free it; then its memory is freed, and the creation goes on at `then`.
void offer_undoing(Moves& moves, ThreadId thread, const Frame& frame, Pc then, ClauseId clause) {
  if ((frame.flags & released) == 0) {
    Frame after = frame;
    after.flags |= released;
    constexpr std::int32_t both = context_retain | context_release;
    return offer_info_release(moves, thread, frame.info, (frame.x & both) == both, after, clause);
  }
  const Label label = deallocate_label(thread, make_object(ObjectClass::port, frame.bind));
  if (State* next = moves.observe_allocation(label, clause)) {
    next->ports[frame.bind].life = Port::freed;
    next->ports[frame.bind].name = frame.name;
    top(*next, thread).pc = then;
    if (is_create(frame)) drop_rights(*next, thread, frame.bind);
  }
}

}  // namespace

bool creates_under_lock(const State& state, ThreadId thread) {
  const Thread& on = state.threads[thread];
  for (int depth = 0; depth + 1 < on.depth; ++depth) {
    const Frame& frame = on.frames[depth];
    const bool creates =
        is_create(frame) || frame.function == static_cast<std::uint8_t>(Function::CFMachPortCreateWithPort);
    if (frame.op == Op::call && creates && frame.pc == retained) return true;
  }
  return false;
}

void offer_lock_crash(Moves& moves, ThreadId thread) {
  for (const CrashKind kind :
       {CrashKind::segv, CrashKind::bus, CrashKind::ill, CrashKind::trap, CrashKind::abort})
    if (State* next = moves.observe(crash_label(thread, kind), ClauseId::create_registry_lock))
      next->threads[thread].life = Thread::finished;
}

void create_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (frame.pc) {
    case begun:
      return with_registry(moves, thread, [&] { offer_begin(moves, thread, frame); });
    case checked:
      return offer_lookup(moves, thread, frame);
    case allocated:
      return offer_retain(moves, thread, frame);
    case retained:
      return offer_after_retain(moves, thread, frame);
    case undo_hit:
      return offer_undoing(moves, thread, frame, hit, ClauseId::create_nested_same_name);
    case undo_dead:
      return offer_undoing(moves, thread, frame, refused, ClauseId::create_death_during);
    case refused_set:
      return offer_result(moves, thread, frame, none, true, ClauseId::wrap_refuses_port_set);
    case refused:
      return offer_result(moves, thread, frame, none, true, ClauseId::create_death_during);
    case zombie:
      return offer_result(moves, thread, frame, none, false, ClauseId::create_death_during);
    case hit:
      return offer_result(moves, thread, frame, frame.port, true, ClauseId::wrap_same_object);
    case made:
      return offer_result(moves, thread, frame, frame.port, false, ClauseId::create_returns_new);
    default:
      return;
  }
}

}  // namespace portunus::model
