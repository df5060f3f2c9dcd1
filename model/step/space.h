// The task's space of names, and the rights in it: how a right is taken out and put in, how it ends, and whom
// the kernel tells of that. Facts mach-xnu 1, 2, 3 and 6; what GNU Mach does otherwise says so.
#pragma once

#include <vector>

#include "model/clause/kernel.h"
#include "model/state/state.h"

namespace portunus::model {

// The most user references that a name can have. On XNU they stay there once they have come so far: facts
// mach-xnu 2. On GNU Mach a dead name's can go as far, and down again.
inline constexpr std::int32_t references_max = 65535;
// The most that a send right can have: on GNU Mach one less, so that a death's notification finds room.
std::int32_t send_references_max(Kernel kernel);

// The ids of the kernel's own messages.
enum NotificationId : std::uint16_t {
  notification_port_deleted = 65,
  notification_send_possible = 66,
  notification_port_destroyed = 69,
  notification_no_senders = 70,
  notification_send_once = 71,
  notification_dead_name = 72,
};

// In the `pc` of a send's frame: it waits for room.
inline constexpr std::uint8_t send_waiting = 1;
// In the `pc` of a reception's frame: it waits at the port in `port`, or the set in `source`; it has taken a
// message, whose sequence number is in `y`; what it waited at is no longer there.
inline constexpr std::uint8_t receive_waiting = 1;
inline constexpr std::uint8_t receive_taken = 2;
inline constexpr std::uint8_t receive_changed = 3;

// Whether it is that one; a disposition may be none.
constexpr bool is(std::uint8_t disposition, Disposition which) {
  return disposition == static_cast<std::uint8_t>(which);
}
// Whether the right may be taken from the name. Dead names will do where the right that is asked for could
// have died.
bool can_take(const State& state, std::uint8_t slot, std::uint8_t disposition);
// Whether a message by a send right finds room in the port's queue.
bool has_room(const State& state, std::uint8_t port);
// The right as a receiver sees it: Disposition::move_…, or none.
std::uint8_t received_disposition(std::uint8_t disposition);

// Changes the space of a state, for the length of one operation.
class Space {
 public:
  Space(State& state, Kernel kernel) : state_(state), kernel_(kernel) {}
  const State& state() const { return state_; }

  // Takes it. Requires can_take.
  Carried take(std::uint8_t slot, std::uint8_t disposition);
  // Gives the right a name: the one that the task has for the port, or a new one with the handle.
  Value give(Carried right, std::uint8_t handle);
  // Gives the right that name, which is free or has another right of the same port.
  void give_as(Carried right, std::uint8_t slot);
  // The name under which the task holds the port's send or receive right, or none.
  std::uint8_t name_of(std::uint8_t port) const;

  // The right ends.
  void release(Carried right);
  // So does the name's send right, whatever its references; its receive right; all rights under it.
  void end_send(std::uint8_t slot);
  void end_receive(std::uint8_t slot);
  void end(std::uint8_t slot);
  // The name gets that many user references of its send right, or as a dead name, and goes with its last
  // right.
  void set_references(std::uint8_t slot, std::int32_t references);
  // One less, if there is one.
  void drop_reference(std::uint8_t slot);

  // A message goes to its port's queue, full or not; to a dead port it is lost with its rights.
  void post(const Message& message);
  // A message that has been taken off, or will never be queued, is lost with its rights.
  void destroy(const Message& message);
  // The same for one that has arrived: the right that brought it goes first.
  void lose(const Message& message);
  // The right that brought the message there has done its work.
  void consume(const Message& message);

  // The thread, which receives, takes a message off.
  void hand_to(ThreadId thread, int place);
  // A message has been taken off: room that there is now is given to who has waited for it longest.
  void make_room(std::uint8_t port);
  // The same for a limit that has been set anew.
  void use_room(std::uint8_t port);

  // Notifications, to a port that may be dead, or none.
  void tell_of_name(std::uint8_t port, std::uint16_t id, std::uint8_t slot, std::uint8_t batch = 0);
  void tell_no_senders(std::uint8_t port, std::uint32_t count);

  // Whether a receive right in a message to `to` would be out of everybody's reach.
  bool closes_circle(std::uint8_t port, std::uint8_t to) const;
  bool has_senders(std::uint8_t port) const;
  std::int32_t send_once_rights(std::uint8_t port) const;

 private:
  void make_name_gone(std::uint8_t slot);
  template <class F>
  void end_name(std::uint8_t slot, F release_right);
  void withdraw(std::uint8_t slot, std::uint8_t told);
  void release_send(std::uint8_t port);
  void release_send_once(std::uint8_t port);
  bool release_receive(std::uint8_t port);
  void forget_send(std::uint8_t slot);
  void detach(std::uint8_t port);
  void kill(std::uint8_t port);
  void bury_names(std::uint8_t port);
  void release_destination();
  void empty_doomed();
  bool save(std::uint8_t port);
  void tell_of_room(std::uint8_t port);
  void hand_over(std::uint8_t port);
  void wake_receivers(std::uint8_t port, std::uint8_t set);
  void dismiss_receivers(std::uint8_t port);

  State& state_;
  const Kernel kernel_;
  std::vector<Message> doomed_;
  bool destroying_ = false;
};

}  // namespace portunus::model
