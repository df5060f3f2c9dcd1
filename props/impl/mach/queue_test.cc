// Full and empty queues: who waits, who is woken, and with what (facts mach-xnu 6, 7, 8).
#include <doctest/doctest.h>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr mach_msg_return_t OK = MACH_MSG_SUCCESS;

Name task() {
  return mach_task_self();
}

void settle() {
  REQUIRE(hosted::World::current()->settle());
}

void start_sender(Name port, mach_msg_id_t id, mach_msg_return_t& code, mach_msg_option_t option = 0,
                  mach_msg_timeout_t timeout = 0) {
  start(1, [=, &code] {
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, id);
    code = send(message, option, timeout);
  });
  settle();
}

void start_receiver(Name name, Message& message, mach_msg_return_t& code, mach_msg_option_t option = 0) {
  start(2, [=, &message, &code] { code = receive(name, message, option); });
  settle();
}

constexpr mach_msg_return_t pending = -1;

}  // namespace

TEST_CASE("queue limits are 0 to 1024") {
  in_world([] {
    const Name port = receive_right();
    for (const mach_port_msgcount_t limit : {0u, 1u, 16u, 1024u}) {
      CHECK(set_limit(port, limit) == KERN_SUCCESS);
      CHECK(status(port).mps_qlimit == limit);
    }
    CHECK(set_limit(port, 1025) == KERN_INVALID_VALUE);
    CHECK(status(port).mps_qlimit == 1024);
  });
}

TEST_CASE("attributes by name and flavour") {
  struct Row {
    Kind kind;
    kern_return_t set, limits, status;
  };
  static constexpr kern_return_t IR = KERN_INVALID_RIGHT;
  static constexpr kern_return_t IN = KERN_INVALID_NAME;
  static constexpr Row rows[] = {
      {Kind::R, OK, OK, OK}, {Kind::S1, IR, IR, IR},      {Kind::O, IR, IR, IR},    {Kind::D1, IR, IR, IR},
      {Kind::P, IR, IR, IR}, {Kind::unknown, IN, IN, IN}, {Kind::null, IR, OK, IR}, {Kind::dead, IR, OK, IR},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Name name = make(row.kind).name;
      integer_t words[10] = {77};
      mach_msg_type_number_t count = 1;
      CHECK(mach_port_get_attributes(task(), name, MACH_PORT_LIMITS_INFO, words, &count) == row.limits);
      if (row.kind == Kind::null) CHECK((count == 0 && words[0] == 77));
      if (row.kind == Kind::R) CHECK((count == 1 && words[0] == 5));
      count = 10;
      CHECK(mach_port_get_attributes(task(), name, MACH_PORT_RECEIVE_STATUS, words, &count) == row.status);
      count = 9;
      CHECK(mach_port_get_attributes(task(), name, MACH_PORT_RECEIVE_STATUS, words, &count) == KERN_FAILURE);
      CHECK(mach_port_get_attributes(task(), name, 99, words, &count) == KERN_INVALID_ARGUMENT);
      CHECK(set_limit(name, 3) == row.set);
      CHECK(mach_port_set_attributes(task(), name, MACH_PORT_LIMITS_INFO, words, 0) == KERN_FAILURE);
      CHECK(mach_port_set_attributes(task(), name, MACH_PORT_RECEIVE_STATUS, words, 10) ==
            KERN_INVALID_ARGUMENT);
    });
  }
}

TEST_CASE("a full queue refuses a send with a timeout, at once or when it is over") {
  in_world([] {
    const Name port = full_port(5);
    const std::uint64_t begin = mach_absolute_time();
    CHECK(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_SEND_TIMED_OUT);
    CHECK(mach_absolute_time() == begin);
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND);
    CHECK(send(message, MACH_SEND_TIMEOUT, 30) == MACH_SEND_TIMED_OUT);
    CHECK(mach_absolute_time() == begin + 30'000'000);
    CHECK(status(port).mps_msgcount == 5);
  });
}

TEST_CASE("what could not be sent comes back: every right under a name, every disposition a received one") {
  struct Row {
    mach_msg_type_name_t disposition;
    const char* after;
  };
  for (const Row& row : {Row{MACH_MSG_TYPE_COPY_SEND, "RS2"}, Row{MACH_MSG_TYPE_MOVE_SEND, "RS1"},
                         Row{MACH_MSG_TYPE_MAKE_SEND, "RS2"}}) {
    CAPTURE(row.disposition);
    in_world([&] {
      const Name port = full_port(1);
      const Name reply = receive_right();
      Message message = message_to(port, row.disposition, 6, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                   {{reply, MACH_MSG_TYPE_MAKE_SEND}});
      CHECK(send(message) == MACH_SEND_TIMED_OUT);
      CHECK(describe(port) == row.after);
      CHECK(message.header.msgh_bits == (MACH_MSGH_BITS_COMPLEX | 0x1211));
      CHECK(message.header.msgh_remote_port == port);
      CHECK(message.header.msgh_local_port != reply);
      CHECK(describe(message.header.msgh_local_port) == "O");
      CHECK(message.header.msgh_id == 6);
      CHECK(message.ports[0].name == reply);
      CHECK(+message.ports[0].disposition == MACH_MSG_TYPE_PORT_SEND);
      CHECK(describe(reply) == "RS1");
    });
  }
}

TEST_CASE("a send-once right passes a full queue, and a queue of limit 0") {
  in_world([] {
    const Name port = full_port(1);
    CHECK(send_to(port, MACH_MSG_TYPE_MAKE_SEND_ONCE, 7) == OK);
    const Name none = full_port(0);
    CHECK(send_to(none, MACH_MSG_TYPE_MAKE_SEND, 8) == MACH_SEND_TIMED_OUT);
    CHECK(send_to(none, MACH_MSG_TYPE_MAKE_SEND_ONCE, 9) == OK);
    CHECK(drain(port) == std::vector<mach_msg_id_t>{1, 7});
    CHECK(drain(none) == std::vector<mach_msg_id_t>{9});
  });
}

TEST_CASE("a lowered limit keeps what is queued") {
  in_world([] {
    const Name port = full_port(4);
    REQUIRE(set_limit(port, 2) == KERN_SUCCESS);
    Message message;
    for (mach_msg_id_t id = 1; id <= 3; ++id) {
      CHECK(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_SEND_TIMED_OUT);
      REQUIRE(receive(port, message) == OK);
      CHECK(message.header.msgh_id == id);
    }
    CHECK(send_to(port, MACH_MSG_TYPE_COPY_SEND) == OK);
  });
}

TEST_CASE("a receive hands its slot to the first blocked sender; nobody else gets it") {
  in_world([] {
    const Name port = full_port(1);
    mach_msg_return_t first = pending;
    mach_msg_return_t second = pending;
    start_sender(port, 10, first);
    start_sender(port, 20, second);
    CHECK(first == pending);
    Message message;
    REQUIRE(receive(port, message) == OK);
    CHECK(send_to(port, MACH_MSG_TYPE_COPY_SEND, 30) == MACH_SEND_TIMED_OUT);
    CHECK(status(port).mps_msgcount == 1);
    settle();
    CHECK(first == OK);
    CHECK(second == pending);
    REQUIRE(receive(port, message) == OK);
    CHECK(message.header.msgh_id == 10);
    settle();
    CHECK(second == OK);
    CHECK(drain(port) == std::vector<mach_msg_id_t>{20});
  });
}

TEST_CASE("a raised limit wakes as many blocked senders as there is room for") {
  in_world([] {
    const Name port = full_port(1);
    mach_msg_return_t codes[3] = {pending, pending, pending};
    for (int sender = 0; sender < 3; ++sender) start_sender(port, 10 + sender, codes[sender]);
    REQUIRE(set_limit(port, 3) == KERN_SUCCESS);
    settle();
    CHECK(codes[0] == OK);
    CHECK(codes[1] == OK);
    CHECK(codes[2] == pending);
  });
}

TEST_CASE("a blocked send succeeds when the port dies: the message ends with it") {
  in_world([] {
    const Name port = full_port(1);
    const Name reply = receive_right();
    mach_msg_return_t code = pending;
    start(1, [&] {
      Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE);
      code = send(message, 0);
    });
    settle();
    REQUIRE(mach_port_mod_refs(task(), port, MACH_PORT_RIGHT_RECEIVE, -1) == KERN_SUCCESS);
    settle();
    CHECK(code == OK);
    CHECK(drain(reply) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
  });
}

TEST_CASE("a blocked sender stays when the receive right moves") {
  in_world([] {
    const Name port = full_port(1);
    mach_msg_return_t code = pending;
    start_sender(port, 5, code);
    REQUIRE(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MOVE_RECEIVE) == KERN_SUCCESS);
    settle();
    CHECK(code == pending);
    Message message;
    REQUIRE(receive(port, message) == OK);
    settle();
    CHECK(code == OK);
  });
}

TEST_CASE("a blocked receiver gets the next message, first come first served") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    Message first;
    Message second;
    mach_msg_return_t codes[2] = {pending, pending};
    start_receiver(port, first, codes[0]);
    start_receiver(port, second, codes[1]);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 1) == OK);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 2) == OK);
    CHECK(status(port).mps_msgcount == 0);
    settle();
    CHECK(codes[0] == OK);
    CHECK(first.header.msgh_id == 1);
    CHECK(first.header.msgh_local_port == port);
    CHECK(codes[1] == OK);
    CHECK(second.header.msgh_id == 2);
    CHECK(status(port).mps_seqno == 2);
  });
}

TEST_CASE("a blocked receiver is told that its port or set has changed, never that it died") {
  enum class End { destroyed, moved };
  for (const End end : {End::destroyed, End::moved}) {
    in_world([&] {
      const Name port = make(Kind::RS1).name;
      Message message;
      mach_msg_return_t code = pending;
      start_receiver(port, message, code);
      if (end == End::destroyed) {
        REQUIRE(mach_port_mod_refs(task(), port, MACH_PORT_RIGHT_RECEIVE, -1) == KERN_SUCCESS);
      } else {
        REQUIRE(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MOVE_RECEIVE) == KERN_SUCCESS);
      }
      settle();
      CHECK(code == MACH_RCV_PORT_CHANGED);
    });
  }
  in_world([] {
    const Name set = port_set();
    Message message;
    mach_msg_return_t code = pending;
    start_receiver(set, message, code);
    REQUIRE(mach_port_destroy(task(), set) == KERN_SUCCESS);
    settle();
    CHECK(code == MACH_RCV_PORT_CHANGED);
  });
}

TEST_CASE("a blocked receiver does not hear of what becomes of its own port, however it goes") {
  // The receive right is moved with a dead-name request to the port itself on its name.
  in_world([] {
    const Name port = receive_right();
    REQUIRE(request(port, MACH_NOTIFY_DEAD_NAME, port) == KERN_SUCCESS);
    Message message;
    mach_msg_return_t code = pending;
    start_receiver(port, message, code);
    move_receive_away(port);
    settle();
    CHECK(code == MACH_RCV_PORT_CHANGED);
  });
  // Both rights are destroyed, with a no-senders request to the port itself.
  in_world([] {
    const Name port = make(Kind::RS1).name;
    REQUIRE(request(port, MACH_NOTIFY_NO_SENDERS, port, 2) == KERN_SUCCESS);
    Message message;
    mach_msg_return_t code = pending;
    start_receiver(port, message, code);
    REQUIRE(mach_port_destroy(task(), port) == KERN_SUCCESS);
    settle();
    CHECK(code == MACH_RCV_PORT_CHANGED);
  });
}

TEST_CASE("a message in the hands of a receiver that has not run yet survives its port") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    Message message;
    mach_msg_return_t code = pending;
    start_receiver(port, message, code);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 4) == OK);
    REQUIRE(mach_port_destroy(task(), port) == KERN_SUCCESS);
    settle();
    CHECK(code == OK);
    CHECK(message.header.msgh_id == 4);
    CHECK(message.header.msgh_local_port == MACH_PORT_NULL);
  });
}

TEST_CASE("a blocked receiver with too small a buffer is told, and the next one gets the message") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    mach_msg_header_t small = {};
    mach_msg_return_t small_code = pending;
    start(1,
          [&] { small_code = mach_msg(&small, MACH_RCV_MSG | MACH_RCV_LARGE, 0, sizeof small, port, 0, 0); });
    settle();
    Message message;
    mach_msg_return_t code = pending;
    start_receiver(port, message, code);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 6) == OK);
    settle();
    CHECK(small_code == MACH_RCV_TOO_LARGE);
    CHECK(small.msgh_size == 24);
    CHECK(code == OK);
    CHECK(message.header.msgh_id == 6);
  });
}

TEST_CASE("a receive waits as long as it says") {
  in_world([] {
    const Name port = receive_right();
    const std::uint64_t begin = mach_absolute_time();
    Message message;
    CHECK(receive(port, message, MACH_RCV_TIMEOUT, 20) == MACH_RCV_TIMED_OUT);
    CHECK(mach_absolute_time() == begin + 20'000'000);
  });
}

TEST_CASE("sequence numbers count what is taken off, through the port or a set") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name set = port_set();
    REQUIRE(mach_port_insert_member(task(), port, set) == KERN_SUCCESS);
    for (mach_port_seqno_t seqno = 0; seqno < 4; ++seqno) {
      REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == OK);
      CHECK(status(port).mps_seqno == seqno);
      CHECK(drain(seqno % 2 == 0 ? port : set).size() == 1);
    }
    REQUIRE(mach_port_extract_member(task(), port, set) == KERN_SUCCESS);
    CHECK(status(port).mps_seqno == 4);
  });
}

TEST_CASE("what could not be sent comes back: the reply right, by disposition") {
  struct Row {
    Kind kind;
    mach_msg_type_name_t disposition;
    mach_msg_bits_t bits;
    bool same_name;
    const char* before;
    const char* after;
  };
  static constexpr Row rows[] = {
      {Kind::R, MACH_MSG_TYPE_MAKE_SEND_ONCE, 0x1211, false, "R", "O"},
      {Kind::O, MACH_MSG_TYPE_MOVE_SEND_ONCE, 0x1211, false, "-", "O"},
      {Kind::RS1, MACH_MSG_TYPE_MOVE_SEND, 0x1111, true, "RS1", "RS1"},
      {Kind::RS1, MACH_MSG_TYPE_COPY_SEND, 0x1111, true, "RS2", "RS2"},
      {Kind::R, MACH_MSG_TYPE_MAKE_SEND, 0x1111, true, "RS1", "RS1"},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    CAPTURE(row.disposition);
    in_world([&] {
      const Name port = full_port(1);
      const Name reply = make(row.kind).name;
      Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 6, reply, row.disposition);
      CHECK(send(message) == MACH_SEND_TIMED_OUT);
      CHECK(message.header.msgh_bits == row.bits);
      CHECK((message.header.msgh_local_port == reply) == row.same_name);
      CHECK(describe(reply) == row.before);
      CHECK(describe(message.header.msgh_local_port) == row.after);
    });
  }
}

TEST_CASE("what could not be sent comes back: the body's rights, by disposition") {
  struct Row {
    Kind kind;
    mach_msg_type_name_t disposition, returned;
    bool same_name;
    const char* after;
  };
  static constexpr Row rows[] = {
      {Kind::RS1, MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_PORT_SEND, true, "RS1"},
      {Kind::RS1, MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_PORT_SEND, true, "RS2"},
      {Kind::RS1, MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_PORT_SEND, true, "RS2"},
      {Kind::RS1, MACH_MSG_TYPE_MOVE_RECEIVE, MACH_MSG_TYPE_PORT_RECEIVE, true, "RS1"},
      {Kind::R, MACH_MSG_TYPE_MOVE_RECEIVE, MACH_MSG_TYPE_PORT_RECEIVE, false, "R"},
      {Kind::R, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND_ONCE, false, "O"},
      {Kind::O, MACH_MSG_TYPE_MOVE_SEND_ONCE, MACH_MSG_TYPE_PORT_SEND_ONCE, false, "O"},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    CAPTURE(row.disposition);
    in_world([&] {
      const Name port = full_port(1);
      const Name name = make(row.kind).name;
      Message message =
          message_to(port, MACH_MSG_TYPE_COPY_SEND, 6, MACH_PORT_NULL, 0, {{name, row.disposition}});
      CHECK(send(message) == MACH_SEND_TIMED_OUT);
      CHECK(+message.ports[0].disposition == row.returned);
      CHECK((message.ports[0].name == name) == row.same_name);
      CHECK(describe(message.ports[0].name) == row.after);
      if (row.disposition == MACH_MSG_TYPE_MOVE_RECEIVE)
        CHECK(status(message.ports[0].name).mps_mscount == 0);
      check_books();
    });
  }
}

TEST_CASE("the make-send count goes up by each send right that is made, also in vain, and by nothing else") {
  struct Row {
    const char* what;
    mach_port_mscount_t counted;
    void (*act)(Name port, Name full);
  };
  static constexpr Row rows[] = {
      {"as a destination", 1, [](Name port, Name) { CHECK(send_to(port, MACH_MSG_TYPE_MAKE_SEND) == OK); }},
      {"as a reply", 1,
       [](Name port, Name) {
         Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, port, MACH_MSG_TYPE_MAKE_SEND);
         CHECK(send(message) == OK);
       }},
      {"in a body", 1,
       [](Name port, Name) {
         Message message =
             message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0, {{port, MACH_MSG_TYPE_MAKE_SEND}});
         CHECK(send(message) == OK);
       }},
      {"in a body that fails", 1,
       [](Name port, Name) {
         Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0,
                                      {{port, MACH_MSG_TYPE_MAKE_SEND}, {0x7f03, MACH_MSG_TYPE_COPY_SEND}});
         CHECK(send(message) == MACH_SEND_INVALID_RIGHT);
       }},
      {"in a message that times out", 1,
       [](Name port, Name full) {
         Message message =
             message_to(full, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0, {{port, MACH_MSG_TYPE_MAKE_SEND}});
         CHECK(send(message) == MACH_SEND_TIMED_OUT);
       }},
      {"copying", 0, [](Name port, Name) { CHECK(send_to(port, MACH_MSG_TYPE_COPY_SEND) == OK); }},
      {"moving", 0, [](Name port, Name) { CHECK(send_to(port, MACH_MSG_TYPE_MOVE_SEND) == OK); }},
      {"a send-once right", 0,
       [](Name port, Name) { CHECK(send_to(port, MACH_MSG_TYPE_MAKE_SEND_ONCE) == OK); }},
      {"a user reference", 0,
       [](Name port, Name) { CHECK(mach_port_mod_refs(task(), port, MACH_PORT_RIGHT_SEND, 1) == OK); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    in_world([&] {
      const Name port = make(Kind::RS1).name;
      const Name full = full_port(1);
      row.act(port, full);
      CHECK(status(port).mps_mscount == 1 + row.counted);
    });
  }
}

TEST_CASE("any send-once right passes a full queue; a task cannot ask for as much") {
  constexpr mach_msg_option_t always = 0x10000;  // Darwin's MACH_SEND_ALWAYS, which is the kernel's own
  in_world([] {
    const Name port = full_port(1);
    CHECK(send_to(send_once(port), MACH_MSG_TYPE_MOVE_SEND_ONCE, 7) == OK);
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 8);
    CHECK(send(message, MACH_SEND_TIMEOUT | always) == MACH_SEND_TIMED_OUT);
    CHECK(drain(port) == std::vector<mach_msg_id_t>{1, 7});
  });
}

TEST_CASE("what could not be sent comes back to a task with nothing but the send right, under a new name") {
  in_world([] {
    const Name port = full_port(1);
    const Name carrier = receive_right();
    Message away =
        message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{port, MACH_MSG_TYPE_MOVE_RECEIVE}});
    REQUIRE(send(away) == OK);
    REQUIRE(describe(port) == "S1");
    Message message = message_to(port, MACH_MSG_TYPE_MOVE_SEND);
    CHECK(send(message) == MACH_SEND_TIMED_OUT);
    CHECK(message.header.msgh_bits == 0x11);
    CHECK(message.header.msgh_remote_port != port);
    CHECK(describe(message.header.msgh_remote_port) == "S1");
    CHECK(describe(port) == "-");
  });
}

TEST_CASE("a message that waited for room in a queue is numbered when it is taken off") {
  in_world([] {
    const Name port = full_port(1);
    mach_msg_return_t code = pending;
    start_sender(port, 5, code);
    CHECK(status(port).mps_seqno == 0);
    CHECK(drain(port) == std::vector<mach_msg_id_t>{1});
    settle();
    CHECK(drain(port) == std::vector<mach_msg_id_t>{5});
    CHECK(status(port).mps_seqno == 2);
  });
}

TEST_CASE("a sender whose time is over leaves its place to the next") {
  in_world([] {
    const Name port = full_port(1);
    mach_msg_return_t first = pending;
    mach_msg_return_t second = pending;
    start_sender(port, 10, first, MACH_SEND_TIMEOUT, 20);
    start_sender(port, 20, second);
    Message none;
    CHECK(receive(receive_right(), none, MACH_RCV_TIMEOUT, 30) == MACH_RCV_TIMED_OUT);
    CHECK(first == MACH_SEND_TIMED_OUT);
    CHECK(drain(port) == std::vector<mach_msg_id_t>{1});
    settle();
    CHECK(second == OK);
    CHECK(drain(port) == std::vector<mach_msg_id_t>{20});
  });
}

TEST_CASE("a blocked receiver is told when its receive right goes away in a message") {
  in_world([] {
    const Name port = receive_right();
    Message message;
    mach_msg_return_t code = pending;
    start_receiver(port, message, code);
    move_receive_away(port);
    settle();
    CHECK(code == MACH_RCV_PORT_CHANGED);
  });
}

TEST_CASE("a blocked receiver of a set stays when a member ends, and is told when the set does") {
  in_world([] {
    const Name set = port_set();
    const Name member = receive_right();
    REQUIRE(mach_port_insert_member(task(), member, set) == KERN_SUCCESS);
    Message message;
    mach_msg_return_t code = pending;
    start_receiver(set, message, code);
    REQUIRE(mach_port_destroy(task(), member) == KERN_SUCCESS);
    settle();
    CHECK(code == pending);
    REQUIRE(mach_port_mod_refs(task(), set, MACH_PORT_RIGHT_PORT_SET, -1) == KERN_SUCCESS);
    settle();
    CHECK(code == MACH_RCV_PORT_CHANGED);
  });
}

}  // namespace portunus::props
