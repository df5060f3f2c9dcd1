// Requests for notifications: facts mach-xnu 3, where its section 9 differs as there.
#include "model/step/mach.h"

namespace portunus::model {
namespace {

struct Answer {
  KernReturn result;
  ClauseId clause;
  Carried previous = {Carried::null, none};
};

// The port whose send-once right is registered, or none to register nothing.
struct Notify {
  KernReturn result;
  std::uint8_t port = none;
};

// On GNU Mach the right travels in a message to the kernel: what cannot be taken is the message's own error,
// and what is no send-once right no argument.
Notify take_sent_notify(State& state, const Frame& frame, const MachCall& call) {
  using enum KernReturn;
  const std::uint8_t slot = call.names[1];
  const std::uint8_t disposition = call.dispositions[0];
  const bool once =
      received_disposition(disposition) == static_cast<std::uint8_t>(Disposition::move_send_once);
  Space space(state, Kernel::gnumach);
  if (slot != none && disposition != none) {
    look(state, slot);
    if (!can_take(state, slot, disposition)) return {send_invalid_right};
  }
  if (!once) {
    if (slot != none && disposition != none) space.release(space.take(slot, disposition));
    return {mig_bad_arguments};
  }
  if (slot == none) return {is_dead(frame, 1) ? invalid_capability : success};
  const Carried right = space.take(slot, disposition);
  return right.kind == Carried::dead ? Notify{invalid_capability} : Notify{success, right.port};
}

// The right to notify is taken first, and is lost with any failure later on.
Notify take_notify(State& state, Kernel kernel, const Frame& frame, const MachCall& call) {
  using enum KernReturn;
  if (kernel == Kernel::gnumach) return take_sent_notify(state, frame, call);
  const std::uint8_t slot = call.names[1];
  const std::uint8_t disposition = call.dispositions[0];
  const bool once = disposition == static_cast<std::uint8_t>(Disposition::make_send_once) ||
                    disposition == static_cast<std::uint8_t>(Disposition::move_send_once);
  if (slot == none && !once) return {mig_type_error};
  if (slot == none) return {is_dead(frame, 1) ? invalid_capability : success};
  Space space(state, kernel);
  look(state, slot);
  const bool possible = can_take(state, slot, disposition);
  if (!once && !possible) return {send_invalid_right};
  if (!once) {
    space.release(space.take(slot, disposition));
    return {mig_type_error};
  }
  if (state.names[slot].kind == Name::dead) {
    if (possible) space.take(slot, disposition);
    return {invalid_capability};
  }
  if (is_gone(state, slot)) return {invalid_name};
  if (!possible) return {invalid_right};
  return {success, space.take(slot, disposition).port};
}

class Request {
 public:
  Request(State& state, Kernel kernel, const Frame& frame, std::uint8_t notify)
      : state_(state), space_(state, kernel), kernel_(kernel), frame_(frame), notify_(notify) {}

  Answer make() {
    switch (static_cast<Notification>(frame_.choice)) {
      case Notification::dead_name:
        return of_name(false);
      case Notification::send_possible:
        // GNU Mach has no such notification.
        if (kernel_ == Kernel::gnumach)
          return refuse(KernReturn::invalid_value, ClauseId::mach_request_by_message);
        return of_name(true);
      case Notification::no_senders:
        return of_no_senders();
      case Notification::port_destroyed:
        return of_destruction();
      default:
        return refuse(KernReturn::invalid_value, ClauseId::mach_request_refused);
    }
  }

 private:
  Answer refuse(KernReturn result, ClauseId clause) {
    if (notify_ != none) space_.release({Carried::send_once, notify_});
    return {result, clause};
  }

  static Carried registered(std::uint8_t port) {
    return port == none ? Carried{Carried::null, none} : Carried{Carried::send_once, port};
  }

  // Why the name has no receive right to ask about.
  KernReturn without_receive() const {
    const bool unknown = is_reserved(frame_) && kernel_ == Kernel::gnumach;
    const bool gone = !is_reserved(frame_) && is_gone(state_, frame_.name);
    return gone || unknown ? KernReturn::invalid_name : KernReturn::invalid_right;
  }
  bool receives() const { return !is_reserved(frame_) && state_.names[frame_.name].receive != 0; }

  Answer of_dead_name(bool send_possible) {
    using enum KernReturn;
    const bool asks_again = kernel_ == Kernel::gnumach && frame_.x != 0;
    const ClauseId clause =
        kernel_ == Kernel::gnumach ? ClauseId::mach_request_dead_name : ClauseId::mach_request_name;
    if (notify_ == none) return {kernel_ == Kernel::gnumach ? invalid_argument : success, clause};
    if (!send_possible && !asks_again) return refuse(invalid_argument, clause);
    Name& name = state_.names[frame_.name];
    if (name.refs < references_max) ++name.refs;
    space_.tell_of_name(notify_, notification_dead_name, frame_.name);
    return {success, clause};
  }

  Answer of_name(bool send_possible) {
    using enum KernReturn;
    constexpr ClauseId clause = ClauseId::mach_request_name;
    if (is_reserved(frame_) && kernel_ == Kernel::gnumach)
      return refuse(invalid_name, ClauseId::mach_reserved_names);
    if (is_reserved(frame_)) return refuse(invalid_argument, clause);
    Name& name = state_.names[frame_.name];
    if (name.kind == Name::gone) return refuse(invalid_name, clause);
    look(state_, frame_.name);
    if (name.kind == Name::port_set) return refuse(invalid_right, clause);
    if (name.kind == Name::dead) return of_dead_name(send_possible);
    const Carried previous = registered(
        is_requested(name) ? static_cast<std::uint8_t>(name.request - request_first) : std::uint8_t{none});
    name.request = request_none;
    name.request_kind = 0;
    if (notify_ == none) return {success, clause, previous};
    const bool waits = send_possible && frame_.x != 0;
    // A send-once right is never kept waiting by a full queue.
    if (waits && (name.kind == Name::send_once || has_room(state_, name.object))) {
      space_.tell_of_name(notify_, notification_send_possible, frame_.name);
      return {success, clause, previous};
    }
    name.request = static_cast<std::uint8_t>(request_first + notify_);
    name.request_kind = static_cast<std::uint8_t>((send_possible ? request_send_possible : 0) |
                                                  (waits ? request_waits_for_room : 0));
    return {success, clause, previous};
  }

  Answer of_no_senders() {
    constexpr ClauseId clause = ClauseId::mach_request_no_senders;
    if (!receives()) return refuse(without_receive(), clause);
    const std::uint8_t index = state_.names[frame_.name].object;
    KernelPort& port = state_.kernel_ports[index];
    const Carried previous = registered(port.no_senders);
    port.no_senders = none;
    const bool at_once =
        notify_ != none && !space_.has_senders(index) && static_cast<std::uint32_t>(frame_.x) <= port.mscount;
    if (at_once)
      space_.tell_no_senders(notify_, port.mscount);
    else
      port.no_senders = notify_;
    return {KernReturn::success, clause, previous};
  }

  Answer of_destruction() {
    const bool replaces = kernel_ == Kernel::gnumach;
    ClauseId clause = ClauseId::mach_request_port_destroyed;
    if (frame_.x != 0) return refuse(KernReturn::invalid_value, clause);
    if (!receives()) return refuse(without_receive(), clause);
    KernelPort& port = state_.kernel_ports[state_.names[frame_.name].object];
    if (port.destroyed != none && !replaces) return refuse(KernReturn::failure, clause);
    if (port.destroyed != none) clause = ClauseId::mach_request_destroyed_again;
    const Carried previous = registered(port.destroyed);
    port.destroyed = notify_;
    return {KernReturn::success, clause, previous};
  }

  State& state_;
  Space space_;
  const Kernel kernel_;
  const Frame& frame_;
  const std::uint8_t notify_;
};

}  // namespace

void request_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const Kernel kernel = moves.rules().kernel;
  const MachCall& call = state.threads[thread].mach;
  const bool of_object = !is_reserved(frame) && belongs_to_object(state, frame.name);
  if (of_object || (call.names[1] != none && belongs_to_object(state, call.names[1])))
    return moves.unspecified("mach_port_request_notification with a CFMachPort's name");
  offer_results(moves, thread, frame, [&](State& after) {
    const Notify notify = take_notify(after, kernel, frame, call);
    const Answer answer =
        notify.result == KernReturn::success
            ? Request(after, kernel, frame, notify.port).make()
            : Answer{notify.result, kernel == Kernel::xnu ? ClauseId::mach_request_refused
                                                          : ClauseId::mach_request_by_message};
    Results results;
    results.clause = answer.clause;
    results.add(code(answer.result));
    const bool done = answer.result == KernReturn::success;
    results.add(done ? Space(after, kernel).give(answer.previous, frame.bind)
                     : make_value(Type::name, Value::absent));
    return results;
  });
}

}  // namespace portunus::model
