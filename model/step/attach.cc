// Sources and their modes: facts cfmachport 4, 8 and 12.
#include <algorithm>
#include <bit>

#include "model/step/step.h"

namespace portunus::model {
namespace {

enum Pc : std::uint8_t { begun, returning };

// The source in the mode (a bit of `modes`, or in_common) that is the source or equal to it, or none.
std::uint8_t find_equal(const State& state, std::uint8_t loop, std::uint8_t mode_bit, std::uint8_t source) {
  if ((state.sources[source].modes[loop] & mode_bit) != 0) return source;
  for (std::uint8_t other = 0; other < limits::sources; ++other)
    if ((state.sources[other].modes[loop] & mode_bit) != 0 && are_equal_sources(state, source, other))
      return other;
  return none;
}

// Messages of the source's port no longer go to any source in the mode: the mode keeps ports by name.
void stop_listening(State& state, std::uint8_t loop, std::uint8_t mode_bit, std::uint8_t source) {
  const std::uint8_t name = state.ports[state.sources[source].port].name;
  for (Source& other : state.sources)
    if (other.port != none && state.ports[other.port].name == name)
      other.listening[loop] = static_cast<std::uint8_t>(other.listening[loop] & ~mode_bit);
}

void add_to(State& state, std::uint8_t loop, std::uint8_t mode_bit, std::uint8_t source) {
  // A mode exists once something was to be added to it.
  if (mode_bit != in_common) state.existing[loop] |= static_cast<std::uint8_t>(mode_bit & ~1);
  if (find_equal(state, loop, mode_bit, source) != none) return;
  Source& own = state.sources[source];
  ++own.count;
  own.modes[loop] |= mode_bit;
  if (mode_bit == in_common) return;
  stop_listening(state, loop, mode_bit, source);
  if (state.names[state.ports[own.port].name].receive != 0) own.listening[loop] |= mode_bit;
}

void remove_from(State& state, std::uint8_t loop, std::uint8_t mode_bit, std::uint8_t source) {
  const std::uint8_t found = find_equal(state, loop, mode_bit, source);
  if (found == none) return;
  Source& own = state.sources[found];
  --own.count;
  own.modes[loop] = static_cast<std::uint8_t>(own.modes[loop] & ~mode_bit);
  if (mode_bit != in_common) stop_listening(state, loop, mode_bit, found);
}

// Does `change` for the mode, or for the loop's common items and each of its common modes.
template <class F>
void for_mode(const State& state, std::uint8_t loop, std::uint8_t mode, F change) {
  if (mode != mode_common) return change(static_cast<std::uint8_t>(1u << mode));
  change(in_common);
  for (std::uint8_t common = 0; common < limits::modes; ++common)
    if (is_common(state, loop, common)) change(static_cast<std::uint8_t>(1u << common));
}

void offer_source(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const Port& port = state.ports[frame.port];
  const auto offer = [&](std::uint8_t source, ClauseId clause) {
    const Value results[] = {source_value(source)};
    offer_return(moves, thread, frame, results, clause);
  };
  const ClauseId made = frame.flags != 0 ? ClauseId::source_replaced : ClauseId::source_new;
  if (frame.pc == returning)
    return offer(frame.source, frame.source == frame.bind ? made : ClauseId::source_same);
  if (port.life != Port::ready || !denotes_port(state.names[port.name]))
    return offer(none, ClauseId::source_refused);
  if (port.source != none && state.sources[port.source].life != Source::valid) {
    // It is dropped, and may be freed; then the call goes on as if there had been none.
    if (State* next = moves.silent(ClauseId::source_replaced)) {
      top(*next, thread).flags = 1;
      next->ports[frame.port].source = none;
      release_source(*next, thread, port.source);
    }
    return;
  }
  if (port.source != none) {
    if (State* next = moves.silent(ClauseId::source_same)) {
      ++next->sources[port.source].count;
      top(*next, thread).pc = returning;
      top(*next, thread).source = port.source;
    }
    return;
  }
  if (frame.choice == static_cast<std::uint8_t>(Allocator::failing))
    return offer(none, ClauseId::source_allocation_fails);
  const Label label = allocate_label(thread, make_object(ObjectClass::source, frame.bind));
  if (State* next = moves.observe_allocation(label, made)) {
    Source& source = next->sources[frame.bind];
    source.life = Source::valid;
    source.port = frame.port;
    source.count = 2;
    source.order = frame.x;
    ++next->ports[frame.port].count;
    next->ports[frame.port].source = frame.bind;
    top(*next, thread).pc = returning;
    top(*next, thread).source = frame.bind;
  }
}

void offer_source_invalidation(Moves& moves, ThreadId thread, const Frame& frame) {
  if (frame.pc == returning) return offer_return(moves, thread, frame, {}, ClauseId::source_invalidated);
  if (State* next = moves.silent(ClauseId::source_invalidated)) {
    if (next->sources[frame.source].life == Source::valid) invalidate_source(*next, frame.source);
    top(*next, thread).pc = returning;
  }
}

void offer_add(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const Source& source = state.sources[frame.source];
  if (frame.pc == returning) return offer_return(moves, thread, frame, {}, ClauseId::mode_add);
  if (source.life != Source::valid) return offer_return(moves, thread, frame, {}, ClauseId::mode_add_invalid);
  const auto add = [&](State& next) {
    for_mode(next, frame.loop, frame.mode,
             [&](std::uint8_t bit) { add_to(next, frame.loop, bit, frame.source); });
    top(next, thread).pc = returning;
  };
  // The kernel refuses such a port in the mode's set.
  const bool deaf = state.names[state.ports[source.port].name].receive == 0;
  if (!deaf || (state.logged & logged_no_receive_right) != 0) {
    if (State* next = moves.silent(ClauseId::mode_add)) add(*next);
    return;
  }
  moves.each(Switch::no_receive_right_log, [&](int logs) {
    const Label log = log_label(thread, LogLevel::error, LogKind::no_receive_right);
    State* next = logs != 0 ? moves.observe_log(log, ClauseId::mode_receive_right_log)
                            : moves.silent(ClauseId::mode_add);
    if (next == nullptr) return;
    if (logs != 0) next->logged |= logged_no_receive_right;
    add(*next);
  });
}

// Removed from the common modes, a source leaves the common items and every mode that is common, if it was
// one of the items.
void remove_source(State& state, const Frame& frame) {
  if (frame.mode == mode_common && find_equal(state, frame.loop, in_common, frame.source) == none) return;
  for_mode(state, frame.loop, frame.mode,
           [&](std::uint8_t bit) { remove_from(state, frame.loop, bit, frame.source); });
}

void offer_remove(Moves& moves, ThreadId thread, const Frame& frame) {
  const Label label = return_label(thread, Function::CFRunLoopRemoveSource, {});
  if (State* next = moves.observe(label, ClauseId::mode_remove)) {
    remove_source(*next, frame);
    pop(*next, thread);
  }
}

void declare_common(State& state, std::uint8_t loop, std::uint8_t mode) {
  if (is_common(state, loop, mode)) return;
  const auto bit = static_cast<std::uint8_t>(1u << mode);
  state.common[loop] |= bit;
  for (std::uint8_t source = 0; source < limits::sources; ++source)
    if ((state.sources[source].modes[loop] & in_common) != 0) add_to(state, loop, bit, source);
}

void offer_common_mode(Moves& moves, ThreadId thread, const Frame& frame) {
  if (frame.mode == mode_common) return moves.unspecified("the common modes, declared to be a common mode");
  if (State* next = moves.observe(return_label(thread, Function::CFRunLoopAddCommonMode, {}),
                                  ClauseId::mode_declared)) {
    declare_common(*next, frame.loop, frame.mode);
    pop(*next, thread);
  }
}

// While its port is being invalidated, the order of invalidation says what a source is and where.
ClauseId membership_clause(const State& state, std::uint8_t source, ClauseId otherwise) {
  return state.ports[state.sources[source].port].life == Port::invalidating ? ClauseId::invalidate_source
                                                                            : otherwise;
}

void offer_contains(Moves& moves, ThreadId thread, const Frame& frame) {
  const std::uint8_t bit =
      frame.mode == mode_common ? in_common : static_cast<std::uint8_t>(1u << frame.mode);
  const Value results[] = {boolean_value(find_equal(moves.state(), frame.loop, bit, frame.source) != none)};
  offer_return(moves, thread, frame, results,
               membership_clause(moves.state(), frame.source, ClauseId::mode_contains));
}

}  // namespace

void attach_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (static_cast<Function>(frame.function)) {
    case Function::CFMachPortCreateRunLoopSource:
      return offer_source(moves, thread, frame);
    case Function::CFRunLoopAddSource:
      return offer_add(moves, thread, frame);
    case Function::CFRunLoopRemoveSource:
      return offer_remove(moves, thread, frame);
    case Function::CFRunLoopContainsSource:
      return offer_contains(moves, thread, frame);
    case Function::CFRunLoopAddCommonMode:
      return offer_common_mode(moves, thread, frame);
    case Function::CFRunLoopSourceInvalidate:
      return offer_source_invalidation(moves, thread, frame);
    case Function::CFRunLoopSourceGetOrder: {
      const Value results[] = {make_value(Type::integer, moves.state().sources[frame.source].order)};
      return offer_return(moves, thread, frame, results, ClauseId::source_order);
    }
    case Function::CFRunLoopSourceIsValid: {
      const Value results[] = {boolean_value(moves.state().sources[frame.source].life == Source::valid)};
      return offer_return(moves, thread, frame, results,
                          membership_clause(moves.state(), frame.source, ClauseId::source_valid));
    }
    default:
      return;
  }
}

// The validity, the order and the name of the port.
bool are_equal_sources(const State& state, std::uint8_t a, std::uint8_t b) {
  const Source& x = state.sources[a];
  const Source& y = state.sources[b];
  return x.life == y.life && x.order == y.order && state.ports[x.port].name == state.ports[y.port].name;
}

bool loop_end_is_looked_at(const State& state, ThreadId ending, std::uint8_t index) {
  const Source& source = state.sources[index];
  if (source.modes[ending] == 0) return false;
  if (source.count <= std::popcount(source.modes[ending])) return true;
  return std::any_of(std::begin(state.threads), std::end(state.threads), [&](const Thread& thread) {
    if (thread.depth == 0) return false;
    const Frame& frame = thread.frames[thread.depth - 1];
    return frame.source == index || frame.port == source.port || frame.loop == ending;
  });
}

bool ends_loop(const State& state, ThreadId thread) {
  if (state.threads[thread].life != Thread::finished) return false;
  if (state.threads[thread].depth > 0) return true;
  for (std::uint8_t index = 0; index < limits::sources; ++index)
    if (loop_end_is_looked_at(state, thread, index)) return true;
  return false;
}

void finish_loop_end(State& state, ThreadId thread) {
  if (state.threads[thread].life != Thread::finished) return;
  for (Source& source : state.sources) {
    source.count = static_cast<std::uint8_t>(source.count - std::popcount(source.modes[thread]));
    source.modes[thread] = 0;
    source.listening[thread] = 0;
  }
}

// The sources leave one by one, and what nobody else holds is freed on the ending thread. One that nobody
// looks at waits until somebody does, or there would be a state for each order of things.
void loop_end_moves(Moves& moves, ThreadId thread) {
  for (std::uint8_t index = 0; index < limits::sources; ++index) {
    if (!loop_end_is_looked_at(moves.state(), thread, index)) continue;
    State* next = moves.silent(ClauseId::mode_thread_ends);
    if (next == nullptr) continue;
    Source& source = next->sources[index];
    release_sources(*next, thread, index, std::popcount(source.modes[thread]));
    source.modes[thread] = 0;
    source.listening[thread] = 0;
  }
}

void invalidate_source(State& state, std::uint8_t source) {
  for (std::uint8_t loop = 0; loop < limits::threads; ++loop) {
    for (int bit = 0; bit < 8; ++bit) {
      const auto mode_bit = static_cast<std::uint8_t>(1u << bit);
      if ((state.sources[source].modes[loop] & mode_bit) != 0) remove_from(state, loop, mode_bit, source);
    }
  }
  state.sources[source].life = Source::invalid;
}

}  // namespace portunus::model
