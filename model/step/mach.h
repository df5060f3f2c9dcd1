// What the kernel's calls share. mach.cc has those on names and user references; mach_insert.cc, the
// insertion and extraction of rights; mach_member.cc, port sets; mach_attribute.cc, what a port counts;
// mach_request.cc, requests for notifications; mach_send.cc and mach_receive.cc, messages.
#pragma once

#include "model/step/space.h"
#include "model/step/step.h"

namespace portunus::model {

Value code(KernReturn result);

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
void offer_code(Moves& moves, ThreadId thread, const Frame& frame, KernReturn result, ClauseId clause);

// The call returns what it is seen to return only after it has been done: `perform(State&)` changes the state
// and gives the results, of which the first `count` are filled in.
struct Results {
  Value values[results_max];
  std::size_t count = 0;
  ClauseId clause = ClauseId::mach_type;

  void add(Value value) { values[count++] = value; }
  void add(Type type, std::int32_t number) { add(make_value(type, number)); }
};
// The same for a call that has been done: `after` is the state then.
void offer_after(Moves& moves, ThreadId thread, const Frame& frame, const State& after,
                 const Results& results, Parts parts = {});
template <class F>
void offer_results(Moves& moves, ThreadId thread, const Frame& frame, F perform, Parts parts = {}) {
  if (moves.wants_silent()) return;
  State after = moves.state();
  const Results results = perform(after);
  offer_after(moves, thread, frame, after, results, parts);
}

// The name is MACH_PORT_NULL or MACH_PORT_DEAD; a name that is gone has its slot.
bool is_reserved(const Frame& frame);
bool is_gone(const State& state, std::uint8_t slot);
// The call's name in that place, where it has no slot, is MACH_PORT_DEAD.
bool is_dead(const Frame& frame, int place);
// A CFMachPort was made for the name, and lives. What CoreFoundation does to the name's port itself is not
// told here, so that rights of it which move about are left to the client.
bool belongs_to_object(const State& state, std::uint8_t slot);
// The kernel looks at the name, and sees that a send-once right's port is dead: facts mach-xnu 2.
void look(State& state, std::uint8_t slot);

void insert_right_moves(Moves& moves, ThreadId thread, const Frame& frame);
void extract_right_moves(Moves& moves, ThreadId thread, const Frame& frame);
void member_moves(Moves& moves, ThreadId thread, const Frame& frame);
void set_status_moves(Moves& moves, ThreadId thread, const Frame& frame);
void attribute_moves(Moves& moves, ThreadId thread, const Frame& frame);
void request_moves(Moves& moves, ThreadId thread, const Frame& frame);
void send_moves(Moves& moves, ThreadId thread, const Frame& frame);
void receive_moves(Moves& moves, ThreadId thread, const Frame& frame);
// mach_send.cc: whether the thread's message waits for room that there is not.
bool waits_for_room(const State& state, ThreadId thread);
// mach_receive.cc: whether the thread waits for a message, and there is none.
bool waits_for_message(const State& state, ThreadId thread);

}  // namespace portunus::model
