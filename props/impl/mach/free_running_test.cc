// Worlds whose threads are the operating system's: what holds in whatever order they run. Meant for the
// sanitizers too.
#include <doctest/doctest.h>

#include <mach/mk_timer.h>

#include <atomic>

#include "impl/mach/seam.h"
#include "props/impl/mach/client.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr hosted::WorldOptions free_running = {.free_running = true};

Name task() {
  return mach_task_self();
}

hosted::World& world() {
  return *hosted::World::current();
}

void wait_for_threads_to_end() {
  while (world().accounting().threads != 1) world().wait_for_others();
}

semaphore_t make_semaphore(int value) {
  semaphore_t semaphore = SEMAPHORE_NULL;
  REQUIRE(semaphore_create(task(), &semaphore, SYNC_POLICY_FIFO, value) == OK);
  return semaphore;
}

void run_free(const std::function<void()>& main) {
  in_world(main, free_running);
}

}  // namespace

TEST_CASE("free-running: every message arrives once, and each sender's in order") {
  run_free([] {
    constexpr int senders = 4;
    constexpr int each = 500;
    const Name port = make(Kind::RS1).name;
    for (int sender = 0; sender < senders; ++sender) {
      start(1 + sender, [port, sender] {
        for (int sent = 0; sent < each; ++sent) {
          Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, sender * each + sent);
          send(message, 0);
        }
      });
    }
    std::vector<int> next(senders, 0);
    for (int received = 0; received < senders * each; ++received) {
      Message message;
      REQUIRE(receive(port, message, 0) == MACH_MSG_SUCCESS);
      const auto sender = static_cast<std::size_t>(message.header.msgh_id / each);
      CHECK(message.header.msgh_id % each == next[sender]++);
    }
    CHECK(drain(port).empty());
    wait_for_threads_to_end();
  });
}

TEST_CASE("free-running: a message goes to one of many receivers, through ports and sets") {
  run_free([] {
    constexpr int count = 1000;
    const Name port = make(Kind::RS1).name;
    const Name set = port_set();
    REQUIRE(mach_port_insert_member(task(), port, set) == OK);
    std::atomic<int> received = 0;
    std::atomic<long> sum = 0;
    for (int receiver = 0; receiver < 4; ++receiver) {
      start(1 + receiver, [&, name = receiver % 2 == 0 ? port : set] {
        Message message;
        while (receive(name, message, 0) == MACH_MSG_SUCCESS) {
          sum += message.header.msgh_id;
          ++received;
        }
      });
    }
    for (int sent = 1; sent <= count; ++sent) {
      Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, sent);
      REQUIRE(send(message, 0) == MACH_MSG_SUCCESS);
    }
    while (received != count) world().wait_for_others();
    CHECK(sum == long{count} * (count + 1) / 2);
    REQUIRE(mach_port_destroy(task(), set) == OK);
    REQUIRE(mach_port_destroy(task(), port) == OK);
    wait_for_threads_to_end();
  });
}

TEST_CASE("free-running: a semaphore and the seam's lock keep others out") {
  run_free([] {
    constexpr int each = 2000;
    const semaphore_t semaphore = make_semaphore(1);
    seam::Mutex mutex;
    int by_semaphore = 0;
    int by_mutex = 0;
    const auto work = [&] {
      for (int round = 0; round < each; ++round) {
        semaphore_wait(semaphore);
        ++by_semaphore;
        semaphore_signal(semaphore);
        const seam::Lock lock(mutex);
        ++by_mutex;
      }
    };
    for (int thread = 1; thread <= 3; ++thread) start(thread, work);
    work();
    wait_for_threads_to_end();
    CHECK(by_semaphore == 4 * each);
    CHECK(by_mutex == 4 * each);
    REQUIRE(semaphore_destroy(task(), semaphore) == OK);
  });
}

TEST_CASE("free-running: once is once, and who comes meanwhile waits for it") {
  run_free([] {
    seam::Once once;
    int calls = 0;
    const auto work = [&] {
      seam::once(once, [](void* count) { ++*static_cast<int*>(count); }, &calls);
      CHECK(calls == 1);
    };
    for (int thread = 1; thread <= 4; ++thread) start(thread, work);
    work();
    wait_for_threads_to_end();
  });
}

TEST_CASE("free-running: timeouts and timers take real time") {
  run_free([] {
    const std::uint64_t begin = mach_absolute_time();
    Message message;
    CHECK(receive(receive_right(), message, MACH_RCV_TIMEOUT, 5) == MACH_RCV_TIMED_OUT);
    CHECK(mach_absolute_time() >= begin + 5 * NSEC_PER_MSEC);
    const Name timer = mk_timer_create();
    const std::uint64_t due = mach_absolute_time() + 5 * NSEC_PER_MSEC;
    REQUIRE(mk_timer_arm(timer, due) == OK);
    CHECK(receive(timer, message, 0) == MACH_MSG_SUCCESS);
    CHECK(mach_absolute_time() >= due);
    REQUIRE(mk_timer_arm(timer, mach_absolute_time() + NSEC_PER_SEC) == OK);
    REQUIRE(mk_timer_cancel(timer, nullptr) == OK);
    CHECK(receive(timer, message, MACH_RCV_TIMEOUT, 1) == MACH_RCV_TIMED_OUT);
    CHECK(mach_wait_until(mach_absolute_time() + NSEC_PER_MSEC) == OK);
  });
}

TEST_CASE("free-running: settling waits until every other thread waits") {
  run_free([] {
    const Name port = make(Kind::RS1).name;
    int got = 0;
    for (int thread = 1; thread <= 3; ++thread) {
      start(thread, [&] {
        Message message;
        if (receive(port, message, 0) == MACH_MSG_SUCCESS) got += message.header.msgh_id;
      });
    }
    REQUIRE(world().settle());
    CHECK(got == 0);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 1) == MACH_MSG_SUCCESS);
    REQUIRE(world().settle());
    CHECK(got == 1);
    CHECK(world().accounting().threads == 3);
    while (world().wait_for_others()) {
    }
    CHECK(got == 1);
  });
}

TEST_CASE("free-running: threads are aborted, suspended and ended") {
  run_free([] {
    const Name port = receive_right();
    std::atomic<kern_return_t> code = -1;
    std::atomic<int> count = 0;
    std::atomic<thread_t> waiting = MACH_PORT_NULL;
    std::atomic<thread_t> counting = MACH_PORT_NULL;
    start(1, [&] {
      waiting = mach_thread_self();
      Message message;
      code = receive(port, message, MACH_RCV_INTERRUPT);
    });
    start(2, [&] {
      counting = mach_thread_self();
      while (true) {
        ++count;
        mach_task_self();
      }
    });
    while (waiting == MACH_PORT_NULL || counting == MACH_PORT_NULL) world().wait_for_others();
    while (code == -1) {  // it may not have begun to wait
      REQUIRE(thread_abort(waiting) == OK);
      world().wait_for_others();
    }
    CHECK(code == MACH_RCV_INTERRUPTED);
    REQUIRE(thread_suspend(counting) == OK);
    REQUIRE(world().settle());
    const int stopped = count;
    Message message;
    CHECK(receive(port, message, MACH_RCV_TIMEOUT, 2) == MACH_RCV_TIMED_OUT);
    CHECK(count == stopped);
    REQUIRE(thread_resume(counting) == OK);
    while (count == stopped) world().wait_for_others();
    REQUIRE(thread_terminate(counting) == OK);
    wait_for_threads_to_end();
    CHECK(describe(counting) == "D1");
  });
}

TEST_CASE("free-running: random calls keep the books, and leave nothing behind") {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    run_free([&] {
      const hosted::Accounting before = world().accounting();
      const auto work = [](unsigned client_seed) {
        Client client(client_seed);
        for (int call = 0; call < 150; ++call) client.act();
      };
      for (unsigned thread = 1; thread <= 3; ++thread) {
        start(static_cast<int>(thread), [&work, client_seed = seed * 10 + thread] { work(client_seed); });
      }
      Client client(seed * 10);
      for (int call = 0; call < 150; ++call) {
        client.act();
        check_books();
      }
      wait_for_threads_to_end();
      Client::end_everything();
      CHECK(difference(before, world().accounting()) == "");
    });
  }
}

TEST_CASE("free-running: a task dies while its threads are at work") {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    run_free([&] {
      const hosted::Accounting before = world().accounting();
      const Name port = make(Kind::RS1).name;
      const task_t child = world().create_task();
      REQUIRE(mach_port_insert_right(child, 0x40003, port, MACH_MSG_TYPE_MAKE_SEND) == OK);
      for (int thread = 0; thread < 3; ++thread) {
        start(
            1 + thread,
            [] {
              while (true) {
                mach_msg_header_t message = {};
                message.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
                message.msgh_remote_port = 0x40003;
                mach_msg(&message, MACH_SEND_MSG, sizeof message, 0, 0, 0, 0);
                const Name name = mach_reply_port();
                mach_port_insert_right(mach_task_self(), name, name, MACH_MSG_TYPE_MAKE_SEND);
                mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_RECEIVE, -1);
              }
            },
            child);
      }
      Message message;
      for (unsigned received = 0; received < 20 * seed; ++received) {
        REQUIRE(receive(port, message, 0) == MACH_MSG_SUCCESS);
      }
      REQUIRE(task_terminate(child) == OK);
      wait_for_threads_to_end();
      check_books();
      Client::end_everything();
      CHECK(difference(before, world().accounting()) == "");
    });
  }
}

TEST_CASE("free-running: a world ends as one with fibres does") {
  hosted::World deadlocked(free_running);
  CHECK(run(deadlocked, [] {
          Message message;
          receive(receive_right(), message, 0);
        }) == hosted::Outcome::deadlocked);
}

TEST_CASE("free-running: a world can end its own main thread, and leave others where they are") {
  hosted::World terminated(free_running);
  CHECK(run(terminated, [] {
          start(1, [] {
            mach_msg_empty_rcv_t message = {};
            mach_msg(&message.header, MACH_RCV_MSG, 0, sizeof message, mach_reply_port(), 0, 0);
          });
          thread_terminate(mach_thread_self());
        }) == hosted::Outcome::terminated);
}

TEST_CASE("free-running: threads that a world leaves stop where they are") {
  hosted::World left(free_running);
  std::atomic<int> steps = 0;
  const auto main = [&] {
    start(1, [&] {
      for (;; ++steps) mach_task_self();
    });
    while (steps == 0) world().wait_for_others();
  };
  CHECK(run(left, main) == hosted::Outcome::returned);
  CHECK(left.accounting().threads == 0);
}

}  // namespace portunus::props
