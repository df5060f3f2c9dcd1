// The insertion of a right: facts mach-xnu 1, facts gnumach 7.
#include "model/step/mach.h"

namespace portunus::model {
namespace {

// What the kernel answers to the insertion of a right, and what becomes of the right that was read in.
struct Insertion {
  enum Effect : std::uint8_t {
    nothing,
    one_more,  // the send right under its own name gets a user reference
    lose_one,  // the user reference that was read in is lost
    notify,    // the send-once right that was made is destroyed, and tells the port so
    unspecified,
  };
  KernReturn result;
  Effect effect = nothing;
  ClauseId clause = ClauseId::mach_insert_right;
};

// The table of facts mach-xnu 1, for rights that a script of this vocabulary can hold: `own`, the right is
// inserted under its own name; else under a name that is taken.
Insertion insertion(const Name& right, Disposition disposition, bool own) {
  using enum KernReturn;
  const bool receives = right.receive != 0;
  const bool sends = right.refs > 0;
  switch (right.kind) {
    case Name::unused:
    case Name::gone:
      return {invalid_name};
    case Name::port_set:
      return {invalid_right};
    case Name::dead:
      switch (disposition) {
        case Disposition::make_send:
          return {own ? invalid_capability : invalid_right};
        case Disposition::copy_send:
          return {invalid_capability};
        case Disposition::move_send:
        case Disposition::move_send_once:
          return {invalid_capability, Insertion::lose_one};
        default:
          return {invalid_right};
      }
    case Name::port:
      break;
  }
  switch (disposition) {
    case Disposition::make_send:
      if (!receives) return {invalid_right};
      return own ? Insertion{success, Insertion::one_more} : Insertion{right_exists};
    case Disposition::copy_send:
      if (!sends) return {invalid_right};
      return own ? Insertion{success, Insertion::one_more} : Insertion{right_exists};
    case Disposition::move_send:
      if (!sends) return {invalid_right};
      if (own) return {success};
      // A send right that was the last of its name is gone before the taken name is met.
      return {receives || right.refs > 1 ? right_exists : name_exists, Insertion::lose_one};
    case Disposition::make_send_once:
      return receives ? Insertion{name_exists, Insertion::notify} : Insertion{invalid_right};
    case Disposition::move_send_once:
      return {invalid_right};
    case Disposition::move_receive:
      return receives ? Insertion{success, Insertion::unspecified} : Insertion{invalid_right};
  }
  return {invalid_right};
}

// MACH_PORT_NULL and MACH_PORT_DEAD are no names to insert under. A right that cannot be read in fails before
// that; a dead one is seen to be dead only after.
Insertion under_reserved_name(const Insertion& answer, Disposition disposition) {
  using enum KernReturn;
  const KernReturn early = answer.result;
  if (early == invalid_right || early == invalid_name) return answer;
  if (early == invalid_capability) return {invalid_value, answer.effect};
  switch (disposition) {
    case Disposition::move_send:
      return {invalid_value, Insertion::lose_one};
    case Disposition::make_send_once:
      return {invalid_value, Insertion::notify};
    case Disposition::move_receive:
      return {invalid_value, Insertion::unspecified};
    default:
      return {invalid_value};
  }
}

// The message that tells a port of a send-once right's end. The queue's limit does not hold for it.
bool enqueue_send_once_notification(Name& name) {
  constexpr std::uint16_t kId = 71;
  constexpr std::uint16_t kWords = 24 / 4;
  if (name.queued == limits::queue) return false;
  name.queue[name.queued++] = {kId, kWords};
  return true;
}

void insert_right(State& state, const Frame& frame, Insertion::Effect effect, Kernel kernel) {
  Name& right = state.names[frame.bind];
  if (effect == Insertion::one_more) set_references(state, frame.bind, right.refs + 1);
  if (effect == Insertion::lose_one) drop_reference(state, frame.bind, kernel);
  if (effect == Insertion::notify) enqueue_send_once_notification(right);
}

// The answer of the table, with what the kernels make of it.
Insertion insertion_on(Kernel kernel, const Name& right, Disposition disposition, bool own) {
  const Insertion answer = insertion(right, disposition, own);
  const bool full = answer.effect == Insertion::one_more && right.refs == send_references_max(kernel);
  if (kernel == Kernel::xnu)
    return full ? Insertion{answer.result, Insertion::nothing, ClauseId::mach_references_pegged} : answer;
  if (full) return {KernReturn::urefs_overflow, Insertion::nothing, ClauseId::mach_references_overflow};
  if (right.kind == Name::dead && disposition == Disposition::make_send)
    return {KernReturn::invalid_right, Insertion::nothing, ClauseId::mach_insert_no_right};
  return answer;
}

// MACH_PORT_NULL and MACH_PORT_DEAD are not names of rights.
void offer_no_right(Moves& moves, ThreadId thread, const Frame& frame) {
  if (moves.rules().kernel == Kernel::xnu)
    return offer_code(moves, thread, frame, KernReturn::invalid_name, ClauseId::mach_insert_right);
  const KernReturn refused = is_reserved(frame) ? KernReturn::invalid_value : KernReturn::invalid_capability;
  offer_code(moves, thread, frame, refused, ClauseId::mach_insert_no_right);
}

}  // namespace

// The right stands in `bind`, the name to insert it under in `name`.
void insert_right_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const Kernel kernel = moves.rules().kernel;
  const auto disposition = static_cast<Disposition>(frame.choice);
  if (frame.bind == none) return offer_no_right(moves, thread, frame);
  const Name& right = state.names[frame.bind];
  const bool own = frame.name == frame.bind;
  const bool taken = frame.name != none && state.names[frame.name].kind != Name::gone;
  Insertion answer = insertion_on(kernel, right, disposition, own);
  if (is_reserved(frame)) answer = under_reserved_name(answer, disposition);
  if (!own && !taken && !is_reserved(frame))
    return moves.unspecified("mach_port_insert_right under a name that is not taken");
  if (answer.effect == Insertion::unspecified)
    return moves.unspecified("mach_port_insert_right of a receive right");
  if (answer.effect == Insertion::notify && right.queued == limits::queue)
    return moves.unspecified("a notification beyond the queue limit");
  offer_code(moves, thread, frame, answer.result, answer.clause,
             [&](State& next) { insert_right(next, frame, answer.effect, kernel); });
}

}  // namespace portunus::model
