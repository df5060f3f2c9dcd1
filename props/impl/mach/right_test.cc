// insert_right and extract_right (facts mach-xnu 1).
#include <doctest/doctest.h>

#include <string>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr kern_return_t IR = KERN_INVALID_RIGHT;
constexpr kern_return_t IN = KERN_INVALID_NAME;
constexpr kern_return_t IC = KERN_INVALID_CAPABILITY;
constexpr kern_return_t NE = KERN_NAME_EXISTS;
constexpr kern_return_t RE = KERN_RIGHT_EXISTS;

Name task() {
  return mach_task_self();
}

constexpr mach_msg_type_name_t dispositions[] = {MACH_MSG_TYPE_MAKE_SEND,      MACH_MSG_TYPE_COPY_SEND,
                                                 MACH_MSG_TYPE_MOVE_SEND,      MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                                 MACH_MSG_TYPE_MOVE_SEND_ONCE, MACH_MSG_TYPE_MOVE_RECEIVE};

// Under which name the right is to go.
enum class Under { same, free_name, occupied };

struct Cell {
  kern_return_t code;
  const char* poly;  // afterwards
  const char* name;  // afterwards; nullptr: as before
};
struct Row {
  Kind kind;
  Under under;
  Cell cells[6];
};

constexpr Row rows[] = {
    {Kind::R,
     Under::same,
     {{OK, "RS1", nullptr},
      {IR, "R", nullptr},
      {IR, "R", nullptr},
      {NE, "R", nullptr},
      {IR, "R", nullptr},
      {OK, "R", nullptr}}},
    {Kind::R,
     Under::free_name,
     {{RE, "R", "-"}, {IR, "R", "-"}, {IR, "R", "-"}, {OK, "R", "O"}, {IR, "R", "-"}, {OK, "-", "R"}}},
    {Kind::R,
     Under::occupied,
     {{RE, "R", "R"}, {IR, "R", "R"}, {IR, "R", "R"}, {NE, "R", "R"}, {IR, "R", "R"}, {NE, "-", "R"}}},
    {Kind::RS1,
     Under::same,
     {{OK, "RS2", nullptr},
      {OK, "RS2", nullptr},
      {OK, "RS1", nullptr},
      {NE, "RS1", nullptr},
      {IR, "RS1", nullptr},
      {OK, "RS1", nullptr}}},
    {Kind::RS1,
     Under::free_name,
     {{RE, "RS1", "-"},
      {RE, "RS1", "-"},
      {RE, "R", "-"},
      {OK, "RS1", "O"},
      {IR, "RS1", "-"},
      {RE, "D1", "-"}}},
    {Kind::RS1,
     Under::occupied,
     {{RE, "RS1", "R"},
      {RE, "RS1", "R"},
      {RE, "R", "R"},
      {NE, "RS1", "R"},
      {IR, "RS1", "R"},
      {RE, "D1", "R"}}},
    {Kind::S2,
     Under::same,
     {{IR, "S2", nullptr},
      {OK, "S3", nullptr},
      {OK, "S2", nullptr},
      {IR, "S2", nullptr},
      {IR, "S2", nullptr},
      {IR, "S2", nullptr}}},
    {Kind::S2,
     Under::free_name,
     {{IR, "S2", "-"}, {RE, "S2", "-"}, {RE, "S1", "-"}, {IR, "S2", "-"}, {IR, "S2", "-"}, {IR, "S2", "-"}}},
    {Kind::S2,
     Under::occupied,
     {{IR, "S2", "R"}, {RE, "S2", "R"}, {RE, "S1", "R"}, {IR, "S2", "R"}, {IR, "S2", "R"}, {IR, "S2", "R"}}},
    {Kind::S1,
     Under::same,
     {{IR, "S1", nullptr},
      {OK, "S2", nullptr},
      {OK, "S1", nullptr},
      {IR, "S1", nullptr},
      {IR, "S1", nullptr},
      {IR, "S1", nullptr}}},
    {Kind::S1,
     Under::free_name,
     {{IR, "S1", "-"}, {RE, "S1", "-"}, {OK, "-", "S1"}, {IR, "S1", "-"}, {IR, "S1", "-"}, {IR, "S1", "-"}}},
    {Kind::S1,
     Under::occupied,
     {{IR, "S1", "R"}, {RE, "S1", "R"}, {NE, "-", "R"}, {IR, "S1", "R"}, {IR, "S1", "R"}, {IR, "S1", "R"}}},
    {Kind::O,
     Under::same,
     {{IR, "O", nullptr},
      {IR, "O", nullptr},
      {IR, "O", nullptr},
      {IR, "O", nullptr},
      {OK, "O", nullptr},
      {IR, "O", nullptr}}},
    {Kind::O,
     Under::free_name,
     {{IR, "O", "-"}, {IR, "O", "-"}, {IR, "O", "-"}, {IR, "O", "-"}, {OK, "-", "O"}, {IR, "O", "-"}}},
    {Kind::O,
     Under::occupied,
     {{IR, "O", "R"}, {IR, "O", "R"}, {IR, "O", "R"}, {IR, "O", "R"}, {NE, "-", "R"}, {IR, "O", "R"}}},
    {Kind::D2,
     Under::same,
     {{IC, "D2", nullptr},
      {IC, "D2", nullptr},
      {IC, "D1", nullptr},
      {IR, "D2", nullptr},
      {IC, "D1", nullptr},
      {IR, "D2", nullptr}}},
    {Kind::D2,
     Under::free_name,
     {{IR, "D2", "-"}, {IC, "D2", "-"}, {IC, "D1", "-"}, {IR, "D2", "-"}, {IC, "D1", "-"}, {IR, "D2", "-"}}},
    {Kind::D2,
     Under::occupied,
     {{IR, "D2", "R"}, {IC, "D2", "R"}, {IC, "D1", "R"}, {IR, "D2", "R"}, {IC, "D1", "R"}, {IR, "D2", "R"}}},
    {Kind::P,
     Under::same,
     {{IR, "P", nullptr},
      {IR, "P", nullptr},
      {IR, "P", nullptr},
      {IR, "P", nullptr},
      {IR, "P", nullptr},
      {IR, "P", nullptr}}},
    {Kind::P,
     Under::free_name,
     {{IR, "P", "-"}, {IR, "P", "-"}, {IR, "P", "-"}, {IR, "P", "-"}, {IR, "P", "-"}, {IR, "P", "-"}}},
    {Kind::unknown,
     Under::free_name,
     {{IN, "-", "-"}, {IN, "-", "-"}, {IN, "-", "-"}, {IN, "-", "-"}, {IN, "-", "-"}, {IN, "-", "-"}}},
    {Kind::null,
     Under::free_name,
     {{IN, "-", "-"}, {IN, "-", "-"}, {IN, "-", "-"}, {IN, "-", "-"}, {IN, "-", "-"}, {IN, "-", "-"}}},
    {Kind::dead,
     Under::free_name,
     {{IN, "D0", "-"}, {IN, "D0", "-"}, {IN, "D0", "-"}, {IN, "D0", "-"}, {IN, "D0", "-"}, {IN, "D0", "-"}}},
};

Name name_for(Under under, Name poly) {
  switch (under) {
    case Under::same:
      return poly;
    case Under::free_name:
      return 0x40003;
    case Under::occupied:
      break;
  }
  return receive_right();
}

}  // namespace

TEST_CASE("insert_right, cell by cell") {
  for (const Row& row : rows) {
    for (int column = 0; column < 6; ++column) {
      const Cell& cell = row.cells[column];
      CAPTURE(to_string(row.kind));
      CAPTURE(static_cast<int>(row.under));
      CAPTURE(dispositions[column]);
      in_world([&] {
        const Name poly = make(row.kind).name;
        const Name name = name_for(row.under, poly);
        CHECK(mach_port_insert_right(task(), name, poly, dispositions[column]) == cell.code);
        CHECK(describe(poly) == cell.poly);
        if (cell.name != nullptr) CHECK(describe(name) == cell.name);
      });
    }
  }
}

TEST_CASE("insert_right under null or dead: the right's own trouble first, else an invalid value") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    for (const Name name : {Name{MACH_PORT_NULL}, Name{MACH_PORT_DEAD}}) {
      CHECK(mach_port_insert_right(task(), name, port, MACH_MSG_TYPE_MAKE_SEND) == KERN_INVALID_VALUE);
      CHECK(mach_port_insert_right(task(), name, 0x7f03, MACH_MSG_TYPE_MAKE_SEND) == IN);
      CHECK(mach_port_insert_right(task(), name, port, MACH_MSG_TYPE_MOVE_SEND_ONCE) == IR);
    }
    CHECK(mach_port_insert_right(task(), MACH_PORT_NULL, port, MACH_MSG_TYPE_MOVE_SEND) ==
          KERN_INVALID_VALUE);
    CHECK(describe(port) == "R");
  });
}

TEST_CASE("what is no disposition is an invalid right") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    for (const mach_msg_type_name_t disposition : {0u, 15u, 22u, 23u}) {
      CHECK(mach_port_insert_right(task(), port, port, disposition) == IR);
    }
  });
}

TEST_CASE("a send right that is made is counted, also when it is lost") {
  in_world([] {
    const Name port = receive_right();
    CHECK(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MAKE_SEND) == OK);
    CHECK(status(port).mps_mscount == 1);
    CHECK(mach_port_insert_right(task(), 0x40003, port, MACH_MSG_TYPE_MAKE_SEND) == RE);
    CHECK(status(port).mps_mscount == 2);
    CHECK(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_COPY_SEND) == OK);
    CHECK(status(port).mps_mscount == 2);
  });
}

TEST_CASE("a send-once right that finds no name sends its notification") {
  in_world([] {
    const Name port = receive_right();
    CHECK(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MAKE_SEND_ONCE) == NE);
    CHECK(drain(port) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
  });
}

TEST_CASE("a receive right that moves keeps its messages, begins its counts anew, and leaves its sets") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name set = port_set();
    REQUIRE(mach_port_insert_member(task(), port, set) == OK);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 1) == MACH_MSG_SUCCESS);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 2) == MACH_MSG_SUCCESS);
    Message message;
    REQUIRE(receive(port, message) == MACH_MSG_SUCCESS);
    CHECK(status(port).mps_seqno == 1);
    REQUIRE(mach_port_deallocate(task(), port) == OK);
    CHECK(mach_port_insert_right(task(), 0x40003, port, MACH_MSG_TYPE_MOVE_RECEIVE) == OK);
    const mach_port_status_t moved = status(0x40003);
    CHECK(moved.mps_mscount == 0);
    CHECK(moved.mps_seqno == 0);
    CHECK(moved.mps_msgcount == 1);
    CHECK(moved.mps_pset == 0);
    CHECK(drain(set).empty());
    CHECK(drain(0x40003) == std::vector<mach_msg_id_t>{2});
  });
}

TEST_CASE("extract_right gives what it takes a name") {
  struct Line {
    mach_msg_type_name_t disposition;
    kern_return_t code;
    mach_msg_type_name_t type;
    const char* left;
    const char* extracted;
  };
  static constexpr Line lines[] = {
      {MACH_MSG_TYPE_MAKE_SEND, OK, MACH_MSG_TYPE_PORT_SEND, "RS1", "RS1"},
      {MACH_MSG_TYPE_MAKE_SEND_ONCE, OK, MACH_MSG_TYPE_PORT_SEND_ONCE, "R", "O"},
      {MACH_MSG_TYPE_MOVE_RECEIVE, OK, MACH_MSG_TYPE_PORT_RECEIVE, "-", "R"},
      {MACH_MSG_TYPE_COPY_SEND, IR, 0, "R", nullptr},
      {MACH_MSG_TYPE_MOVE_SEND, IR, 0, "R", nullptr},
      {MACH_MSG_TYPE_MOVE_SEND_ONCE, IR, 0, "R", nullptr},
      {0, KERN_INVALID_VALUE, 0, "R", nullptr},
      {22, KERN_INVALID_VALUE, 0, "R", nullptr},
  };
  for (const Line& line : lines) {
    CAPTURE(line.disposition);
    in_world([&] {
      const Name port = receive_right();
      Name extracted = MACH_PORT_NULL;
      mach_msg_type_name_t type = 0;
      CHECK(mach_port_extract_right(task(), port, line.disposition, &extracted, &type) == line.code);
      CHECK(describe(port) == line.left);
      if (line.extracted != nullptr) {
        CHECK(describe(extracted) == line.extracted);
        CHECK(type == line.type);
      }
    });
  }
}

TEST_CASE("insert_right under a new name takes the name as allocate_name does") {
  struct Line {
    Name name;
    kern_return_t code;
  };
  static constexpr Line lines[] = {
      {0x12303, OK},       {0x107, KERN_FAILURE},       {0x22300, KERN_INVALID_VALUE},
      {0x3, KERN_FAILURE}, {0x10000003, KERN_NO_SPACE},
  };
  for (const Line& row : lines) {
    CAPTURE(row.name);
    in_world([&] {
      const Name port = receive_right();
      CHECK(mach_port_insert_right(task(), row.name, port, MACH_MSG_TYPE_MAKE_SEND_ONCE) == row.code);
      if (row.code == OK) {
        CHECK(describe(row.name) == "O");
      } else {
        CHECK(drain(port) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
      }
    });
  }
}

TEST_CASE("a right that has no valid name to go to is lost") {
  struct Lost {
    Kind kind;
    mach_msg_type_name_t disposition;
    const char* after;
    bool told;  // by a send-once notification
  };
  static constexpr Lost lost[] = {
      {Kind::RS1, MACH_MSG_TYPE_MOVE_SEND, "R", false},
      {Kind::RS1, MACH_MSG_TYPE_MOVE_RECEIVE, "D1", false},
      {Kind::R, MACH_MSG_TYPE_MOVE_RECEIVE, "-", false},
      {Kind::R, MACH_MSG_TYPE_MAKE_SEND_ONCE, "R", true},
      {Kind::O, MACH_MSG_TYPE_MOVE_SEND_ONCE, "-", true},
      {Kind::D2, MACH_MSG_TYPE_MOVE_SEND, "D1", false},
      {Kind::D2, MACH_MSG_TYPE_COPY_SEND, "D2", false},
  };
  for (const Lost& row : lost) {
    for (const Name name : {Name{MACH_PORT_NULL}, Name{MACH_PORT_DEAD}}) {
      CAPTURE(to_string(row.kind));
      CAPTURE(row.disposition);
      in_world([&] {
        const Made made = make(row.kind);
        CHECK(mach_port_insert_right(task(), name, made.name, row.disposition) == KERN_INVALID_VALUE);
        CHECK(describe(made.name) == row.after);
        if (row.told) CHECK(drain(made.receiver) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
      });
    }
  }
}

TEST_CASE("a send-once right that is moved onto a name in use is gone, and says so") {
  for (const bool own_receiver : {false, true}) {
    CAPTURE(own_receiver);
    in_world([&] {
      const Made once = make(Kind::O);
      const Name taken = own_receiver ? once.receiver : receive_right();
      CHECK(mach_port_insert_right(task(), taken, once.name, MACH_MSG_TYPE_MOVE_SEND_ONCE) == NE);
      CHECK(describe(once.name) == "-");
      CHECK(drain(once.receiver) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
    });
  }
}

TEST_CASE("a receive right that is moved onto its own name keeps messages and senders, not counts and sets") {
  for (const Kind kind : {Kind::R, Kind::RS1}) {
    CAPTURE(to_string(kind));
    in_world([&] {
      const Name port = make(kind).name;
      const Name set = port_set();
      REQUIRE(mach_port_insert_member(task(), port, set) == OK);
      for (const mach_msg_id_t id : {1, 2})
        REQUIRE(send_to(port, MACH_MSG_TYPE_MAKE_SEND, id) == MACH_MSG_SUCCESS);
      Message message;
      REQUIRE(receive(set, message) == MACH_MSG_SUCCESS);
      CHECK(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MOVE_RECEIVE) == OK);
      const mach_port_status_t moved = status(port);
      CHECK(moved.mps_mscount == 0);
      CHECK(moved.mps_seqno == 0);
      CHECK(moved.mps_pset == 0);
      CHECK(moved.mps_msgcount == 1);
      CHECK(moved.mps_srights == 1);  // the queued message's at least
      CHECK(drain(set).empty());
      CHECK(drain(port) == std::vector<mach_msg_id_t>{2});
    });
  }
}

TEST_CASE("a pegged send right takes a copy, and stays pegged") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    REQUIRE(mach_port_mod_refs(task(), port, MACH_PORT_RIGHT_SEND, 65535) == OK);
    CHECK(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_COPY_SEND) == OK);
    CHECK(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MOVE_SEND) == OK);
    CHECK(describe(port) == "RS65535");
    CHECK(status(port).mps_mscount == 1);
  });
}

}  // namespace portunus::props
