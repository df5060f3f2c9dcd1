// Threads as Mach sees them: their ports, suspending them, interrupting their waits, ending them.
#include <doctest/doctest.h>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr kern_return_t pending = -1;

Name task() {
  return mach_task_self();
}

void settle() {
  REQUIRE(hosted::World::current()->settle());
}

hosted::Accounting accounting() {
  return hosted::World::current()->accounting();
}

std::vector<thread_t> threads_of(task_t target) {
  thread_act_array_t list = nullptr;
  mach_msg_type_number_t count = 0;
  REQUIRE(task_threads(target, &list, &count) == OK);
  const std::vector<thread_t> threads(list, list + count);
  CHECK(vm_deallocate(task(), reinterpret_cast<vm_address_t>(list), count * sizeof *list) == OK);
  return threads;
}

// A thread that counts, and looks at the kernel after each step.
thread_t start_counter(int number, int& count) {
  thread_t thread = MACH_PORT_NULL;
  start(number, [&] {
    thread = mach_thread_self();
    while (true) {
      ++count;
      hosted::World::current()->wait_for_others();
    }
  });
  while (thread == MACH_PORT_NULL) hosted::World::current()->wait_for_others();
  return thread;
}

void let_run(int turns) {
  for (int turn = 0; turn < turns; ++turn) {
    hosted::World::current()->wait_for_others();
    mach_task_self();
  }
}

}  // namespace

TEST_CASE("a thread's port lives as long as the thread") {
  in_world([] {
    const hosted::Accounting before = accounting();
    thread_t other = MACH_PORT_NULL;
    const semaphore_t stop = [] {
      semaphore_t made = SEMAPHORE_NULL;
      REQUIRE(semaphore_create(mach_task_self(), &made, SYNC_POLICY_FIFO, 0) == OK);
      return made;
    }();
    start(1, [&] {
      other = mach_thread_self();
      semaphore_wait(stop);
    });
    settle();
    CHECK(describe(other) == "S1");
    const thread_t self = mach_thread_self();
    CHECK(self != other);
    CHECK(mach_thread_self() == self);
    CHECK(describe(self) == "S2");
    CHECK(threads_of(task()) == std::vector<thread_t>{self, other});
    CHECK(describe(other) == "S2");
    REQUIRE(semaphore_signal(stop) == OK);
    settle();
    CHECK(describe(other) == "D2");
    CHECK(thread_suspend(other) == MACH_SEND_INVALID_DEST);
    CHECK(threads_of(task()) == std::vector<thread_t>{self});
    for (const Name name : {self, other, stop}) REQUIRE(mach_port_destroy(task(), name) == OK);
    // The main thread's port stays as long as the thread.
    CHECK(accounting().ports == before.ports + 1);
    CHECK(accounting().names == before.names);
    CHECK(accounting().semaphores == 0);
  });
}

TEST_CASE("thread and task calls on what is neither have no destination") {
  for (const Kind kind :
       {Kind::null, Kind::dead, Kind::unknown, Kind::R, Kind::RS1, Kind::O, Kind::P, Kind::D1}) {
    CAPTURE(to_string(kind));
    in_world([&] {
      const Name name = make(kind).name;
      const std::string before = describe(name);
      thread_act_array_t list = nullptr;
      mach_msg_type_number_t count = 0;
      for (const kern_return_t code :
           {thread_suspend(name), thread_resume(name), thread_abort(name), thread_abort_safely(name),
            thread_terminate(name), task_suspend(name), task_resume(name), task_terminate(name),
            task_threads(name, &list, &count), thread_suspend(task()), task_suspend(mach_thread_self())}) {
        CHECK(code == MACH_SEND_INVALID_DEST);
      }
      CHECK(describe(name) == before);
    });
  }
}

TEST_CASE("a suspended thread stands still until each suspension is taken back") {
  in_world([] {
    int count = 0;
    const thread_t thread = start_counter(1, count);
    CHECK(thread_resume(thread) == KERN_FAILURE);
    CHECK(thread_suspend(thread) == OK);
    CHECK(thread_suspend(thread) == OK);
    const int stopped = count;
    let_run(20);
    CHECK(count == stopped);
    CHECK(thread_resume(thread) == OK);
    let_run(20);
    CHECK(count == stopped);
    CHECK(thread_resume(thread) == OK);
    let_run(20);
    CHECK(count > stopped);
    CHECK(thread_terminate(thread) == OK);
    settle();
    CHECK(accounting().threads == 1);
  });
}

TEST_CASE("a suspended thread's call goes on to its end, and the thread does not come out") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    bool out = false;
    thread_t thread = MACH_PORT_NULL;
    start(1, [&] {
      thread = mach_thread_self();
      Message message;
      REQUIRE(receive(port, message, 0) == MACH_MSG_SUCCESS);
      out = true;
    });
    settle();
    REQUIRE(thread_suspend(thread) == OK);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    settle();
    CHECK(status(port).mps_msgcount == 0);
    CHECK(accounting().messages == 0);
    CHECK_FALSE(out);
    REQUIRE(thread_resume(thread) == OK);
    settle();
    CHECK(out);
  });
}

TEST_CASE("a thread can suspend itself") {
  in_world([] {
    thread_t thread = MACH_PORT_NULL;
    bool resumed = false;
    start(1, [&] {
      thread = mach_thread_self();
      CHECK(thread_suspend(thread) == OK);
      resumed = true;
    });
    settle();
    CHECK_FALSE(resumed);
    CHECK(thread_resume(thread) == OK);
    settle();
    CHECK(resumed);
  });
}

TEST_CASE("a world in which the only one to go on is suspended is deadlocked") {
  hosted::World world;
  CHECK(run(world, [] { thread_suspend(mach_thread_self()); }) == hosted::Outcome::deadlocked);
}

TEST_CASE("each wait that is aborted has its code") {
  struct Row {
    const char* what;
    kern_return_t code;
    kern_return_t (*wait)(Name port, semaphore_t semaphore);
  };
  static constexpr Row rows[] = {
      {"a receive", MACH_RCV_INTERRUPTED,
       [](Name port, semaphore_t) {
         Message message;
         return receive(port, message, MACH_RCV_INTERRUPT);
       }},
      {"a receive with a timeout", MACH_RCV_INTERRUPTED,
       [](Name port, semaphore_t) {
         Message message;
         return receive(port, message, MACH_RCV_INTERRUPT | MACH_RCV_TIMEOUT, 1000);
       }},
      {"a semaphore", KERN_ABORTED, [](Name, semaphore_t semaphore) { return semaphore_wait(semaphore); }},
      {"the clock", KERN_ABORTED,
       [](Name, semaphore_t) { return mach_wait_until(mach_absolute_time() + NSEC_PER_SEC); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    in_world([&] {
      const Name port = receive_right();
      semaphore_t semaphore = SEMAPHORE_NULL;
      REQUIRE(semaphore_create(task(), &semaphore, SYNC_POLICY_FIFO, 0) == OK);
      kern_return_t code = pending;
      thread_t thread = MACH_PORT_NULL;
      start(1, [&] {
        thread = mach_thread_self();
        code = row.wait(port, semaphore);
      });
      settle();
      CHECK(code == pending);
      CHECK(thread_abort(thread) == OK);
      settle();
      CHECK(code == row.code);
      CHECK(thread_abort(mach_thread_self()) == OK);  // it does not wait
    });
  }
}

TEST_CASE("a send that is interrupted comes back like one that timed out") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    for (int sent = 0; sent < 5; ++sent) REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    const Name reply = receive_right();
    kern_return_t code = pending;
    thread_t thread = MACH_PORT_NULL;
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 6, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    start(1, [&] {
      thread = mach_thread_self();
      code = send(message, MACH_SEND_INTERRUPT);
    });
    settle();
    REQUIRE(thread_abort_safely(thread) == OK);
    settle();
    CHECK(code == MACH_SEND_INTERRUPTED);
    CHECK(message.header.msgh_bits == 0x1211);
    CHECK(message.header.msgh_remote_port == port);
    CHECK(describe(message.header.msgh_local_port) == "O");
    CHECK(describe(port) == "RS2");
    CHECK(status(port).mps_msgcount == 5);
  });
}

TEST_CASE("without the option an interrupted send or receive begins again") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name other = make(Kind::RS1).name;
    for (int sent = 0; sent < 5; ++sent)
      REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, sent) == MACH_MSG_SUCCESS);
    kern_return_t code = pending;
    thread_t thread = MACH_PORT_NULL;
    start(1, [&] {
      thread = mach_thread_self();
      Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 6);
      code = send(message, 0);
      CHECK(receive(other, message, 0) == MACH_MSG_SUCCESS);
      CHECK(message.header.msgh_id == 7);
    });
    settle();
    for (int aborted = 0; aborted < 3; ++aborted) {
      REQUIRE(thread_abort(thread) == OK);
      settle();
      CHECK(code == pending);
    }
    CHECK(drain(port) == std::vector<mach_msg_id_t>{0, 1, 2, 3, 4});
    settle();
    CHECK(code == OK);
    CHECK(drain(port) == std::vector<mach_msg_id_t>{6});
    CHECK(describe(port) == "RS1");
    REQUIRE(thread_abort(thread) == OK);
    settle();
    REQUIRE(send_to(other, MACH_MSG_TYPE_COPY_SEND, 7) == MACH_MSG_SUCCESS);
    settle();
    CHECK(accounting().threads == 1);
  });
}

TEST_CASE("a terminated thread never runs again, wherever it stood; what it was sending comes to rest") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name other = make(Kind::RS1).name;
    bool out = false;
    int count = 0;
    std::vector<thread_t> threads(4);
    const auto begin = [&](int number, const std::function<void()>& wait) {
      start(number, [&, number, wait] {
        threads[static_cast<std::size_t>(number)] = mach_thread_self();
        wait();
        out = true;
      });
    };
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    mach_port_limits_t one = {.mpl_qlimit = 1};
    REQUIRE(mach_port_set_attributes(task(), port, MACH_PORT_LIMITS_INFO,
                                     reinterpret_cast<mach_port_info_t>(&one), 1) == OK);
    begin(1, [&] {
      Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND);
      send(message, 0);
    });
    begin(2, [&] {
      Message message;
      receive(other, message, 0);
    });
    begin(3, [&] { mach_wait_until(mach_absolute_time() + NSEC_PER_SEC); });
    threads.push_back(start_counter(4, count));
    hosted::World::current()->wait_for_others();
    for (std::size_t number = 1; number <= 3; ++number) CHECK(thread_terminate(threads[number]) == OK);
    CHECK(thread_suspend(threads[4]) == OK);
    CHECK(thread_terminate(threads[4]) == OK);
    settle();
    CHECK_FALSE(out);
    CHECK(accounting().threads == 1);
    CHECK(accounting().messages == 1);
    CHECK(describe(threads[2]) == "D1");
    REQUIRE(send_to(other, MACH_MSG_TYPE_COPY_SEND, 5) == MACH_MSG_SUCCESS);
    CHECK(drain(other) == std::vector<mach_msg_id_t>{5});
  });
}

TEST_CASE("a thread that ends itself does not come back, nor does a world's main thread") {
  hosted::World world;
  bool out = false;
  CHECK(run(world, [&] {
          start(1, [&] {
            thread_terminate(mach_thread_self());
            out = true;
          });
          REQUIRE(hosted::World::current()->settle());
          CHECK(hosted::World::current()->accounting().threads == 1);
          thread_terminate(mach_thread_self());
          out = true;
        }) == hosted::Outcome::terminated);
  CHECK_FALSE(out);
}

}  // namespace portunus::props
