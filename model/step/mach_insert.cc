// The insertion and the extraction of a right: facts mach-xnu 1, facts gnumach 7.
#include "model/step/mach.h"

namespace portunus::model {
namespace {

struct Answer {
  KernReturn result;
  ClauseId clause = ClauseId::mach_insert_right;
};

// Of MACH_PORT_NULL and MACH_PORT_DEAD there is no right.
Answer answer_for_no_right(const Frame& frame, std::uint8_t disposition, Kernel kernel) {
  if (kernel == Kernel::xnu) return {KernReturn::invalid_name};
  const bool nothing_fits = is_reserved(frame) || disposition == none;
  return {nothing_fits ? KernReturn::invalid_value : KernReturn::invalid_capability,
          ClauseId::mach_insert_no_right};
}

// A right that cannot be taken from where it is. A send right to be made beside the dead name itself is no
// capability on XNU; elsewhere it is no right.
Answer answer_for_untaken(const Name& right, std::uint8_t disposition, bool own, Kernel kernel) {
  if (right.kind == Name::gone) return {KernReturn::invalid_name};
  const bool made_of_dead = right.kind == Name::dead && is(disposition, Disposition::make_send);
  if (!made_of_dead) return {KernReturn::invalid_right};
  if (kernel == Kernel::gnumach) return {KernReturn::invalid_right, ClauseId::mach_insert_no_right};
  return {own ? KernReturn::invalid_capability : KernReturn::invalid_right};
}

// The right goes under the name, or is lost.
Answer enter(State& state, Kernel kernel, const Frame& frame, Carried right, bool own) {
  Space space(state, kernel);
  const auto refuse = [&](KernReturn result) {
    space.release(right);
    return Answer{result, own ? ClauseId::mach_insert_right : ClauseId::mach_insert_under_name};
  };
  if (is_reserved(frame)) return refuse(KernReturn::invalid_value);
  const std::uint8_t held = right.kind == Carried::send_once ? none : space.name_of(right.port);
  if (held != none && held != frame.name) return refuse(KernReturn::right_exists);
  if (held == none && !is_gone(state, frame.name)) return refuse(KernReturn::name_exists);
  const bool full =
      held != none && right.kind == Carried::send && state.names[held].refs == send_references_max(kernel);
  if (full && kernel == Kernel::gnumach) {
    space.release(right);
    return {KernReturn::urefs_overflow, ClauseId::mach_references_overflow};
  }
  space.give_as(right, frame.name);
  if (full) return {KernReturn::success, ClauseId::mach_references_pegged};
  return {KernReturn::success, own ? ClauseId::mach_insert_right : ClauseId::mach_insert_under_name};
}

Answer insert(State& state, Kernel kernel, const Frame& frame, std::uint8_t poly, std::uint8_t disposition) {
  if (poly == none) return answer_for_no_right(frame, disposition, kernel);
  const bool own = poly == frame.name;
  if (kernel == Kernel::gnumach && disposition == none)
    return {KernReturn::invalid_value, ClauseId::mach_insert_no_right};
  Space space(state, kernel);
  look(state, poly);
  if (!can_take(state, poly, disposition))
    return answer_for_untaken(state.names[poly], disposition, own, kernel);
  const Carried right = space.take(poly, disposition);
  if (right.kind != Carried::dead) return enter(state, kernel, frame, right, own);
  return {is_reserved(frame) ? KernReturn::invalid_value : KernReturn::invalid_capability};
}

// Whether there is a living right to be entered somewhere.
bool would_enter(const State& state, std::uint8_t poly, std::uint8_t disposition) {
  return poly != none && state.names[poly].kind != Name::dead && can_take(state, poly, disposition);
}

// Why the specification says nothing of the insertion; empty if it does.
std::string_view unspecified_insertion(const State& state, const Frame& frame, const MachCall& call) {
  const std::uint8_t poly = call.names[1];
  const std::uint8_t disposition = call.dispositions[0];
  const bool own = poly == frame.name;
  const bool stale =
      !own && !is_reserved(frame) && is_gone(state, frame.name) && state.names[frame.name].vacant == 0;
  if (stale && would_enter(state, poly, disposition))
    return "mach_port_insert_right under a name that was in use";
  if (poly != none && is(disposition, Disposition::move_receive) && belongs_to_object(state, poly))
    return "mach_port_insert_right of a CFMachPort's receive right";
  return {};
}

}  // namespace

void insert_right_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const MachCall& call = moves.state().threads[thread].mach;
  const std::uint8_t poly = call.names[1];
  const std::uint8_t disposition = call.dispositions[0];
  if (const auto why = unspecified_insertion(moves.state(), frame, call); !why.empty())
    return moves.unspecified(why);
  offer_results(moves, thread, frame, [&](State& after) {
    const Answer answer = insert(after, moves.rules().kernel, frame, poly, disposition);
    Results results;
    results.add(code(answer.result));
    results.clause = answer.clause;
    return results;
  });
}

void extract_right_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const std::uint8_t disposition = state.threads[thread].mach.dispositions[0];
  if (!is_reserved(frame) && is(disposition, Disposition::move_receive) &&
      belongs_to_object(state, frame.name))
    return moves.unspecified("mach_port_extract_right of a CFMachPort's receive right");
  offer_results(moves, thread, frame, [&](State& after) {
    Results results;
    results.clause = ClauseId::mach_extract_right;
    const auto refuse = [&](KernReturn result) {
      results.add(code(result));
      results.add(Type::name, Value::any);
      results.add(Type::disposition, Value::any);
      return results;
    };
    if (disposition == none) return refuse(KernReturn::invalid_value);
    if (is_reserved(frame) || is_gone(after, frame.name)) return refuse(KernReturn::invalid_name);
    look(after, frame.name);
    Space space(after, moves.rules().kernel);
    if (!can_take(after, frame.name, disposition)) return refuse(KernReturn::invalid_right);
    results.add(code(KernReturn::success));
    results.add(space.give(space.take(frame.name, disposition), frame.bind));
    results.add(Type::disposition, received_disposition(disposition));
    return results;
  });
}

}  // namespace portunus::model
