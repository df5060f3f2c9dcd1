// Ports in several sets at once, which the kernel beneath does not have.
#include <atomic>

#include "impl/mach/gnumach/clock.h"
#include "impl/mach/gnumach/thread.h"
#include "props/impl/gnumach/cases.h"
#include "props/impl/gnumach/port.h"

namespace portunus::guest_test {
namespace {

// One port in two sets, and one of its own in each.
struct Sets {
  mach_port_t shared = make_port();
  mach_port_t own[2] = {make_port(), make_port()};
  mach_port_t set[2] = {make_set(), make_set()};

  Sets() {
    for (int at = 0; at < 2; ++at) {
      CHECK(mach_port_insert_member(mach_task_self(), shared, set[at]) == KERN_SUCCESS);
      CHECK(mach_port_insert_member(mach_task_self(), own[at], set[at]) == KERN_SUCCESS);
    }
  }
  ~Sets() {
    for (int at = 0; at < 2; ++at) {
      drop_set(set[at]);
      drop_port(own[at]);
    }
    drop_port(shared);
  }
  Sets(const Sets&) = delete;
  Sets& operator=(const Sets&) = delete;
};

void each_set_finds_what_comes_to_a_shared_port() {
  const Sets sets;
  for (int round = 0; round < 2; ++round) {
    for (const mach_port_t set : sets.set) {
      CHECK(send(sets.shared, 7) == MACH_MSG_SUCCESS);
      const Received received = receive(set);
      CHECK(received.code == MACH_MSG_SUCCESS && received.id == 7 && received.port == sets.shared);
      CHECK(receive(set).code == MACH_RCV_TIMED_OUT);
    }
  }
}

void a_member_can_be_received_from_directly() {
  const Sets sets;
  CHECK(send(sets.shared, 8) == MACH_MSG_SUCCESS);
  CHECK(receive(sets.shared).id == 8);
  CHECK(send(sets.own[0], 9) == MACH_MSG_SUCCESS);
  CHECK(receive(sets.own[0]).id == 9);
  CHECK(send(sets.own[0], 10) == MACH_MSG_SUCCESS);
  CHECK(receive(sets.set[0]).id == 10);
}

void messages_stay_with_the_port_when_it_leaves_a_set() {
  const Sets sets;
  CHECK(send(sets.shared, 1) == MACH_MSG_SUCCESS);
  CHECK(mach_port_extract_member(mach_task_self(), sets.shared, sets.set[0]) == KERN_SUCCESS);
  CHECK(receive(sets.set[0]).code == MACH_RCV_TIMED_OUT);
  CHECK(receive(sets.set[1]).id == 1);
  CHECK(mach_port_extract_member(mach_task_self(), sets.shared, sets.set[0]) == KERN_NOT_IN_SET);
  CHECK(mach_port_insert_member(mach_task_self(), sets.shared, sets.set[1]) == KERN_ALREADY_IN_SET);
}

void moving_leaves_all_other_sets() {
  const Sets sets;
  CHECK(mach_port_move_member(mach_task_self(), sets.shared, sets.set[1]) == KERN_SUCCESS);
  CHECK(send(sets.shared, 2) == MACH_MSG_SUCCESS);
  CHECK(receive(sets.set[0]).code == MACH_RCV_TIMED_OUT);
  CHECK(receive(sets.set[1]).id == 2);
  CHECK(mach_port_move_member(mach_task_self(), sets.shared, MACH_PORT_NULL) == KERN_SUCCESS);
  CHECK(mach_port_move_member(mach_task_self(), sets.shared, MACH_PORT_NULL) == KERN_NOT_IN_SET);
}

void the_end_of_one_set_leaves_the_other() {
  const Sets sets;
  CHECK(send(sets.shared, 3) == MACH_MSG_SUCCESS);
  drop_set(sets.set[0]);
  CHECK(receive(sets.set[1]).id == 3);
  mach_port_status_t status = {};
  mach_msg_type_number_t words = MACH_PORT_RECEIVE_STATUS_COUNT;
  CHECK(mach_port_get_attributes(mach_task_self(), sets.own[0], MACH_PORT_RECEIVE_STATUS,
                                 reinterpret_cast<mach_port_info_t>(&status), &words) == KERN_SUCCESS);
  CHECK(status.mps_pset == 0);
  CHECK(mach_port_get_attributes(mach_task_self(), sets.shared, MACH_PORT_RECEIVE_STATUS,
                                 reinterpret_cast<mach_port_info_t>(&status), &words) == KERN_SUCCESS);
  CHECK(status.mps_pset == 1);
}

void names_are_checked_as_the_kernel_would() {
  const Sets sets;
  const mach_port_t gone = make_port();
  drop_port(gone);
  CHECK(mach_port_insert_member(mach_task_self(), gone, sets.set[0]) == KERN_INVALID_NAME);
  CHECK(mach_port_insert_member(mach_task_self(), sets.own[0], gone) == KERN_INVALID_NAME);
  CHECK(mach_port_insert_member(mach_task_self(), sets.set[0], sets.set[1]) == KERN_INVALID_RIGHT);
  CHECK(mach_port_insert_member(mach_task_self(), sets.own[0], sets.own[1]) == KERN_INVALID_RIGHT);
}

// ---- Several waiters
// ----------------------------------------------------------------------------------------

struct Waiter {
  mach_port_t from;
  std::atomic<int> got{0};
  std::atomic<int> last{0};
};

void wait_for_messages(void* argument) {
  auto& waiter = *static_cast<Waiter*>(argument);
  for (;;) {
    const Received received = receive(waiter.from, -1);
    if (received.code != MACH_MSG_SUCCESS || received.id == 0) return;
    waiter.last = received.id;
    waiter.got.fetch_add(1);
  }
}

void start_waiter(Waiter& waiter, mach_port_t from) {
  waiter.from = from;
  waiter.got = 0;
  CHECK(gnumach::start_thread(1, wait_for_messages, &waiter));
  CHECK(gnumach::settle());
}

void a_message_goes_to_exactly_one_of_two_waiting_sets() {
  static Waiter waiters[2];
  const Sets sets;
  for (int at = 0; at < 2; ++at) start_waiter(waiters[at], sets.set[at]);
  for (int id = 1; id <= 4; ++id) {
    CHECK(send(sets.shared, id) == MACH_MSG_SUCCESS);
    CHECK(gnumach::settle());
    CHECK(waiters[0].got + waiters[1].got == id);
  }
  for (int at = 0; at < 2; ++at) CHECK(send(sets.own[at], 0) == MACH_MSG_SUCCESS);
  CHECK(gnumach::settle());
}

void who_still_waits_gets_what_the_other_no_longer_takes() {
  static Waiter waiters[2];
  const Sets sets;
  for (int at = 0; at < 2; ++at) start_waiter(waiters[at], sets.set[at]);
  // The second to wait has the shared port at home, and leaves.
  CHECK(send(sets.own[1], 0) == MACH_MSG_SUCCESS);
  CHECK(gnumach::settle());
  CHECK(send(sets.shared, 5) == MACH_MSG_SUCCESS);
  CHECK(gnumach::settle());
  CHECK(waiters[0].got == 1 && waiters[0].last == 5);
  CHECK(send(sets.own[0], 0) == MACH_MSG_SUCCESS);
  CHECK(gnumach::settle());
}

void who_waits_for_the_port_itself_is_not_disturbed() {
  static Waiter waiters[2];
  const Sets sets;
  start_waiter(waiters[0], sets.shared);
  start_waiter(waiters[1], sets.set[1]);
  CHECK(send(sets.shared, 6) == MACH_MSG_SUCCESS);
  CHECK(gnumach::settle());
  CHECK(waiters[0].got + waiters[1].got == 1);
  CHECK(send(sets.own[1], 11) == MACH_MSG_SUCCESS);
  CHECK(gnumach::settle());
  CHECK(waiters[1].last == 11);
  CHECK(send(sets.own[1], 0) == MACH_MSG_SUCCESS);
  CHECK(gnumach::settle());
  CHECK(send(sets.shared, 0) == MACH_MSG_SUCCESS);
  CHECK(gnumach::settle());
}

void a_member_that_joins_a_waiting_set_is_heard() {
  static Waiter waiter;
  const mach_port_t port = make_port();
  const mach_port_t set = make_set();
  CHECK(send(port, 12) == MACH_MSG_SUCCESS);
  start_waiter(waiter, set);
  CHECK(waiter.got == 0);
  CHECK(mach_port_insert_member(mach_task_self(), port, set) == KERN_SUCCESS);
  CHECK(gnumach::settle());
  CHECK(waiter.got == 1 && waiter.last == 12);
  CHECK(send(port, 0) == MACH_MSG_SUCCESS);
  CHECK(gnumach::settle());
  drop_set(set);
  drop_port(port);
}

void a_dead_member_is_no_member() {
  const Sets sets;
  drop_port(sets.shared);
  CHECK(send(sets.own[0], 13) == MACH_MSG_SUCCESS);
  CHECK(receive(sets.set[0]).id == 13);
  CHECK(mach_port_extract_member(mach_task_self(), sets.shared, sets.set[0]) == KERN_INVALID_NAME);
}

constexpr Case kCases[] = {
    {"each set finds what comes to a shared port", each_set_finds_what_comes_to_a_shared_port},
    {"a member can be received from directly", a_member_can_be_received_from_directly},
    {"messages stay with the port when it leaves a set", messages_stay_with_the_port_when_it_leaves_a_set},
    {"moving leaves all other sets", moving_leaves_all_other_sets},
    {"the end of one set leaves the other", the_end_of_one_set_leaves_the_other},
    {"names are checked as the kernel would", names_are_checked_as_the_kernel_would},
    {"a message goes to exactly one of two waiting sets", a_message_goes_to_exactly_one_of_two_waiting_sets},
    {"who still waits gets what the other no longer takes",
     who_still_waits_gets_what_the_other_no_longer_takes},
    {"who waits for the port itself is not disturbed", who_waits_for_the_port_itself_is_not_disturbed},
    {"a member that joins a waiting set is heard", a_member_that_joins_a_waiting_set_is_heard},
    {"a dead member is no member", a_dead_member_is_no_member},
};

}  // namespace

std::span<const Case> membership_cases() {
  return kCases;
}

}  // namespace portunus::guest_test
