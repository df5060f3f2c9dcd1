// Several tasks: rights that go between them, calls on another task, and a task's end.
#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <string>
#include <utility>

#include "props/impl/mach/letter.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr Name agreed = 0x40003;  // under which a child finds what its parent gave it

Name task() {
  return mach_task_self();
}

hosted::World& world() {
  return *hosted::World::current();
}

void settle() {
  REQUIRE(world().settle());
}

void start_in(task_t child, int number, std::function<void()> function) {
  start(number, std::move(function), child);
}

// A child that has a send right to `port` under the agreed name.
task_t make_child(Name port = MACH_PORT_NULL) {
  const task_t child = world().create_task();
  if (port != MACH_PORT_NULL) {
    REQUIRE(mach_port_insert_right(child, agreed, port, MACH_MSG_TYPE_MAKE_SEND) == OK);
  }
  return child;
}

std::string describe_in(task_t target, Name name) {
  mach_port_type_t type = 0;
  if (mach_port_type(target, name, &type) != OK) return "-";
  mach_port_urefs_t sends = 0;
  mach_port_get_refs(target, name, MACH_PORT_RIGHT_SEND, &sends);
  std::string text;
  if ((type & MACH_PORT_TYPE_RECEIVE) != 0) text += "R";
  if ((type & MACH_PORT_TYPE_SEND) != 0) text += "S" + std::to_string(sends);
  if ((type & MACH_PORT_TYPE_SEND_ONCE) != 0) text += "O";
  if ((type & MACH_PORT_TYPE_PORT_SET) != 0) text += "P";
  if ((type & MACH_PORT_TYPE_DEAD_NAME) != 0) text += "D";
  return text;
}

}  // namespace

TEST_CASE("a new task has one name, for itself; the maker a send right to it") {
  in_world([] {
    const hosted::Accounting before = world().accounting();
    const task_t child = make_child();
    CHECK(describe(child) == "S1");
    CHECK(describe_in(child, 0x103) == "S1");
    const hosted::Accounting now = world().accounting();
    CHECK(now.tasks == before.tasks + 1);
    CHECK(now.names == before.names + 2);
    Name self = MACH_PORT_NULL;
    start_in(child, 1, [&] { self = mach_task_self(); });
    settle();
    CHECK(self == 0x103);
    CHECK(task_terminate(child) == OK);
    CHECK(describe(child) == "D1");
    REQUIRE(mach_port_deallocate(task(), child) == OK);
    CHECK(world().accounting() == before);
  });
}

TEST_CASE("the same name is another right in another task") {
  in_world([] {
    const Name port = receive_right();
    const task_t child = make_child(port);
    CHECK(describe_in(child, agreed) == "S1");
    CHECK(describe(agreed) == "-");
    CHECK(mach_port_allocate_name(task(), MACH_PORT_RIGHT_PORT_SET, agreed) == OK);
    CHECK(mach_port_mod_refs(child, agreed, MACH_PORT_RIGHT_SEND, 2) == OK);
    CHECK(describe_in(child, agreed) == "S3");
    CHECK(describe(agreed) == "P");
    CHECK(mach_port_destroy(child, agreed) == OK);
    CHECK(describe(agreed) == "P");
  });
}

TEST_CASE("a right that is put into another task goes as in a message, with a message's codes") {
  struct Row {
    Kind kind;
    mach_msg_type_name_t disposition;
    kern_return_t code;
    const char* after;
    const char* theirs;
  };
  static constexpr Row rows[] = {
      {Kind::R, MACH_MSG_TYPE_MAKE_SEND, OK, "R", "S1"},
      {Kind::R, MACH_MSG_TYPE_MAKE_SEND_ONCE, OK, "R", "O"},
      {Kind::R, MACH_MSG_TYPE_MOVE_RECEIVE, OK, "-", "R"},
      {Kind::RS1, MACH_MSG_TYPE_MOVE_RECEIVE, OK, "S1", "R"},
      {Kind::RS1, MACH_MSG_TYPE_MOVE_SEND, OK, "R", "S1"},
      {Kind::S2, MACH_MSG_TYPE_COPY_SEND, OK, "S2", "S1"},
      {Kind::O, MACH_MSG_TYPE_MOVE_SEND_ONCE, OK, "-", "O"},
      {Kind::R, MACH_MSG_TYPE_COPY_SEND, MACH_SEND_INVALID_RIGHT, "R", "-"},
      {Kind::S2, MACH_MSG_TYPE_MAKE_SEND, MACH_SEND_INVALID_RIGHT, "S2", "-"},
      {Kind::P, MACH_MSG_TYPE_MAKE_SEND, MACH_SEND_INVALID_RIGHT, "P", "-"},
      {Kind::unknown, MACH_MSG_TYPE_MAKE_SEND, MACH_SEND_INVALID_RIGHT, "-", "-"},
      {Kind::null, MACH_MSG_TYPE_MAKE_SEND, KERN_INVALID_CAPABILITY, "-", "-"},
      {Kind::dead, MACH_MSG_TYPE_COPY_SEND, KERN_INVALID_CAPABILITY, "D0", "-"},
      {Kind::D2, MACH_MSG_TYPE_COPY_SEND, KERN_INVALID_CAPABILITY, "D2", "-"},
      {Kind::D2, MACH_MSG_TYPE_MOVE_SEND, KERN_INVALID_CAPABILITY, "D1", "-"},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    CAPTURE(row.disposition);
    in_world([&] {
      const task_t child = make_child();
      const Name name = make(row.kind).name;
      CHECK(mach_port_insert_right(child, agreed, name, row.disposition) == row.code);
      CHECK(describe(name) == row.after);
      CHECK(describe_in(child, agreed) == row.theirs);
    });
  }
}

TEST_CASE("a right that is taken out of another task is the caller's") {
  in_world([] {
    const task_t child = make_child();
    Name theirs = MACH_PORT_NULL;
    REQUIRE(mach_port_allocate(child, MACH_PORT_RIGHT_RECEIVE, &theirs) == OK);
    Name mine = MACH_PORT_NULL;
    mach_msg_type_name_t type = 0;
    CHECK(mach_port_extract_right(child, theirs, MACH_MSG_TYPE_MAKE_SEND, &mine, &type) == OK);
    CHECK(type == MACH_MSG_TYPE_PORT_SEND);
    CHECK(describe(mine) == "S1");
    CHECK(describe_in(child, theirs) == "R");
    CHECK(mach_port_extract_right(child, theirs, MACH_MSG_TYPE_MOVE_RECEIVE, &mine, &type) == OK);
    CHECK(describe(mine) == "RS1");
    CHECK(describe_in(child, theirs) == "-");
  });
}

TEST_CASE("a message takes rights, memory and arrays from one task to the other") {
  in_world([] {
    const Name port = receive_right();
    const task_t child = make_child(port);
    Name sent = MACH_PORT_NULL;
    start_in(child, 1, [&] {
      Name own = MACH_PORT_NULL;
      REQUIRE(mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &own) == OK);
      sent = own;
      vm_address_t memory = 0;
      REQUIRE(vm_allocate(mach_task_self(), &memory, 5, VM_FLAGS_ANYWHERE) == OK);
      std::memcpy(reinterpret_cast<void*>(memory), "text", 5);
      Letter letter(agreed);
      letter.header().msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0) | MACH_MSGH_BITS_COMPLEX;
      letter.add_port(own, MACH_MSG_TYPE_MAKE_SEND);
      letter.add_memory(reinterpret_cast<void*>(memory), 5, true);
      letter.add_array({own, own}, MACH_MSG_TYPE_MAKE_SEND_ONCE);
      CHECK(letter.send() == MACH_MSG_SUCCESS);
    });
    settle();
    Letter letter(port);
    REQUIRE(letter.receive(port, MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_AUDIT)) == MACH_MSG_SUCCESS);
    const auto carried = letter.at<mach_msg_port_descriptor_t>(0);
    const auto memory = letter.at<mach_msg_ool_descriptor_t>(sizeof carried);
    const auto array = letter.at<mach_msg_ool_ports_descriptor_t>(sizeof carried + sizeof memory);
    const auto trailer = letter.at<mach_msg_audit_trailer_t>(sizeof carried + sizeof memory + sizeof array);
    CHECK(describe(carried.name) == "S1");
    CHECK(std::string(static_cast<const char*>(memory.address)) == "text");
    CHECK(array.count == 2);
    CHECK(describe(static_cast<const Name*>(array.address)[1]) == "O");
    CHECK(trailer.msgh_audit.val[5] == 2);
    CHECK(describe_in(child, sent) == "R");
    REQUIRE(send_to(carried.name, MACH_MSG_TYPE_COPY_SEND, 9) == MACH_MSG_SUCCESS);
    mach_msg_destroy(&letter.header());
    CHECK(world().accounting().memory == 0);
    mach_port_urefs_t refs = 0;
    CHECK(mach_port_get_refs(child, sent, MACH_PORT_RIGHT_RECEIVE, &refs) == OK);
    std::vector<mach_msg_id_t> ids;
    start_in(child, 2, [&] { ids = drain(sent); });
    settle();
    CHECK(ids == std::vector<mach_msg_id_t>{9, MACH_NOTIFY_SEND_ONCE, MACH_NOTIFY_SEND_ONCE});
  });
}

TEST_CASE("a request on another task's name is told to the caller's port, of that task's name") {
  in_world([] {
    const Name port = receive_right();
    const Name notify = receive_right();
    const task_t child = make_child(port);
    Name previous = 99;
    REQUIRE(mach_port_request_notification(child, agreed, MACH_NOTIFY_DEAD_NAME, 0, notify,
                                           MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous) == OK);
    CHECK(previous == MACH_PORT_NULL);
    REQUIRE(mach_port_destroy(task(), port) == OK);
    Message message;
    REQUIRE(receive(notify, message) == MACH_MSG_SUCCESS);
    CHECK(message.header.msgh_id == MACH_NOTIFY_DEAD_NAME);
    CHECK(notified_word(message) == agreed);
    CHECK(describe_in(child, agreed) == "D");
  });
}

TEST_CASE("each of two tasks is told of a port's death by its own name") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    const task_t child = make_child(port);
    Name previous = MACH_PORT_NULL;
    for (const auto& [target, name] : {std::pair{task(), port}, std::pair{child, agreed}}) {
      REQUIRE(mach_port_request_notification(target, name, MACH_NOTIFY_DEAD_NAME, 0, notify,
                                             MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous) == OK);
    }
    REQUIRE(mach_port_mod_refs(task(), port, MACH_PORT_RIGHT_RECEIVE, -1) == OK);
    std::vector<Name> told;
    Message message;
    while (receive(notify, message) == MACH_MSG_SUCCESS) told.push_back(notified_word(message));
    CHECK(told == std::vector<Name>{port, agreed});
    CHECK(describe(port) == "D2");
  });
}

TEST_CASE("a task's end: its ports die, its rights go, and each who asked is told") {
  in_world([] {
    const hosted::Accounting before = world().accounting();
    const Name port = receive_right();
    const Name notify = receive_right();
    const task_t child = make_child(port);
    Name theirs = MACH_PORT_NULL;
    REQUIRE(mach_port_allocate(child, MACH_PORT_RIGHT_RECEIVE, &theirs) == OK);
    Name mine = MACH_PORT_NULL;
    mach_msg_type_name_t type = 0;
    REQUIRE(mach_port_extract_right(child, theirs, MACH_MSG_TYPE_MAKE_SEND, &mine, &type) == OK);
    REQUIRE(mach_port_insert_right(child, agreed + 0x100, port, MACH_MSG_TYPE_MAKE_SEND_ONCE) == OK);
    Name set = MACH_PORT_NULL;
    REQUIRE(mach_port_allocate(child, MACH_PORT_RIGHT_PORT_SET, &set) == OK);
    REQUIRE(mach_port_insert_member(child, theirs, set) == OK);
    REQUIRE(mach_port_guard(child, theirs, 5, TRUE) == OK);
    vm_address_t memory = 0;
    REQUIRE(vm_allocate(child, &memory, 10'000, VM_FLAGS_ANYWHERE) == OK);
    Name previous = MACH_PORT_NULL;
    const auto ask = [&](task_t target, Name name, mach_msg_id_t id) {
      REQUIRE(mach_port_request_notification(target, name, id, 0, notify, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                             &previous) == OK);
    };
    ask(task(), mine, MACH_NOTIFY_DEAD_NAME);
    ask(task(), child, MACH_NOTIFY_DEAD_NAME);
    ask(task(), port, MACH_NOTIFY_NO_SENDERS);
    ask(child, agreed, MACH_NOTIFY_DEAD_NAME);
    CHECK(task_terminate(child) == OK);
    check_books();
    CHECK(describe(mine) == "D2");
    CHECK(describe(child) == "D2");
    CHECK(drain(port) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
    CHECK(drain(notify) == std::vector<mach_msg_id_t>{MACH_NOTIFY_DEAD_NAME, MACH_NOTIFY_NO_SENDERS,
                                                      MACH_NOTIFY_PORT_DELETED, MACH_NOTIFY_DEAD_NAME});
    CHECK(mach_port_allocate(child, MACH_PORT_RIGHT_RECEIVE, &theirs) == MACH_SEND_INVALID_DEST);
    for (const Name name : {port, notify, mine, child}) REQUIRE(mach_port_destroy(task(), name) == OK);
    CHECK(world().accounting() == before);
  });
}

TEST_CASE("a task's threads end with it, wherever they stand, and nothing of their calls is left") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    for (int sent = 0; sent < 5; ++sent) REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    const hosted::Accounting before = world().accounting();
    const task_t child = make_child(port);
    bool out = false;
    Name waited = MACH_PORT_NULL;
    start_in(child, 1, [&] {
      const Name reply = mach_reply_port();
      Message message = message_to(agreed, MACH_MSG_TYPE_COPY_SEND, 0, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                   {{reply, MACH_MSG_TYPE_MOVE_RECEIVE}});
      send(message, 0);
      out = true;
    });
    start_in(child, 2, [&] {
      waited = mach_reply_port();
      Message message;
      receive(waited, message, 0);
      out = true;
    });
    start_in(child, 3, [&] {
      while (true) world().wait_for_others();
    });
    world().wait_for_others();
    // This message is in the second thread's hands, who has not run since.
    Name mine = MACH_PORT_NULL;
    mach_msg_type_name_t type = 0;
    REQUIRE(mach_port_extract_right(child, waited, MACH_MSG_TYPE_MAKE_SEND, &mine, &type) == OK);
    const Name carried = receive_right();
    Message message =
        message_to(mine, MACH_MSG_TYPE_MOVE_SEND, 0, 0, 0, {{carried, MACH_MSG_TYPE_MOVE_RECEIVE}});
    REQUIRE(send(message) == MACH_MSG_SUCCESS);
    CHECK(task_terminate(child) == OK);
    settle();
    CHECK_FALSE(out);
    REQUIRE(mach_port_deallocate(task(), child) == OK);
    CHECK(world().accounting() == before);
  });
}

TEST_CASE("a task can end itself; its semaphores end for everybody") {
  in_world([] {
    const Name port = receive_right();
    const task_t child = make_child(port);
    bool out = false;
    start_in(child, 1, [&] {
      semaphore_t semaphore = SEMAPHORE_NULL;
      REQUIRE(semaphore_create(mach_task_self(), &semaphore, SYNC_POLICY_FIFO, 0) == OK);
      Message message =
          message_to(agreed, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0, {{semaphore, MACH_MSG_TYPE_COPY_SEND}});
      REQUIRE(send(message) == MACH_MSG_SUCCESS);
      REQUIRE(mach_wait_until(mach_absolute_time() + 5) == OK);
      task_terminate(mach_task_self());
      out = true;
    });
    Message message;
    REQUIRE(receive(port, message, 0) == MACH_MSG_SUCCESS);
    CHECK(semaphore_wait(message.ports[0].name) == KERN_TERMINATED);
    CHECK_FALSE(out);
    CHECK(describe(child) == "D1");
    CHECK(semaphore_destroy(task(), message.ports[0].name) == KERN_INVALID_ARGUMENT);
    CHECK(world().accounting().semaphores == 0);
  });
}

TEST_CASE("when the first task ends, so does the world's program") {
  hosted::World one;
  CHECK(run(one, [] { task_terminate(mach_task_self()); }) == hosted::Outcome::terminated);
}

TEST_CASE("a suspended task's threads stand still, those that begin meanwhile too") {
  in_world([] {
    const task_t child = make_child();
    int steps = 0;
    const auto step = [&] { ++steps; };
    CHECK(task_resume(child) == KERN_FAILURE);
    CHECK(task_suspend(child) == OK);
    start_in(child, 1, step);
    settle();
    CHECK(steps == 0);
    thread_act_array_t list = nullptr;
    mach_msg_type_number_t count = 0;
    REQUIRE(task_threads(child, &list, &count) == OK);
    REQUIRE(count == 1);
    CHECK(thread_suspend(list[0]) == OK);
    CHECK(task_resume(child) == OK);
    settle();
    CHECK(steps == 0);
    CHECK(thread_resume(list[0]) == OK);
    settle();
    CHECK(steps == 1);
    CHECK(vm_deallocate(task(), reinterpret_cast<vm_address_t>(list), count * sizeof *list) == OK);
  });
}

TEST_CASE("a task's special ports: the bootstrap port is inherited, and can be set") {
  in_world([] {
    const Name port = receive_right();
    Name got = 99;
    CHECK(task_get_special_port(task(), TASK_BOOTSTRAP_PORT, &got) == OK);
    CHECK(got == MACH_PORT_NULL);
    CHECK(task_set_special_port(task(), TASK_BOOTSTRAP_PORT, port) == MACH_SEND_INVALID_RIGHT);
    REQUIRE(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MAKE_SEND) == OK);
    CHECK(task_set_special_port(task(), TASK_BOOTSTRAP_PORT, port) == OK);
    CHECK(describe(port) == "RS1");
    const task_t child = make_child();
    start_in(child, 1, [&] {
      Name bootstrap = MACH_PORT_NULL;
      CHECK(task_get_special_port(mach_task_self(), TASK_BOOTSTRAP_PORT, &bootstrap) == OK);
      CHECK(send_to(bootstrap, MACH_MSG_TYPE_MOVE_SEND, 3) == MACH_MSG_SUCCESS);
    });
    settle();
    CHECK(drain(port) == std::vector<mach_msg_id_t>{3});
    CHECK(task_get_special_port(child, TASK_KERNEL_PORT, &got) == OK);
    CHECK(got == child);
    CHECK(task_get_special_port(child, TASK_HOST_PORT, &got) == OK);
    CHECK(got == mach_host_self());
    CHECK(task_get_special_port(child, TASK_NAME_PORT, &got) == KERN_INVALID_ARGUMENT);
    CHECK(task_set_special_port(child, TASK_KERNEL_PORT, port) == KERN_INVALID_ARGUMENT);
    REQUIRE(mach_port_mod_refs(task(), port, MACH_PORT_RIGHT_RECEIVE, -1) == OK);
    CHECK(task_get_special_port(task(), TASK_BOOTSTRAP_PORT, &got) == OK);
    CHECK(got == MACH_PORT_DEAD);
    CHECK(task_set_special_port(task(), TASK_BOOTSTRAP_PORT, MACH_PORT_NULL) == OK);
    CHECK(task_get_special_port(task(), TASK_BOOTSTRAP_PORT, &got) == OK);
    CHECK(got == MACH_PORT_NULL);
  });
}

TEST_CASE("a thread begins in a task, or not at all") {
  in_world([] {
    const auto nothing = [](void*) {};
    CHECK_FALSE(world().start_thread(1, nothing, nullptr, receive_right()));
    CHECK_FALSE(world().start_thread(1, nothing, nullptr, 0x7f03));
  });
}

}  // namespace portunus::props
