// Invalidation, by hand and by a main-queue block, and the invalidation callback: facts cfmachport 5 and 7.
#include "model/step/step.h"

namespace portunus::model {
namespace {

// How far an invalidation has come. Its frame keeps the real info in `info` and the forgotten source in
// `source`.
enum Pc : std::uint8_t { begun, called, source_gone, info_gone, released };

enum CallPc : std::uint8_t { call_begun, call_returning };

enum SetPc : std::uint8_t { set_begun, set_looked, set_called };

void offer_callback(Moves& moves, ThreadId thread, const Frame& frame) {
  const std::uint8_t callback = moves.state().ports[frame.port].callback;
  if (callback == none) {
    if (State* next = moves.silent(ClauseId::invalidate_begins)) top(*next, thread).pc = called;
    return;
  }
  const Value arguments[] = {invalidation_value(callback), port_value(frame.port), info_value(frame.info)};
  if (State* next = moves.observe(enter_label(thread, Callback::invalidation, arguments),
                                  ClauseId::invalidate_callback))
    enter_client(*next, thread, Callback::invalidation, called);
}

// The source is invalidated, and the port's own reference to it dropped: it may be freed here.
void offer_source_end(Moves& moves, ThreadId thread, const Frame& frame) {
  State* next = moves.silent(ClauseId::invalidate_source);
  if (next == nullptr) return;
  top(*next, thread).pc = source_gone;
  if (frame.source == none) return;
  invalidate_source(*next, frame.source);
  release_source(*next, thread, frame.source);
}

void offer_end(Moves& moves, ThreadId thread, const Frame& frame) {
  if (State* next = moves.silent(ClauseId::invalidate_ends)) {
    next->ports[frame.port].life = Port::invalid;
    pop(*next, thread);
    release_port(*next, thread, frame.port);
  }
}

}  // namespace

void offer_info_release(Moves& moves, ThreadId thread, std::uint8_t info, bool set, const Frame& after,
                        ClauseId clause) {
  const auto skip = [&](ClauseId by) {
    if (State* next = moves.silent(by)) top(*next, thread) = after;
  };
  const auto call = [&](ClauseId by) {
    const Value arguments[] = {info_value(info)};
    if (State* next = moves.observe(enter_label(thread, Callback::release, arguments), by)) {
      top(*next, thread) = after;
      enter_client(*next, thread, Callback::release, after.pc);
    }
  };
  if (!set) return skip(clause);
  if (info != none) return call(clause);
  moves.each(Switch::release_of_null_info, [&](int omitted) {
    omitted != 0 ? skip(ClauseId::invalidate_null_info) : call(ClauseId::invalidate_null_info);
  });
}

void begin_invalidation(State& state, ThreadId thread, std::uint8_t index, bool info_is_cleared) {
  Port& port = state.ports[index];
  Frame frame = make_frame(Op::invalidate);
  frame.port = index;
  frame.info = port.info;
  frame.source = port.source;
  port.source = none;
  if (info_is_cleared) port.info = none;
  push(state, thread, frame);
}

void invalidate_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (frame.pc) {
    case begun:
      return offer_callback(moves, thread, frame);
    case called:
      return offer_source_end(moves, thread, frame);
    case source_gone: {
      if (State* next = moves.silent(ClauseId::context_info)) {
        next->ports[frame.port].info = none;
        top(*next, thread).pc = info_gone;
      }
      return;
    }
    case info_gone: {
      Frame after = frame;
      after.pc = released;
      const bool set = (moves.state().ports[frame.port].context & context_release) != 0;
      return offer_info_release(moves, thread, frame.info, set, after, ClauseId::invalidate_release);
    }
    case released:
      return offer_end(moves, thread, frame);
    default:
      return;
  }
}

void invalidate_call_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  if (frame.pc == call_returning) return offer_return(moves, thread, frame, {}, ClauseId::invalidate_ends);
  with_registry(moves, thread, [&] {
    if (moves.state().ports[frame.port].life != Port::ready)
      return offer_return(moves, thread, frame, {}, ClauseId::invalidate_once);
    moves.each(Switch::info_during_invalidation, [&](int cleared) {
      State* next = moves.silent(ClauseId::invalidate_begins);
      if (next == nullptr) return;
      // The registry's reference becomes the invalidation's own.
      next->ports[frame.port].life = Port::invalidating;
      unregister_port(*next, frame.port);
      cancel_watch(*next, frame.port);
      top(*next, thread).pc = call_returning;
      begin_invalidation(*next, thread, frame.port, cleared != 0);
    });
  });
}

void set_callback_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const Port& port = state.ports[frame.port];
  const bool sets = frame.choice != none;
  if (frame.pc == set_begun) {
    const bool warns = sets && !has_send(state.names[port.name]);
    State* next = warns ? moves.observe_log(log_label(thread, LogLevel::error, LogKind::no_send_rights),
                                            ClauseId::set_send_rights_log)
                        : moves.silent(ClauseId::set_stores);
    if (next != nullptr) top(*next, thread).pc = set_looked;
    return;
  }
  const auto offer_done = [&](ClauseId clause, bool store) {
    State* next =
        moves.observe(return_label(thread, Function::CFMachPortSetInvalidationCallBack, {}), clause);
    if (next == nullptr) return;
    if (store) next->ports[frame.port].callback = frame.choice;
    pop(*next, thread);
  };
  if (frame.pc == set_called)
    return offer_done(frame.flags != 0 ? ClauseId::set_thwarted : ClauseId::set_immediate, false);
  if (port.life == Port::ready) return offer_done(ClauseId::set_stores, true);
  if (!sets) return offer_done(ClauseId::set_clears, true);
  if (port.callback != none) {
    const Label log = log_label(thread, LogLevel::warning, LogKind::thwarted);
    if (State* next = moves.observe_log(log, ClauseId::set_thwarted_log)) {
      top(*next, thread).pc = set_called;
      top(*next, thread).flags = 1;
    }
    return;
  }
  const Value arguments[] = {invalidation_value(frame.choice), port_value(frame.port), info_value(port.info)};
  if (State* next =
          moves.observe(enter_label(thread, Callback::invalidation, arguments), ClauseId::set_immediate))
    enter_client(*next, thread, Callback::invalidation, set_called);
}

}  // namespace portunus::model
