// The run loop, deliveries and the main queue: facts cfmachport 9 and 11.
#include <algorithm>

#include "model/step/space.h"
#include "model/step/step.h"

namespace portunus::model {
namespace {

// How far a run has come. In its frame: `choice` 1 = returns after a handled source, `x` its time in
// milliseconds, `y` how much of it has passed at least.
enum RunPc : std::uint8_t { begun, passing, waiting, handled, finished_common };
// In the run's `flags`: the pass before handled a port message; time has passed, nobody knows how much; this
// pass has handled nothing; the run is to stop.
enum RunFlags : std::uint8_t { after_message = 1, time_may_be_over = 2, handled_nothing = 4, stopped = 8 };

bool is_run(const Frame& frame) {
  return frame.op == Op::call && frame.function == static_cast<std::uint8_t>(Function::CFRunLoopRunInMode);
}

// A run that has found something to wait for.
bool is_under_way(const Frame& frame) {
  return is_run(frame) && frame.pc != begun && frame.pc != finished_common;
}

// The depth of the thread's innermost run that is under way, or -1.
int find_run(const State& state, ThreadId thread) {
  const Thread& on = state.threads[thread];
  int depth = on.depth - 1;
  while (depth >= 0 && !is_under_way(on.frames[depth])) --depth;
  return depth;
}

// How far a delivery has come. In its frame: `info` what retain returned, `x` the message's id, `y` its size.
enum DeliverPc : std::uint8_t { dequeued, received, retained, called, released };

// The main queue is served by the main thread, in its common modes, and not inside one of its own blocks.
bool serves_main_queue(const State& state, ThreadId thread, const Frame& run) {
  if (thread != state.main || !is_common(state, thread, run.mode)) return false;
  const Thread& on = state.threads[thread];
  for (int depth = 0; depth < on.depth; ++depth)
    if (on.frames[depth].op == Op::drain) return false;
  return true;
}

bool mode_is_empty(const State& state, ThreadId thread, const Frame& run) {
  if (!exists(state, thread, run.mode)) return true;
  if (serves_main_queue(state, thread, run)) return false;
  for (const Source& source : state.sources)
    if ((source.modes[thread] >> run.mode & 1) != 0) return false;
  return true;
}

bool is_ready(const State& state, ThreadId thread, const Frame& run, const Source& source) {
  if ((source.listening[thread] >> run.mode & 1) == 0) return false;
  const Name& name = state.names[state.ports[source.port].name];
  return name.receive != 0 && first_message(state, name.object) != none;
}

bool main_queue_is_ready(const State& state, ThreadId thread, const Frame& run) {
  return state.blocks_sent > 0 && serves_main_queue(state, thread, run);
}

bool anything_is_ready(const State& state, ThreadId thread, const Frame& run) {
  if (state.threads[thread].woken != 0 || main_queue_is_ready(state, thread, run)) return true;
  for (const Source& source : state.sources)
    if (is_ready(state, thread, run, source)) return true;
  return false;
}

void offer_drain(Moves& moves, ThreadId thread) {
  State* next = moves.silent(ClauseId::run_main_queue);
  if (next == nullptr) return;
  top(*next, thread).pc = handled;
  top(*next, thread).flags &= static_cast<std::uint8_t>(~after_message);
  Frame drain = make_frame(Op::drain);
  drain.bind = next->blocks_sent;
  push(*next, thread, drain);
}

// Whether another of the script's threads may do something meanwhile.
bool others_run(const State& state, ThreadId thread) {
  for (ThreadId other = 0; other < limits::threads; ++other)
    if (other != thread && state.threads[other].life == Thread::running) return true;
  return false;
}

// The source is found and held, for as long as the delivery lasts.
void find_source(State& state, ThreadId thread) {
  Frame& delivery = top(state, thread);
  delivery.pc = received;
  ++state.sources[delivery.source].count;
}

// The kernel gives out the oldest message of one of the ready ports; which port is its choice.
void offer_message(Moves& moves, ThreadId thread, std::uint8_t index) {
  State* next = moves.silent(ClauseId::run_receive);
  if (next == nullptr) return;
  const Source& source = next->sources[index];
  const std::uint8_t port = next->names[next->ports[source.port].name].object;
  const int place = first_message(*next, port);
  const Message message = next->messages[place];
  Frame delivery = make_frame(Op::deliver);
  delivery.port = source.port;
  delivery.source = index;
  delivery.x = message.id;
  delivery.y = message.words * 4;
  remove_message(*next, place);
  ++next->kernel_ports[port].seqno;
  Space space(*next, moves.rules().kernel);
  space.consume(message);
  space.make_room(port);
  top(*next, thread).pc = handled;
  top(*next, thread).flags |= after_message;
  push(*next, thread, delivery);
  if (!others_run(*next, thread)) find_source(*next, thread);
}

// The run goes on as if nothing had come.
void lose_message(State& state, ThreadId thread) {
  pop(state, thread);
  top(state, thread).flags |= handled_nothing;
}

// Between the message and its source there is a moment in which another thread may take the source away.
void offer_source(Moves& moves, ThreadId thread, const Frame& delivery) {
  const State& state = moves.state();
  const Source& source = state.sources[delivery.source];
  const Frame& run = state.threads[thread].frames[state.threads[thread].depth - 2];
  if (source.life == Source::valid && (source.modes[thread] >> run.mode & 1) != 0) {
    if (State* next = moves.silent(ClauseId::run_receive)) find_source(*next, thread);
    return;
  }
  moves.each(Switch::source_gone_log, [&](int logged) {
    const Label log = log_label(thread, LogLevel::error, LogKind::source_gone);
    State* next = logged == 0 ? moves.silent(ClauseId::deliver_source_gone)
                              : moves.observe_log(log, ClauseId::deliver_source_gone_log);
    if (next != nullptr) lose_message(*next, thread);
  });
}

// The pass is over, and has handled nothing.
void offer_awakening(Moves& moves, ThreadId thread) {
  State* next = moves.silent(ClauseId::run_wake_up);
  if (next == nullptr) return;
  next->threads[thread].woken = 0;
  top(*next, thread).pc = handled;
  top(*next, thread).flags |= handled_nothing;
}

// The outermost run leaves no wake-up behind.
void end_run(State& state, ThreadId thread) {
  pop(state, thread);
  if (find_run(state, thread) < 0) state.threads[thread].woken = 0;
}

void offer_services(Moves& moves, ThreadId thread, const Frame& run) {
  const State& state = moves.state();
  if (main_queue_is_ready(state, thread, run)) {
    offer_drain(moves, thread);
    if ((run.flags & after_message) != 0) return;  // after a message the main queue comes first
  }
  if (state.threads[thread].woken != 0) offer_awakening(moves, thread);
  for (std::uint8_t index = 0; index < limits::sources; ++index)
    if (is_ready(state, thread, run, state.sources[index])) offer_message(moves, thread, index);
}

void offer_result(Moves& moves, ThreadId thread, const Frame& run, RunResult result, ClauseId clause) {
  const Value results[] = {make_value(Type::run_result, static_cast<std::int32_t>(result))};
  const Label label = return_label(thread, static_cast<Function>(run.function), results);
  if (State* next = moves.observe(label, clause)) end_run(*next, thread);
}

// A pass begins. A run that finds nothing and has time is at once where it waits: whatever comes now finds it
// there as well, and there are fewer states.
State* offer_pass_begin(Moves& moves, ThreadId thread, const Frame& run) {
  const bool waits = run.x > 0 && !anything_is_ready(moves.state(), thread, run);
  State* next = moves.silent(waits ? ClauseId::run_waits : ClauseId::run_receive);
  if (next != nullptr) top(*next, thread).pc = waits ? waiting : passing;
  return next;
}

void offer_begin(Moves& moves, ThreadId thread, const Frame& run) {
  const State& state = moves.state();
  if (run.mode == mode_common) {
    if ((state.logged & logged_common_modes) != 0)
      return offer_result(moves, thread, run, RunResult::finished, ClauseId::run_common);
    return moves.each(Switch::common_modes_log, [&](int logs) {
      if (logs == 0) return offer_result(moves, thread, run, RunResult::finished, ClauseId::run_common);
      const Label log = log_label(thread, LogLevel::error, LogKind::common_modes_run);
      if (State* next = moves.observe_log(log, ClauseId::run_common_log)) {
        next->logged |= logged_common_modes;
        top(*next, thread).pc = finished_common;
      }
    });
  }
  if (mode_is_empty(state, thread, run))
    return offer_result(moves, thread, run, RunResult::finished, ClauseId::run_empty);
  offer_pass_begin(moves, thread, run);
}

// A pass: something is served, or there is nothing, and the run waits if it has time.
void offer_pass(Moves& moves, ThreadId thread, const Frame& run) {
  if (anything_is_ready(moves.state(), thread, run)) return offer_services(moves, thread, run);
  if (run.x == 0) return offer_result(moves, thread, run, RunResult::timed_out, ClauseId::run_timed_out);
  if (State* next = moves.silent(ClauseId::run_waits)) top(*next, thread).pc = waiting;
}

// The wait lasted until the run's time was over: the runs around it are that much older.
void offer_timeout(Moves& moves, ThreadId thread, const Frame& run) {
  const Value results[] = {make_value(Type::run_result, static_cast<std::int32_t>(RunResult::timed_out))};
  const Label label = return_label(thread, Function::CFRunLoopRunInMode, results);
  if (State* next = moves.observe(label, ClauseId::run_timed_out)) {
    end_run(*next, thread);
    pass_time(*next, thread, run.x);
  }
}

void offer_pass_end(Moves& moves, ThreadId thread, const Frame& run) {
  const bool handled_one = (run.flags & handled_nothing) == 0;
  if (run.choice != 0 && handled_one)
    return offer_result(moves, thread, run, RunResult::handled_source, ClauseId::run_handled);
  const bool maybe_over = (run.flags & time_may_be_over) != 0;
  if (run.y >= run.x || maybe_over)
    offer_result(moves, thread, run, RunResult::timed_out, ClauseId::run_timed_out);
  if (run.y >= run.x) return;
  if ((run.flags & stopped) != 0)
    return offer_result(moves, thread, run, RunResult::stopped, ClauseId::run_stopped);
  if (mode_is_empty(moves.state(), thread, run))
    return offer_result(moves, thread, run, RunResult::finished, ClauseId::run_emptied);
  if (State* next = offer_pass_begin(moves, thread, run))
    top(*next, thread).flags &= static_cast<std::uint8_t>(~handled_nothing);
}

void offer_received(Moves& moves, ThreadId thread, const Frame& delivery) {
  const Port& port = moves.state().ports[delivery.port];
  if (port.life != Port::ready) {
    if (State* next = moves.silent(ClauseId::deliver_not_ready)) top(*next, thread).pc = released;
    return;
  }
  if ((port.context & context_retain) == 0) {
    if (State* next = moves.silent(ClauseId::deliver_message)) {
      top(*next, thread).pc = retained;
      top(*next, thread).info = port.info;
    }
    return;
  }
  const Value arguments[] = {info_value(port.info)};
  if (State* next = moves.observe(enter_label(thread, Callback::retain, arguments), ClauseId::deliver_retain))
    enter_client(*next, thread, Callback::retain, retained);
}

void offer_callout(Moves& moves, ThreadId thread, const Frame& delivery) {
  if (moves.state().ports[delivery.port].callout == 0) {
    for (const CrashKind kind :
         {CrashKind::segv, CrashKind::bus, CrashKind::ill, CrashKind::trap, CrashKind::abort})
      if (State* next = moves.observe(crash_label(thread, kind), ClauseId::deliver_no_callout))
        next->threads[thread].life = Thread::finished;
    return;
  }
  const Value arguments[] = {port_value(delivery.port), make_value(Type::integer, delivery.x),
                             make_value(Type::integer, delivery.y), info_value(delivery.info)};
  if (State* next =
          moves.observe(enter_label(thread, Callback::message, arguments), ClauseId::deliver_message))
    enter_client(*next, thread, Callback::message, called);
}

void offer_retained(Moves& moves, ThreadId thread, const Frame& delivery) {
  if (moves.state().ports[delivery.port].life == Port::ready) return offer_callout(moves, thread, delivery);
  moves.each(Switch::invalidated_during_delivery, [&](int dropped) {
    if (dropped == 0) return offer_callout(moves, thread, delivery);
    if (State* next = moves.silent(ClauseId::deliver_invalidated)) top(*next, thread).pc = called;
  });
}

void offer_release(Moves& moves, ThreadId thread, const Frame& delivery) {
  constexpr std::uint8_t both = context_retain | context_release;
  if ((moves.state().ports[delivery.port].context & both) != both) {
    if (State* next = moves.silent(ClauseId::deliver_release)) top(*next, thread).pc = released;
    return;
  }
  const Value arguments[] = {info_value(delivery.info)};
  if (State* next =
          moves.observe(enter_label(thread, Callback::release, arguments), ClauseId::deliver_release))
    enter_client(*next, thread, Callback::release, released);
}

// Whether the loop's innermost run sleeps. One that has time sleeps for a moment even where it will find
// something.
Value waiting_value(const State& state, ThreadId loop) {
  const int depth = find_run(state, loop);
  if (depth < 0 || depth + 1 < state.threads[loop].depth) return boolean_value(false);
  const Frame& run = state.threads[loop].frames[depth];
  if (run.pc == passing && run.x > 0) return make_value(Type::boolean, Value::any);
  return boolean_value(run.pc == waiting);
}

Value mode_value(const State& state, ThreadId loop) {
  const int depth = find_run(state, loop);
  return make_value(Type::mode, depth < 0 ? Value::null : state.threads[loop].frames[depth].mode);
}

// The calls change something only where the loop runs.
void offer_call_on_run(Moves& moves, ThreadId thread, const Frame& frame, ClauseId clause) {
  const bool stops = static_cast<Function>(frame.function) == Function::CFRunLoopStop;
  State* next = moves.observe(return_label(thread, static_cast<Function>(frame.function), {}), clause);
  if (next == nullptr) return;
  if (const int depth = find_run(*next, frame.loop); depth >= 0) {
    Thread& running = next->threads[frame.loop];
    if (stops) running.frames[depth].flags |= stopped;
    running.woken = 1;
  }
  pop(*next, thread);
}

void offer_answer(Moves& moves, ThreadId thread, const Frame& frame, Value answer, ClauseId clause) {
  const Value results[] = {answer};
  offer_return(moves, thread, frame, results, clause);
}

}  // namespace

void pass_time(State& state, ThreadId thread, std::int32_t milliseconds) {
  for (ThreadId other = 0; other < limits::threads; ++other) {
    for (Frame& frame : state.threads[other].frames) {
      if (!is_run(frame)) continue;
      if (other == thread && frame.x > frame.y) frame.y += std::min(milliseconds, frame.x - frame.y);
      if (other != thread) frame.flags |= time_may_be_over;
    }
  }
}

void let_time_pass(State& state) {
  for (Thread& thread : state.threads)
    for (Frame& frame : thread.frames)
      if (is_run(frame)) frame.flags |= time_may_be_over;
}

bool waits_in_run(const State& state, ThreadId thread) {
  if (state.threads[thread].depth == 0) return false;
  const Frame& frame = top(state, thread);
  const bool runs =
      frame.op == Op::call && frame.function == static_cast<std::uint8_t>(Function::CFRunLoopRunInMode);
  return runs && frame.pc == waiting && !anything_is_ready(state, thread, frame);
}

bool waits_for_port(const State& state, ThreadId thread) {
  const Frame& frame = top(state, thread);
  if (frame.op != Op::call || frame.port == none) return false;
  for (const Thread& other : state.threads) {
    for (int depth = 0; depth + 1 < other.depth; ++depth) {
      const Frame& delivery = other.frames[depth];
      if (delivery.op == Op::deliver && delivery.pc == retained && delivery.port == frame.port) return true;
    }
  }
  return false;
}

void run_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (frame.pc) {
    case begun:
      return offer_begin(moves, thread, frame);
    case passing:
      return offer_pass(moves, thread, frame);
    case waiting:
      // Time passes only where nothing was ready when the wait began; what comes later may come in time or
      // not.
      offer_services(moves, thread, frame);
      return offer_timeout(moves, thread, frame);
    case handled:
      return offer_pass_end(moves, thread, frame);
    case finished_common:
      return offer_result(moves, thread, frame, RunResult::finished, ClauseId::run_common);
    default:
      return;
  }
}

void loop_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  switch (static_cast<Function>(frame.function)) {
    case Function::CFRunLoopStop:
      return offer_call_on_run(moves, thread, frame, ClauseId::run_stop);
    case Function::CFRunLoopWakeUp:
      return offer_call_on_run(moves, thread, frame, ClauseId::run_wake_up);
    case Function::CFRunLoopIsWaiting:
      return offer_answer(moves, thread, frame, waiting_value(state, frame.loop), ClauseId::run_waiting);
    case Function::CFRunLoopCopyCurrentMode:
      return offer_answer(moves, thread, frame, mode_value(state, frame.loop), ClauseId::run_mode);
    case Function::CFRunLoopGetCurrent:
      return offer_answer(moves, thread, frame, make_value(Type::loop, thread), ClauseId::run_loop);
    case Function::CFRunLoopGetMain:
      return offer_answer(moves, thread, frame, make_value(Type::loop, state.main), ClauseId::run_loop);
    default:
      return;
  }
}

void deliver_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (frame.pc) {
    case dequeued:
      return offer_source(moves, thread, frame);
    case received:
      return offer_received(moves, thread, frame);
    case retained:
      return offer_retained(moves, thread, frame);
    case called:
      return offer_release(moves, thread, frame);
    case released:
      if (State* next = moves.silent(ClauseId::deliver_ends)) {
        pop(*next, thread);
        release_source(*next, thread, frame.source);
      }
      return;
    default:
      return;
  }
}

// The blocks that were there when the service began are run; those that came later may wait for the next one.
void drain_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  if (frame.bind == 0)
    if (State* next = moves.silent(ClauseId::run_main_queue)) pop(*next, thread);
  if (moves.state().blocks_sent == 0) return;
  moves.each(Switch::info_during_invalidation, [&](int cleared) {
    State* next = moves.silent(ClauseId::death_block);
    if (next == nullptr) return;
    const std::uint8_t port = next->blocks[0];
    --next->block_count;
    --next->blocks_sent;
    for (int place = 0; place < next->block_count; ++place) next->blocks[place] = next->blocks[place + 1];
    next->blocks[next->block_count] = 0;
    if (top(*next, thread).bind > 0) --top(*next, thread).bind;
    begin_invalidation(*next, thread, port, cleared != 0);
  });
}

}  // namespace portunus::model
