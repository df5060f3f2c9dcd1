// What the kernel's calls share: mach.cc has those on names and user references, mach_insert.cc the insertion
// of rights, mach_send.cc messages.
#pragma once

#include "model/step/step.h"

namespace portunus::model {

// The most user references that a name can have. On XNU they stay there once they have come so far: facts
// mach-xnu 2. On GNU Mach a dead name's can go as far, and down again.
inline constexpr std::int32_t references_max = 65535;
// The most that a send right can have: on GNU Mach one less, so that a death's notification finds room.
std::int32_t send_references_max(Kernel kernel);

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

// The name is MACH_PORT_NULL or MACH_PORT_DEAD; a name that is gone has its slot.
bool is_reserved(const Frame& frame);
// The name gets that many user references of its send right or dead name, and goes with its last right.
void set_references(State& state, std::uint8_t slot, std::int32_t references);

// mach_insert.cc, mach_send.cc
void insert_right_moves(Moves& moves, ThreadId thread, const Frame& frame);
void send_moves(Moves& moves, ThreadId thread, const Frame& frame);

}  // namespace portunus::model
