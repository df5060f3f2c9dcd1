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
    CHECK(mach_port_allocate_name(task(), MACH_PORT_RIGHT_SEND, 0x12303) == KERN_INVALID_VALUE);
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

}  // namespace portunus::props
