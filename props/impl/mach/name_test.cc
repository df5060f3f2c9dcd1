// How names are given out (facts mach-xnu 5).
#include <doctest/doctest.h>

#include <set>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

Name task() {
  return mach_task_self();
}

}  // namespace

TEST_CASE("allocate makes a receive right, a port set or a dead name, and nothing else") {
  struct Row {
    mach_port_right_t right;
    kern_return_t code;
    const char* made;
  };
  static constexpr Row rows[] = {
      {MACH_PORT_RIGHT_RECEIVE, KERN_SUCCESS, "R"},
      {MACH_PORT_RIGHT_PORT_SET, KERN_SUCCESS, "P"},
      {MACH_PORT_RIGHT_DEAD_NAME, KERN_SUCCESS, "D1"},
      {MACH_PORT_RIGHT_SEND, KERN_INVALID_VALUE, "-"},
      {MACH_PORT_RIGHT_SEND_ONCE, KERN_INVALID_VALUE, "-"},
      {5, KERN_INVALID_VALUE, "-"},
      {~0u, KERN_INVALID_VALUE, "-"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.right);
    in_world([&] {
      Name name = MACH_PORT_NULL;
      CHECK(mach_port_allocate(task(), row.right, &name) == row.code);
      CHECK(describe(name) == row.made);
    });
  }
}

TEST_CASE("a new port has an empty queue of limit 5") {
  in_world([] {
    const mach_port_status_t fresh = status(receive_right());
    CHECK(fresh.mps_qlimit == 5);
    CHECK(fresh.mps_msgcount == 0);
    CHECK(fresh.mps_seqno == 0);
    CHECK(fresh.mps_mscount == 0);
    CHECK(fresh.mps_srights == 0);
    CHECK(fresh.mps_sorights == 0);
    CHECK(fresh.mps_pset == 0);
    CHECK(fresh.mps_nsrequest == 0);
  });
}

TEST_CASE("the first names are the task's own and the indices after it") {
  in_world([] {
    CHECK(task() == 0x103);
    CHECK(describe(task()) == "S1");
    CHECK(receive_right() == 0x203);
    CHECK(receive_right() == 0x303);
  });
}

TEST_CASE("a freed name's index is used again at once, with the next generation") {
  in_world([] {
    const Name first = receive_right();
    const Name second = receive_right();
    CHECK(mach_port_destroy(task(), first) == KERN_SUCCESS);
    CHECK(mach_port_destroy(task(), second) == KERN_SUCCESS);
    CHECK(receive_right() == second + 4);
    CHECK(receive_right() == first + 4);
  });
}

TEST_CASE("the very name comes back after name_turns turns") {
  for (const unsigned turns : {1u, 15u, 63u}) {
    CAPTURE(turns);
    in_world(
        [turns] {
          std::set<Name> seen;
          const Name first = receive_right();
          Name name = first;
          do {
            seen.insert(name);
            REQUIRE(mach_port_destroy(task(), name) == KERN_SUCCESS);
            name = receive_right();
          } while (name != first);
          CHECK(seen.size() == turns);
        },
        {.name_turns = turns});
  }
}

TEST_CASE("a name of another generation, or with other low bits, is unknown") {
  in_world([] {
    const Name name = receive_right();
    mach_port_type_t type;
    for (const Name other : {name + 4, name - 3, name - 2, name - 1}) {
      CHECK(mach_port_type(task(), other, &type) == KERN_INVALID_NAME);
      CHECK(mach_port_destroy(task(), other) == KERN_INVALID_NAME);
    }
  });
}

TEST_CASE("a dead name keeps its slot until its last user reference goes") {
  in_world([] {
    const Made dead = make(Kind::D2);
    CHECK(mach_port_deallocate(task(), dead.name) == KERN_SUCCESS);
    CHECK(receive_right() != dead.name + 4);
    CHECK(mach_port_deallocate(task(), dead.name) == KERN_SUCCESS);
    CHECK(receive_right() == dead.name + 4);
  });
}

TEST_CASE("allocate_name makes exactly that name, or says why not") {
  struct Row {
    Name name;
    kern_return_t code;
  };
  static constexpr Row rows[] = {
      {0x12303, KERN_SUCCESS},
      {0x4000003, KERN_SUCCESS},
      {0x103, KERN_NAME_EXISTS},
      {0x107, KERN_FAILURE},
      {0x22300, KERN_INVALID_VALUE},
      {0x22401, KERN_INVALID_VALUE},
      {0x3, KERN_FAILURE},
      {0x10000003, KERN_NO_SPACE},
      {0xffffff03, KERN_NO_SPACE},
      {MACH_PORT_NULL, KERN_INVALID_VALUE},
      {MACH_PORT_DEAD, KERN_INVALID_VALUE},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    in_world([&] {
      CHECK(mach_port_allocate_name(task(), MACH_PORT_RIGHT_RECEIVE, row.name) == row.code);
      if (row.code == KERN_SUCCESS) CHECK(describe(row.name) == "R");
    });
  }
}

TEST_CASE("allocate_name ignores the name of a dead name, and makes no send rights") {
  in_world([] {
    CHECK(mach_port_allocate_name(task(), MACH_PORT_RIGHT_DEAD_NAME, 0x12303) == KERN_SUCCESS);
    CHECK(describe(0x12303) == "-");
    for (const mach_port_right_t right : {MACH_PORT_RIGHT_SEND, MACH_PORT_RIGHT_SEND_ONCE, 5u})
      CHECK(mach_port_allocate_name(task(), right, 0x12303) == KERN_INVALID_VALUE);
    CHECK(mach_port_allocate_name(task(), MACH_PORT_RIGHT_PORT_SET, 0x12303) == KERN_SUCCESS);
    CHECK(describe(0x12303) == "P");
  });
}

TEST_CASE("an index that was taken by name is stepped over, and goes on from its generation") {
  in_world([] {
    REQUIRE(mach_port_allocate_name(task(), MACH_PORT_RIGHT_RECEIVE, 0x20b) == KERN_SUCCESS);
    CHECK(receive_right() == 0x303);
    REQUIRE(mach_port_destroy(task(), 0x20b) == KERN_SUCCESS);
    CHECK(receive_right() == 0x20f);
  });
}

TEST_CASE("a call on what is no task's port has no destination") {
  in_world([] {
    Name name = MACH_PORT_NULL;
    const Name port = receive_right();
    for (const Name not_a_task : {Name{MACH_PORT_NULL}, Name{MACH_PORT_DEAD}, port, Name{0x7f03}}) {
      CHECK(mach_port_allocate(not_a_task, MACH_PORT_RIGHT_RECEIVE, &name) == MACH_SEND_INVALID_DEST);
      CHECK(mach_port_destroy(not_a_task, port) == MACH_SEND_INVALID_DEST);
    }
    CHECK(describe(port) == "R");
  });
}

TEST_CASE("mach_reply_port is a new receive right") {
  in_world([] {
    const Name first = mach_reply_port();
    const Name second = mach_reply_port();
    CHECK(first != second);
    CHECK(describe(first) == "R");
    CHECK(describe(second) == "R");
  });
}

TEST_CASE("a name of another generation is unknown to every call") {
  in_world([] {
    const Name name = receive_right();
    const Name stale = name + 4;
    const Name set = port_set();
    const Name notify = receive_right();
    mach_port_urefs_t refs = 0;
    integer_t words[10];
    mach_msg_type_number_t count = 10;
    CHECK(mach_port_deallocate(task(), stale) == KERN_INVALID_NAME);
    CHECK(mach_port_mod_refs(task(), stale, MACH_PORT_RIGHT_RECEIVE, -1) == KERN_INVALID_NAME);
    CHECK(mach_port_get_refs(task(), stale, MACH_PORT_RIGHT_RECEIVE, &refs) == KERN_INVALID_NAME);
    CHECK(mach_port_insert_right(task(), stale, stale, MACH_MSG_TYPE_MAKE_SEND) == KERN_INVALID_NAME);
    CHECK(mach_port_insert_right(task(), stale, name, MACH_MSG_TYPE_MAKE_SEND_ONCE) == KERN_FAILURE);
    CHECK(mach_port_insert_member(task(), stale, set) == KERN_INVALID_NAME);
    CHECK(mach_port_get_attributes(task(), stale, MACH_PORT_RECEIVE_STATUS, words, &count) ==
          KERN_INVALID_NAME);
    CHECK(request(stale, MACH_NOTIFY_DEAD_NAME, notify) == KERN_INVALID_NAME);
    CHECK(send_to(stale, MACH_MSG_TYPE_MAKE_SEND) == MACH_SEND_INVALID_DEST);
    Message message;
    CHECK(receive(stale, message) == MACH_RCV_INVALID_NAME);
    CHECK(describe(name) == "R");
  });
}

TEST_CASE("generations follow one another by four, and wrap after name_turns") {
  in_world(
      [] {
        Name name = receive_right();
        const Name index = name & ~0xffu;
        for (const Name low : {0x03u, 0x07u, 0x0bu, 0x03u, 0x07u}) {
          CHECK(name == (index | low));
          REQUIRE(mach_port_destroy(task(), name) == KERN_SUCCESS);
          name = receive_right();
        }
      },
      {.name_turns = 3});
}

TEST_CASE("a received right takes the task's name for the port, whichever right that is") {
  struct Row {
    Kind kind;
    mach_msg_type_name_t disposition;
    bool merges;
  };
  static constexpr Row rows[] = {
      {Kind::R, MACH_MSG_TYPE_MAKE_SEND, true},      {Kind::RS1, MACH_MSG_TYPE_MAKE_SEND, true},
      {Kind::RS1, MACH_MSG_TYPE_MOVE_RECEIVE, true},  // the send right is left
      {Kind::R, MACH_MSG_TYPE_MOVE_RECEIVE, false},  {Kind::RS1, MACH_MSG_TYPE_MAKE_SEND_ONCE, false},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    CAPTURE(row.disposition);
    in_world([&] {
      const Name carrier = receive_right();
      const Name port = make(row.kind).name;
      Message message = message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{port, row.disposition}});
      REQUIRE(send(message) == MACH_MSG_SUCCESS);
      REQUIRE(receive(carrier, message) == MACH_MSG_SUCCESS);
      CHECK((message.ports[0].name == port) == row.merges);
    });
  }
}

}  // namespace portunus::props
