// Port sets: facts mach-xnu 4, where its section 9 differs as there.
#include <bit>

#include "model/step/mach.h"

namespace portunus::model {
namespace {

std::uint64_t bit(std::uint8_t slot) {
  return std::uint64_t{1} << slot;
}

// What is wrong with the names, if anything: a port that is received here, and a set.
KernReturn check(const State& state, const Frame& frame, std::uint8_t set, bool no_set) {
  using enum KernReturn;
  if (is_reserved(frame) || (set == none && !no_set)) return invalid_right;
  if (is_gone(state, frame.name) || (!no_set && is_gone(state, set))) return invalid_name;
  const bool fits =
      state.names[frame.name].receive != 0 && (no_set || state.names[set].kind == Name::port_set);
  return fits ? success : invalid_right;
}

KernReturn change(State& state, const Frame& frame, std::uint8_t set, bool no_set) {
  using enum KernReturn;
  if (const KernReturn wrong = check(state, frame, set, no_set); wrong != success) return wrong;
  std::uint64_t& sets = state.kernel_ports[state.names[frame.name].object].sets;
  const bool in = !no_set && (sets & bit(set)) != 0;
  switch (static_cast<Function>(frame.function)) {
    case Function::mach_port_insert_member:
      if (in) return already_in_set;
      sets |= bit(set);
      return success;
    case Function::mach_port_extract_member:
      if (!in) return not_in_set;
      sets &= ~bit(set);
      return success;
    default:
      if (no_set && sets == 0) return not_in_set;
      sets = no_set ? 0 : bit(set);
      return success;
  }
}

ClauseId clause_of(Function function) {
  switch (function) {
    case Function::mach_port_insert_member:
      return ClauseId::mach_insert_member;
    case Function::mach_port_extract_member:
      return ClauseId::mach_extract_member;
    default:
      return ClauseId::mach_move_member;
  }
}

}  // namespace

void member_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto function = static_cast<Function>(frame.function);
  const std::uint8_t set = moves.state().threads[thread].mach.names[1];
  const bool no_set = function == Function::mach_port_move_member && set == none && !is_dead(frame, 1);
  offer_results(moves, thread, frame, [&](State& after) {
    Results results;
    results.clause = clause_of(function);
    results.add(code(change(after, frame, set, no_set)));
    return results;
  });
}

void set_status_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  constexpr std::size_t shown = results_max - 2;
  offer_results(moves, thread, frame, [&](State& after) {
    Results results;
    results.clause = ClauseId::mach_set_status;
    const bool gone = !is_reserved(frame) && is_gone(after, frame.name);
    const bool is_set = !is_reserved(frame) && after.names[frame.name].kind == Name::port_set;
    const KernReturn answer = gone     ? KernReturn::invalid_name
                              : is_set ? KernReturn::success
                                       : KernReturn::invalid_right;
    results.add(code(answer));
    std::uint64_t handles = 0;
    int members = 0;
    for (const KernelPort& port : after.kernel_ports) {
      if (!is_set || (port.sets & bit(frame.name)) == 0) continue;
      ++members;
      if (after.names[port.name].handle != none) handles |= bit(after.names[port.name].handle);
    }
    results.add(Type::integer, is_set ? members : Value::absent);
    for (; results.count < shown + 2; handles &= handles - 1)
      results.add(Type::name, handles != 0 ? std::countr_zero(handles) : std::int32_t{Value::absent});
    return results;
  });
}

}  // namespace portunus::model
