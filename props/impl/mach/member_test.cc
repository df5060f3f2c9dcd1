// Port sets (facts mach-xnu 4, 9).
#include <doctest/doctest.h>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr kern_return_t IR = KERN_INVALID_RIGHT;
constexpr kern_return_t IN = KERN_INVALID_NAME;

Name task() {
  return mach_task_self();
}
kern_return_t insert(Name port, Name set) {
  return mach_port_insert_member(task(), port, set);
}
kern_return_t extract(Name port, Name set) {
  return mach_port_extract_member(task(), port, set);
}
kern_return_t move(Name port, Name set) {
  return mach_port_move_member(task(), port, set);
}

void send_ids(Name port, std::initializer_list<mach_msg_id_t> ids) {
  for (const mach_msg_id_t id : ids) REQUIRE(send_to(port, MACH_MSG_TYPE_MAKE_SEND, id) == MACH_MSG_SUCCESS);
}

}  // namespace

TEST_CASE("what cannot be a member, or a set") {
  struct Row {
    Kind kind;
    kern_return_t as_member;
    kern_return_t as_set;
  };
  static constexpr Row rows[] = {
      {Kind::R, OK, IR},       {Kind::RS1, OK, IR},  {Kind::S1, IR, IR},
      {Kind::O, IR, IR},       {Kind::D1, IR, IR},   {Kind::P, IR, OK},
      {Kind::unknown, IN, IN}, {Kind::null, IR, IR}, {Kind::dead, IR, IR},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Name name = make(row.kind).name;
      const Name port = receive_right();
      const Name set = port_set();
      CHECK(insert(name, set) == row.as_member);
      CHECK(extract(name, set) == row.as_member);
      CHECK(move(name, set) == row.as_member);
      CHECK(insert(port, name) == row.as_set);
      CHECK(extract(port, name) == row.as_set);
      // Null for a set means none, when a member moves.
      CHECK(move(port, name) == (row.kind == Kind::null ? KERN_NOT_IN_SET : row.as_set));
    });
  }
}

TEST_CASE("a port may be in many sets, and in each once") {
  in_world([] {
    const Name port = receive_right();
    const Name a = port_set();
    const Name b = port_set();
    CHECK(extract(port, a) == KERN_NOT_IN_SET);
    CHECK(insert(port, a) == OK);
    CHECK(insert(port, a) == KERN_ALREADY_IN_SET);
    CHECK(insert(port, b) == OK);
    CHECK(status(port).mps_pset == 1);
    CHECK(extract(port, a) == OK);
    CHECK(extract(port, a) == KERN_NOT_IN_SET);
    CHECK(status(port).mps_pset == 1);
    CHECK(extract(port, b) == OK);
    CHECK(status(port).mps_pset == 0);
  });
}

TEST_CASE("move_member leaves the port in the target only") {
  in_world([] {
    const Name port = receive_right();
    const Name a = port_set();
    const Name b = port_set();
    REQUIRE(insert(port, a) == OK);
    REQUIRE(insert(port, b) == OK);
    CHECK(move(port, b) == OK);
    CHECK(extract(port, a) == KERN_NOT_IN_SET);
    CHECK(move(port, b) == OK);
    CHECK(move(port, MACH_PORT_NULL) == OK);
    CHECK(status(port).mps_pset == 0);
    CHECK(move(port, MACH_PORT_NULL) == KERN_NOT_IN_SET);
  });
}

TEST_CASE("ready members take turns") {
  in_world([] {
    const Name a = receive_right();
    const Name b = receive_right();
    const Name set = port_set();
    REQUIRE(insert(a, set) == OK);
    REQUIRE(insert(b, set) == OK);
    send_ids(a, {11, 12, 13});
    send_ids(b, {21, 22});
    CHECK(drain(set) == std::vector<mach_msg_id_t>{11, 21, 12, 22, 13});
  });
}

TEST_CASE("messages that were queued before are there through the set, and through the port itself") {
  in_world([] {
    const Name port = receive_right();
    const Name a = port_set();
    const Name b = port_set();
    send_ids(port, {1, 2, 3});
    REQUIRE(insert(port, a) == OK);
    REQUIRE(insert(port, b) == OK);
    Message message;
    REQUIRE(receive(a, message) == MACH_MSG_SUCCESS);
    CHECK(message.header.msgh_id == 1);
    CHECK(message.header.msgh_local_port == port);
    REQUIRE(receive(port, message) == MACH_MSG_SUCCESS);
    CHECK(message.header.msgh_id == 2);
    CHECK(drain(b) == std::vector<mach_msg_id_t>{3});
    CHECK(drain(a).empty());
  });
}

TEST_CASE("a thread that waits on a set is served by a member, and by one that comes in with a message") {
  in_world([] {
    const Name member = receive_right();
    const Name late = receive_right();
    const Name set = port_set();
    REQUIRE(insert(member, set) == OK);
    std::vector<mach_msg_id_t> got;
    start(1, [&] {
      Message message;
      while (receive(set, message, 0) == MACH_MSG_SUCCESS) got.push_back(message.header.msgh_id);
    });
    REQUIRE(hosted::World::current()->settle());
    send_ids(member, {1});
    REQUIRE(hosted::World::current()->settle());
    CHECK(got == std::vector<mach_msg_id_t>{1});
    send_ids(late, {2});
    REQUIRE(hosted::World::current()->settle());
    CHECK(got.size() == 1);
    REQUIRE(insert(late, set) == OK);
    REQUIRE(hosted::World::current()->settle());
    CHECK(got == std::vector<mach_msg_id_t>{1, 2});
    check_books();
  });
}

TEST_CASE("a thread that waits on a port stays when the port is put into a set") {
  in_world([] {
    const Name port = receive_right();
    Message message;
    mach_msg_return_t code = -1;
    start(1, [&] { code = receive(port, message, 0); });
    REQUIRE(hosted::World::current()->settle());
    REQUIRE(insert(port, port_set()) == OK);
    REQUIRE(hosted::World::current()->settle());
    CHECK(code == -1);
    send_ids(port, {5});
    REQUIRE(hosted::World::current()->settle());
    CHECK(code == MACH_MSG_SUCCESS);
  });
}

TEST_CASE("a message goes to exactly one of those who wait, also through two sets") {
  in_world([] {
    const Name port = receive_right();
    int received = 0;
    for (int waiting = 0; waiting < 2; ++waiting) {
      const Name set = port_set();
      REQUIRE(insert(port, set) == OK);
      start(1 + waiting, [&received, set] {
        Message message;
        if (receive(set, message, 0) == MACH_MSG_SUCCESS) ++received;
      });
    }
    REQUIRE(hosted::World::current()->settle());
    send_ids(port, {1});
    REQUIRE(hosted::World::current()->settle());
    CHECK(received == 1);
  });
}

TEST_CASE("a set's end leaves its members and their messages; a member's end leaves the set") {
  in_world([] {
    const Name a = receive_right();
    const Name b = receive_right();
    const Name set = port_set();
    REQUIRE(insert(a, set) == OK);
    REQUIRE(insert(b, set) == OK);
    send_ids(a, {1});
    send_ids(b, {2});
    REQUIRE(mach_port_destroy(task(), b) == OK);
    check_books();
    REQUIRE(mach_port_mod_refs(task(), set, MACH_PORT_RIGHT_PORT_SET, -1) == OK);
    CHECK(status(a).mps_pset == 0);
    CHECK(drain(a) == std::vector<mach_msg_id_t>{1});
  });
}

TEST_CASE("a receive right that moves in a message leaves its sets") {
  in_world([] {
    const Name port = receive_right();
    const Name set = port_set();
    REQUIRE(insert(port, set) == OK);
    send_ids(port, {1});
    move_receive_away(port);
    CHECK(drain(set).empty());
    check_books();
  });
}

TEST_CASE("a port in three sets is taken out of any of them") {
  for (const std::size_t taken : {0u, 1u, 2u}) {
    CAPTURE(taken);
    in_world([&] {
      const Name port = receive_right();
      const Name sets[3] = {port_set(), port_set(), port_set()};
      for (const Name set : sets) REQUIRE(insert(port, set) == OK);
      CHECK(extract(port, sets[taken]) == OK);
      CHECK(extract(port, sets[taken]) == KERN_NOT_IN_SET);
      send_ids(port, {1});
      CHECK(drain(sets[taken]).empty());
      CHECK(drain(sets[(taken + 1) % 3]) == std::vector<mach_msg_id_t>{1});
    });
  }
}

TEST_CASE("a port that moves to a set, or to none, leaves all others") {
  for (const bool to_none : {false, true}) {
    in_world([&] {
      const Name port = receive_right();
      const Name sets[3] = {port_set(), port_set(), port_set()};
      for (const Name set : sets) REQUIRE(insert(port, set) == OK);
      CHECK(move(port, to_none ? MACH_PORT_NULL : sets[1]) == OK);
      CHECK(extract(port, sets[0]) == KERN_NOT_IN_SET);
      CHECK(extract(port, sets[2]) == KERN_NOT_IN_SET);
      CHECK(extract(port, sets[1]) == (to_none ? KERN_NOT_IN_SET : OK));
    });
  }
}

TEST_CASE("of members that were linked with messages, the first linked is served first") {
  in_world([] {
    const Name a = receive_right();
    const Name b = receive_right();
    const Name c = receive_right();
    const Name set = port_set();
    REQUIRE(insert(c, set) == OK);
    send_ids(a, {11, 12});
    send_ids(b, {21, 22});
    REQUIRE(insert(b, set) == OK);
    REQUIRE(insert(a, set) == OK);
    send_ids(c, {31});
    CHECK(drain(set) == std::vector<mach_msg_id_t>{21, 11, 31, 22, 12});
  });
}

TEST_CASE("a receive right that moves or ends leaves each of its sets") {
  struct Row {
    const char* what;
    kern_return_t (*act)(Name port);
  };
  static constexpr Row rows[] = {
      {"inserted",
       [](Name port) { return mach_port_insert_right(task(), 0x40003, port, MACH_MSG_TYPE_MOVE_RECEIVE); }},
      {"sent",
       [](Name port) {
         move_receive_away(port);
         return OK;
       }},
      {"ended", [](Name port) { return end_receive(port); }},
      {"saved by a port-destroyed request",
       [](Name port) {
         REQUIRE(request(port, MACH_NOTIFY_PORT_DESTROYED, receive_right()) == OK);
         return end_receive(port);
       }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    in_world([&] {
      const Name port = receive_right();
      const Name sets[] = {port_set(), port_set(), port_set()};
      for (const Name set : sets) REQUIRE(insert(port, set) == OK);
      CHECK(row.act(port) == OK);
      check_books();
      for (const Name set : sets) {
        mach_port_name_array_t members = nullptr;
        mach_msg_type_number_t count = 99;
        CHECK(mach_port_get_set_status(task(), set, &members, &count) == OK);
        CHECK(count == 0);
      }
    });
  }
}

}  // namespace portunus::props
