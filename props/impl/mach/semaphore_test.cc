// Semaphores, as Darwin's headers describe them: counts, waits, who is woken, and their ends.
#include <doctest/doctest.h>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr kern_return_t pending = -1;

Name task() {
  return mach_task_self();
}

semaphore_t make_semaphore(int value, int policy = SYNC_POLICY_FIFO) {
  semaphore_t semaphore = SEMAPHORE_NULL;
  REQUIRE(semaphore_create(task(), &semaphore, policy, value) == OK);
  return semaphore;
}

void settle() {
  REQUIRE(hosted::World::current()->settle());
}

hosted::Accounting accounting() {
  return hosted::World::current()->accounting();
}

}  // namespace

TEST_CASE("a semaphore begins with a count that is none or more, and a policy without priorities") {
  struct Row {
    int policy, value;
    kern_return_t code;
  };
  static constexpr Row rows[] = {
      {SYNC_POLICY_FIFO, 0, OK},
      {SYNC_POLICY_LIFO, 7, OK},
      {SYNC_POLICY_FIFO, -1, KERN_INVALID_ARGUMENT},
      {SYNC_POLICY_FIXED_PRIORITY, 0, KERN_INVALID_ARGUMENT},
      {SYNC_POLICY_MAX + 1, 0, KERN_INVALID_ARGUMENT},
  };
  for (const Row& row : rows) {
    CAPTURE(row.policy);
    CAPTURE(row.value);
    in_world([&] {
      const hosted::Accounting before = accounting();
      semaphore_t semaphore = 99;
      CHECK(semaphore_create(task(), &semaphore, row.policy, row.value) == row.code);
      if (row.code == OK) {
        CHECK(describe(semaphore) == "S1");
        CHECK(mach_port_deallocate(task(), semaphore) == OK);
      } else {
        CHECK(semaphore == SEMAPHORE_NULL);
      }
      CHECK(accounting() == before);
    });
  }
}

TEST_CASE("every call by kind of name") {
  struct Row {
    Kind kind;
    kern_return_t code;
  };
  static constexpr Row rows[] = {
      {Kind::S1, KERN_INVALID_ARGUMENT},  {Kind::RS1, KERN_INVALID_ARGUMENT}, {Kind::R, KERN_INVALID_RIGHT},
      {Kind::O, KERN_INVALID_RIGHT},      {Kind::P, KERN_INVALID_RIGHT},      {Kind::D1, KERN_INVALID_RIGHT},
      {Kind::unknown, KERN_INVALID_NAME}, {Kind::null, KERN_INVALID_NAME},    {Kind::dead, KERN_INVALID_NAME},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const semaphore_t good = make_semaphore(5);
      const Name name = make(row.kind).name;
      CHECK(semaphore_wait(name) == row.code);
      CHECK(semaphore_timedwait(name, {0, 0}) == row.code);
      CHECK(semaphore_wait_signal(name, good) == row.code);
      CHECK(semaphore_wait_signal(good, name) == row.code);
      CHECK(semaphore_timedwait_signal(good, name, {0, 0}) == row.code);
      CHECK(semaphore_signal(name) == row.code);
      CHECK(semaphore_signal_all(name) == row.code);
      CHECK(semaphore_signal_thread(name, THREAD_NULL) == row.code);
    });
  }
}

TEST_CASE("as many waits pass as there are counts and signals") {
  in_world([] {
    const semaphore_t semaphore = make_semaphore(2);
    CHECK(semaphore_wait(semaphore) == OK);
    CHECK(semaphore_wait(semaphore) == OK);
    CHECK(semaphore_timedwait(semaphore, {0, 0}) == KERN_OPERATION_TIMED_OUT);
    CHECK(semaphore_signal(semaphore) == OK);
    CHECK(semaphore_wait(semaphore) == OK);
    const std::uint64_t begin = mach_absolute_time();
    CHECK(semaphore_timedwait(semaphore, {2, 500}) == KERN_OPERATION_TIMED_OUT);
    CHECK(mach_absolute_time() == begin + 2 * NSEC_PER_SEC + 500);
    CHECK(semaphore_timedwait(semaphore, {0, -1}) == KERN_INVALID_VALUE);
    CHECK(semaphore_timedwait(semaphore, {0, 1'000'000'000}) == KERN_INVALID_VALUE);
  });
}

TEST_CASE("who waits is woken in the policy's order") {
  for (const int policy : {SYNC_POLICY_FIFO, SYNC_POLICY_LIFO}) {
    CAPTURE(policy);
    in_world([&] {
      const semaphore_t semaphore = make_semaphore(0, policy);
      std::vector<int> woken;
      for (int thread = 1; thread <= 3; ++thread) {
        start(thread, [&woken, semaphore, thread] {
          if (semaphore_wait(semaphore) == OK) woken.push_back(thread);
        });
        settle();
      }
      for (int signalled = 0; signalled < 3; ++signalled) {
        CHECK(semaphore_signal(semaphore) == OK);
        settle();
      }
      CHECK(woken == (policy == SYNC_POLICY_FIFO ? std::vector<int>{1, 2, 3} : std::vector<int>{3, 2, 1}));
      CHECK(semaphore_timedwait(semaphore, {0, 0}) == KERN_OPERATION_TIMED_OUT);
    });
  }
}

TEST_CASE("signal_all wakes all and counts nothing") {
  in_world([] {
    const semaphore_t semaphore = make_semaphore(0);
    int woken = 0;
    for (int thread = 1; thread <= 3; ++thread) {
      start(thread, [&woken, semaphore] { woken += semaphore_wait(semaphore) == OK ? 1 : 0; });
    }
    settle();
    CHECK(semaphore_signal_all(semaphore) == OK);
    settle();
    CHECK(woken == 3);
    CHECK(semaphore_signal_all(semaphore) == OK);
    CHECK(semaphore_timedwait(semaphore, {0, 0}) == KERN_OPERATION_TIMED_OUT);
  });
}

TEST_CASE("signal_thread wakes that thread, or says that it does not wait") {
  in_world([] {
    const semaphore_t semaphore = make_semaphore(0);
    thread_t threads[3] = {};
    std::vector<int> woken;
    for (int number = 1; number <= 2; ++number) {
      start(number, [&, number] {
        threads[number] = mach_thread_self();
        if (semaphore_wait(semaphore) == OK) woken.push_back(number);
      });
    }
    settle();
    CHECK(semaphore_signal_thread(semaphore, mach_thread_self()) == KERN_NOT_WAITING);
    CHECK(semaphore_signal_thread(semaphore, 0x7f03) == KERN_INVALID_ARGUMENT);
    CHECK(semaphore_signal_thread(semaphore, threads[2]) == OK);
    settle();
    CHECK(woken == std::vector<int>{2});
    CHECK(semaphore_signal_thread(semaphore, THREAD_NULL) == OK);
    settle();
    CHECK(woken == std::vector<int>{2, 1});
    CHECK(semaphore_signal_thread(semaphore, THREAD_NULL) == KERN_NOT_WAITING);
    CHECK(semaphore_timedwait(semaphore, {0, 0}) == KERN_OPERATION_TIMED_OUT);
  });
}

TEST_CASE("wait_signal signals the second, and then waits for the first") {
  in_world([] {
    const semaphore_t ping = make_semaphore(0);
    const semaphore_t pong = make_semaphore(0);
    std::vector<int> order;
    start(1, [&] {
      CHECK(semaphore_wait(ping) == OK);
      order.push_back(1);
      CHECK(semaphore_signal(pong) == OK);
    });
    settle();
    CHECK(semaphore_wait_signal(pong, ping) == OK);
    order.push_back(2);
    CHECK(order == std::vector<int>{1, 2});
    CHECK(semaphore_timedwait_signal(pong, ping, {1, 0}) == KERN_OPERATION_TIMED_OUT);
    CHECK(semaphore_wait(ping) == OK);
    CHECK(semaphore_wait_signal(ping, ping) == OK);
  });
}

TEST_CASE("a destroyed semaphore ends every wait, answers nothing more, and takes the right along") {
  in_world([] {
    const hosted::Accounting before = accounting();
    const semaphore_t semaphore = make_semaphore(0);
    REQUIRE(mach_port_mod_refs(task(), semaphore, MACH_PORT_RIGHT_SEND, 2) == OK);
    kern_return_t code = pending;
    start(1, [&] { code = semaphore_wait(semaphore); });
    settle();
    CHECK(semaphore_destroy(task(), semaphore) == OK);
    settle();
    CHECK(code == KERN_TERMINATED);
    CHECK(describe(semaphore) == "S2");
    CHECK(semaphore_signal(semaphore) == KERN_TERMINATED);
    CHECK(semaphore_signal_all(semaphore) == KERN_TERMINATED);
    CHECK(semaphore_signal_thread(semaphore, THREAD_NULL) == KERN_TERMINATED);
    CHECK(semaphore_wait(semaphore) == KERN_TERMINATED);
    const semaphore_t other = make_semaphore(0);
    CHECK(semaphore_wait_signal(other, semaphore) == KERN_TERMINATED);
    CHECK(semaphore_destroy(task(), semaphore) == KERN_INVALID_ARGUMENT);
    CHECK(describe(semaphore) == "S1");
    CHECK(mach_port_deallocate(task(), semaphore) == OK);
    CHECK(semaphore_destroy(task(), other) == OK);
    CHECK(accounting() == before);
  });
}

TEST_CASE("what is no semaphore is not destroyed") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    CHECK(semaphore_destroy(task(), port) == KERN_INVALID_ARGUMENT);
    CHECK(describe(port) == "R");
    CHECK(semaphore_destroy(task(), port) == MACH_SEND_INVALID_RIGHT);
    CHECK(semaphore_destroy(task(), MACH_PORT_NULL) == KERN_INVALID_ARGUMENT);
    CHECK(semaphore_destroy(port, port) == MACH_SEND_INVALID_DEST);
  });
}

TEST_CASE("a semaphore goes with its last send right, wherever that is") {
  in_world([] {
    const hosted::Accounting before = accounting();
    const semaphore_t semaphore = make_semaphore(0);
    const Name port = receive_right();
    Message message =
        message_to(port, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{semaphore, MACH_MSG_TYPE_MOVE_SEND}});
    REQUIRE(send(message) == MACH_MSG_SUCCESS);
    CHECK(accounting().semaphores == 1);
    REQUIRE(receive(port, message) == MACH_MSG_SUCCESS);
    CHECK(semaphore_signal(message.ports[0].name) == OK);
    kern_return_t code = pending;
    const Name name = message.ports[0].name;
    REQUIRE(semaphore_wait(name) == OK);
    start(1, [&] { code = semaphore_wait(name); });
    settle();
    REQUIRE(mach_port_deallocate(task(), name) == OK);
    settle();
    CHECK(code == KERN_TERMINATED);
    REQUIRE(mach_port_destroy(task(), port) == OK);
    CHECK(accounting() == before);
  });
}

}  // namespace portunus::props
