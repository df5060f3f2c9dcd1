// mod_refs, deallocate, destroy, get_refs, type (facts mach-xnu 2).
#include <doctest/doctest.h>

#include <string>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr mach_port_right_t SEND = MACH_PORT_RIGHT_SEND;
constexpr mach_port_right_t RECEIVE = MACH_PORT_RIGHT_RECEIVE;
constexpr mach_port_right_t SEND_ONCE = MACH_PORT_RIGHT_SEND_ONCE;
constexpr mach_port_right_t PORT_SET = MACH_PORT_RIGHT_PORT_SET;
constexpr mach_port_right_t DEAD_NAME = MACH_PORT_RIGHT_DEAD_NAME;
constexpr kern_return_t OK = KERN_SUCCESS;
constexpr kern_return_t IR = KERN_INVALID_RIGHT;
constexpr kern_return_t IV = KERN_INVALID_VALUE;
constexpr kern_return_t IN = KERN_INVALID_NAME;

Name task() {
  return mach_task_self();
}

kern_return_t modify(Name name, mach_port_right_t right, int delta) {
  return mach_port_mod_refs(task(), name, right, delta);
}

struct Modification {
  Kind kind;
  mach_port_right_t right;
  int delta;
  kern_return_t code;
  const char* after;
};

constexpr Modification modifications[] = {
    {Kind::R, RECEIVE, 0, OK, "R"},
    {Kind::R, RECEIVE, -1, OK, "-"},
    {Kind::R, RECEIVE, 1, IV, "R"},
    {Kind::R, RECEIVE, -2, IV, "R"},
    {Kind::R, SEND, -1, IR, "R"},
    {Kind::R, SEND, 0, IR, "R"},
    {Kind::R, SEND_ONCE, -1, IR, "R"},
    {Kind::R, PORT_SET, -1, IR, "R"},
    {Kind::R, DEAD_NAME, -1, IR, "R"},
    {Kind::R, 5, 0, IR, "R"},
    {Kind::R, 6, 0, IV, "R"},
    {Kind::RS3, RECEIVE, -1, OK, "D3"},
    {Kind::RS3, RECEIVE, 0, OK, "RS3"},
    {Kind::RS3, RECEIVE, 1, IV, "RS3"},
    {Kind::RS3, SEND_ONCE, -1, IR, "RS3"},
    {Kind::RS3, SEND, -3, OK, "R"},
    {Kind::RS3, SEND, -4, IV, "RS3"},
    {Kind::S3, SEND, 0, OK, "S3"},
    {Kind::S3, SEND, 1, OK, "S4"},
    {Kind::S3, SEND, 2, OK, "S5"},
    {Kind::S3, SEND, -1, OK, "S2"},
    {Kind::S3, SEND, -2, OK, "S1"},
    {Kind::S3, SEND, -3, OK, "-"},
    {Kind::S3, SEND, -4, IV, "S3"},
    {Kind::S3, SEND, 65534, OK, "S65535"},
    {Kind::S3, SEND, 65535, OK, "S65535"},
    {Kind::S3, SEND, 65536, IV, "S3"},
    {Kind::S3, SEND, -65536, IV, "S3"},
    {Kind::S3, SEND, INT32_MAX, IV, "S3"},
    {Kind::S3, SEND, INT32_MIN, IV, "S3"},
    {Kind::S3, RECEIVE, -1, IR, "S3"},
    {Kind::S3, DEAD_NAME, -1, IR, "S3"},
    {Kind::O, SEND_ONCE, 0, OK, "O"},
    {Kind::O, SEND_ONCE, -1, OK, "-"},
    {Kind::O, SEND_ONCE, 1, IV, "O"},
    {Kind::O, SEND_ONCE, -2, IV, "O"},
    {Kind::O, SEND, -1, IR, "O"},
    {Kind::O, RECEIVE, -1, IR, "O"},
    {Kind::P, PORT_SET, 0, OK, "P"},
    {Kind::P, PORT_SET, -1, OK, "-"},
    {Kind::P, PORT_SET, 1, IV, "P"},
    {Kind::P, RECEIVE, -1, IR, "P"},
    {Kind::D3, DEAD_NAME, 0, OK, "D3"},
    {Kind::D3, DEAD_NAME, 1, OK, "D4"},
    {Kind::D3, DEAD_NAME, -1, OK, "D2"},
    {Kind::D3, DEAD_NAME, -3, OK, "-"},
    {Kind::D3, DEAD_NAME, -4, IV, "D3"},
    {Kind::D3, DEAD_NAME, 65535, OK, "D65535"},
    {Kind::D3, SEND, -1, IR, "D3"},
    {Kind::D3, RECEIVE, -1, IR, "D3"},
    {Kind::untouched_S2, DEAD_NAME, -1, OK, "D1"},
    {Kind::untouched_S2, SEND, -1, IR, "D2"},
    {Kind::untouched_O, SEND_ONCE, -1, IR, "D1"},
    {Kind::unknown, SEND, -1, IN, "-"},
    {Kind::unknown, RECEIVE, -1, IN, "-"},
    {Kind::unknown, 6, -1, IV, "-"},
    {Kind::null, SEND, -7, OK, "-"},
    {Kind::null, SEND_ONCE, 9, OK, "-"},
    {Kind::null, RECEIVE, -1, IN, "-"},
    {Kind::null, PORT_SET, -1, IN, "-"},
    {Kind::null, DEAD_NAME, -1, IN, "-"},
    {Kind::null, 5, 0, IN, "-"},
    {Kind::dead, SEND, -1, OK, "D0"},
    {Kind::dead, SEND_ONCE, -1, OK, "D0"},
    {Kind::dead, DEAD_NAME, -1, IN, "D0"},
};

}  // namespace

TEST_CASE("mod_refs, row by row") {
  for (const Modification& row : modifications) {
    CAPTURE(to_string(row.kind));
    CAPTURE(row.right);
    CAPTURE(row.delta);
    in_world([&] {
      const Made made = make(row.kind);
      CHECK(modify(made.name, row.right, row.delta) == row.code);
      CHECK(describe(made.name) == row.after);
    });
  }
}

TEST_CASE("a pegged count moves for nothing but exactly as many") {
  for (const Kind kind : {Kind::S3, Kind::D3}) {
    const mach_port_right_t right = kind == Kind::S3 ? SEND : DEAD_NAME;
    const std::string pegged = kind == Kind::S3 ? "S65535" : "D65535";
    in_world([&] {
      const Made made = make(kind);
      REQUIRE(modify(made.name, right, 65535) == OK);
      for (const int delta : {-1, 1, 0, -65534, 65535}) {
        CHECK(modify(made.name, right, delta) == OK);
        CHECK(describe(made.name) == pegged);
      }
      CHECK(mach_port_deallocate(task(), made.name) == OK);
      CHECK(describe(made.name) == pegged);
      CHECK(modify(made.name, right, -65535) == OK);
      CHECK(describe(made.name) == "-");
    });
  }
}

TEST_CASE("a pegged send right is copied, not moved, and takes no more") {
  in_world([] {
    const Made made = make(Kind::RS1);
    REQUIRE(modify(made.name, SEND, 65535) == OK);
    CHECK(mach_port_insert_right(task(), made.name, made.name, MACH_MSG_TYPE_MAKE_SEND) == OK);
    CHECK(describe(made.name) == "RS65535");
    CHECK(status(made.name).mps_mscount == 2);
    CHECK(send_to(made.name, MACH_MSG_TYPE_MOVE_SEND) == MACH_MSG_SUCCESS);
    CHECK(describe(made.name) == "RS65535");
    check_books();
  });
}

TEST_CASE("deallocate and destroy, by kind") {
  struct Row {
    Kind kind;
    kern_return_t deallocated;
    const char* after_deallocate;
    kern_return_t destroyed;
    const char* after_destroy;
  };
  static constexpr Row rows[] = {
      {Kind::R, IR, "R", OK, "-"},           {Kind::RS3, OK, "RS2", OK, "-"},
      {Kind::RS1, OK, "R", OK, "-"},         {Kind::S3, OK, "S2", OK, "-"},
      {Kind::S1, OK, "-", OK, "-"},          {Kind::O, OK, "-", OK, "-"},
      {Kind::P, OK, "-", OK, "-"},           {Kind::D3, OK, "D2", OK, "-"},
      {Kind::D1, OK, "-", OK, "-"},          {Kind::untouched_S2, OK, "D1", OK, "-"},
      {Kind::untouched_O, OK, "-", OK, "-"}, {Kind::unknown, IN, "-", IN, "-"},
      {Kind::null, OK, "-", OK, "-"},        {Kind::dead, OK, "D0", OK, "D0"},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Name name = make(row.kind).name;
      CHECK(mach_port_deallocate(task(), name) == row.deallocated);
      CHECK(describe(name) == row.after_deallocate);
    });
    in_world([&] {
      const Name name = make(row.kind).name;
      CHECK(mach_port_destroy(task(), name) == row.destroyed);
      CHECK(describe(name) == row.after_destroy);
    });
  }
}

TEST_CASE("get_refs tells what a name holds of each right") {
  struct Row {
    Kind kind;
    mach_port_urefs_t refs[5];
  };
  static constexpr Row rows[] = {
      {Kind::R, {0, 1, 0, 0, 0}},
      {Kind::RS3, {3, 1, 0, 0, 0}},
      {Kind::S3, {3, 0, 0, 0, 0}},
      {Kind::O, {0, 0, 1, 0, 0}},
      {Kind::P, {0, 0, 0, 1, 0}},
      {Kind::D3, {0, 0, 0, 0, 3}},
      {Kind::untouched_S2, {0, 0, 0, 0, 2}},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Name name = make(row.kind).name;
      for (mach_port_right_t right = 0; right < 5; ++right) {
        mach_port_urefs_t refs = 99;
        CHECK(mach_port_get_refs(task(), name, right, &refs) == OK);
        CHECK(refs == row.refs[right]);
      }
      mach_port_urefs_t refs = 99;
      CHECK(mach_port_get_refs(task(), name, 5, &refs) == OK);
      CHECK(refs == 0);
      CHECK(mach_port_get_refs(task(), name, 6, &refs) == IV);
    });
  }
}

TEST_CASE("get_refs of null and dead: one send, one send-once, and no other right") {
  in_world([] {
    for (const Name name : {Name{MACH_PORT_NULL}, Name{MACH_PORT_DEAD}}) {
      for (mach_port_right_t right = 0; right < 5; ++right) {
        mach_port_urefs_t refs = 99;
        const bool held = right == SEND || right == SEND_ONCE;
        CHECK(mach_port_get_refs(task(), name, right, &refs) == (held ? OK : IN));
        if (held) CHECK(refs == 1);
      }
    }
    mach_port_urefs_t refs = 99;
    CHECK(mach_port_get_refs(task(), 0x7f03, SEND, &refs) == IN);
  });
}

TEST_CASE("type of null is an invalid name, of dead a dead name") {
  in_world([] {
    mach_port_type_t type = 0;
    CHECK(mach_port_type(task(), MACH_PORT_NULL, &type) == IN);
    CHECK(mach_port_type(task(), MACH_PORT_DEAD, &type) == OK);
    CHECK(type == MACH_PORT_TYPE_DEAD_NAME);
  });
}

TEST_CASE("after the receive right has gone, the send right is a dead name for every call") {
  in_world([] {
    const Name name = make(Kind::RS3).name;
    REQUIRE(modify(name, RECEIVE, -1) == OK);
    CHECK(modify(name, SEND, -1) == IR);
    CHECK(modify(name, DEAD_NAME, -1) == OK);
    CHECK(mach_port_deallocate(task(), name) == OK);
    CHECK(describe(name) == "D1");
    CHECK(mach_port_destroy(task(), name) == OK);
    CHECK(describe(name) == "-");
  });
}

TEST_CASE("a send-once right that is dropped sends its notification, also past a full queue") {
  in_world([] {
    const Made made = make(Kind::O);
    mach_port_limits_t limits = {.mpl_qlimit = 1};
    REQUIRE(mach_port_set_attributes(task(), made.receiver, MACH_PORT_LIMITS_INFO,
                                     reinterpret_cast<mach_port_info_t>(&limits), 1) == OK);
    REQUIRE(send_to(made.receiver, MACH_MSG_TYPE_MAKE_SEND, 5) == MACH_MSG_SUCCESS);
    REQUIRE(modify(made.name, SEND_ONCE, -1) == OK);
    CHECK(status(made.receiver).mps_msgcount == 2);
    CHECK(drain(made.receiver) == std::vector<mach_msg_id_t>{5, MACH_NOTIFY_SEND_ONCE});
    CHECK(status(made.receiver).mps_sorights == 0);
  });
}

TEST_CASE("a send right that is received where the count is pegged adds nothing") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    REQUIRE(modify(port, SEND, 65535) == OK);
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, port, MACH_MSG_TYPE_COPY_SEND,
                                 {{port, MACH_MSG_TYPE_COPY_SEND}});
    REQUIRE(send(message) == MACH_MSG_SUCCESS);
    REQUIRE(receive(port, message) == MACH_MSG_SUCCESS);
    CHECK(message.header.msgh_remote_port == port);
    CHECK(message.ports[0].name == port);
    CHECK(describe(port) == "RS65535");
    check_books();
  });
}

TEST_CASE("a right that a name does not have is an invalid right, whatever the change") {
  constexpr mach_port_right_t has_not[][6] = {
      // of R, RS3, S3, O, P, D3; 9 ends a row
      {SEND, SEND_ONCE, PORT_SET, DEAD_NAME, 5, 9},    {SEND_ONCE, PORT_SET, DEAD_NAME, 5, 9, 9},
      {RECEIVE, SEND_ONCE, PORT_SET, DEAD_NAME, 5, 9}, {SEND, RECEIVE, PORT_SET, DEAD_NAME, 5, 9},
      {SEND, RECEIVE, SEND_ONCE, DEAD_NAME, 5, 9},     {SEND, RECEIVE, SEND_ONCE, PORT_SET, 5, 9}};
  constexpr Kind kinds[] = {Kind::R, Kind::RS3, Kind::S3, Kind::O, Kind::P, Kind::D3};
  for (std::size_t row = 0; row < std::size(kinds); ++row) {
    for (const mach_port_right_t right : has_not[row]) {
      if (right == 9) continue;
      CAPTURE(to_string(kinds[row]));
      CAPTURE(right);
      in_world([&] {
        const Name name = make(kinds[row]).name;
        const std::string before = describe(name);
        for (const int delta : {0, -1, 1, 65536}) CHECK(modify(name, right, delta) == IR);
        CHECK(describe(name) == before);
      });
    }
  }
}

TEST_CASE("a name that stands for nothing, right by right") {
  struct Row {
    Kind kind;
    kern_return_t codes[7];  // of rights 0 to 6
  };
  static constexpr Row rows[] = {
      {Kind::unknown, {IN, IN, IN, IN, IN, IN, IV}},
      {Kind::null, {OK, IN, OK, IN, IN, IN, IV}},
      {Kind::dead, {OK, IN, OK, IN, IN, IN, IV}},
  };
  for (const Row& row : rows) {
    for (mach_port_right_t right = 0; right < 7; ++right) {
      CAPTURE(to_string(row.kind));
      CAPTURE(right);
      in_world([&] {
        const Name name = make(row.kind).name;
        for (const int delta : {0, -1, 3}) CHECK(modify(name, right, delta) == row.codes[right]);
        mach_port_urefs_t refs = 99;
        CHECK(mach_port_get_refs(task(), name, right, &refs) == row.codes[right]);
        CHECK(refs == (row.codes[right] == OK ? 1 : 99));
      });
    }
  }
}

TEST_CASE("types by kind of name, bit by bit") {
  struct Row {
    Kind kind;
    mach_port_type_t type;
  };
  static constexpr Row rows[] = {{Kind::R, 0x20000},
                                 {Kind::RS3, 0x30000},
                                 {Kind::S3, 0x10000},
                                 {Kind::O, 0x40000},
                                 {Kind::P, 0x80000},
                                 {Kind::D3, 0x100000},
                                 {Kind::untouched_S2, 0x100000},
                                 {Kind::untouched_O, 0x100000}};
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Name name = make(row.kind).name;
      mach_port_type_t type = 0;
      CHECK(mach_port_type(task(), name, &type) == OK);
      CHECK(type == row.type);
    });
  }
  for (const mach_msg_id_t id : {MACH_NOTIFY_DEAD_NAME, MACH_NOTIFY_SEND_POSSIBLE}) {
    in_world([&] {
      const Name name = make(Kind::RS1).name;
      REQUIRE(request(name, id, receive_right()) == OK);
      mach_port_type_t type = 0;
      CHECK(mach_port_type(task(), name, &type) == OK);
      CHECK(type == (0x30000 | 0x80000000));
    });
  }
}

TEST_CASE("however a send-once right is dropped, its port is told, in 24 bytes") {
  enum class Drop { modified, deallocated, destroyed };
  for (const Drop drop : {Drop::modified, Drop::deallocated, Drop::destroyed}) {
    CAPTURE(static_cast<int>(drop));
    in_world([&] {
      const Made once = make(Kind::O);
      CHECK((drop == Drop::modified      ? modify(once.name, SEND_ONCE, -1)
             : drop == Drop::deallocated ? mach_port_deallocate(task(), once.name)
                                         : mach_port_destroy(task(), once.name)) == OK);
      Message message;
      REQUIRE(receive(once.receiver, message) == MACH_MSG_SUCCESS);
      CHECK(message.header.msgh_id == 71);
      CHECK(message.header.msgh_bits == 0x1200);
      CHECK(message.header.msgh_size == 24);
      CHECK(message.header.msgh_remote_port == MACH_PORT_NULL);
      CHECK(message.header.msgh_local_port == once.receiver);
    });
  }
}

TEST_CASE("a pegged dead name is not counted down by what moves it") {
  in_world([] {
    const Name dead = make(Kind::D3).name;
    REQUIRE(modify(dead, DEAD_NAME, 65535) == OK);
    Message message = message_to(receive_right(), MACH_MSG_TYPE_MAKE_SEND, 0, dead, MACH_MSG_TYPE_MOVE_SEND);
    CHECK(send(message) == MACH_MSG_SUCCESS);
    CHECK(describe(dead) == "D65535");
    CHECK(modify(dead, DEAD_NAME, -65535) == OK);
    CHECK(describe(dead) == "-");
  });
}

TEST_CASE("a set that is given up frees its members, by each call that gives it up") {
  enum class Drop { modified, deallocated, destroyed };
  for (const Drop drop : {Drop::modified, Drop::deallocated, Drop::destroyed}) {
    in_world([&] {
      const Name set = port_set();
      const Name port = receive_right();
      REQUIRE(mach_port_insert_member(task(), port, set) == OK);
      CHECK((drop == Drop::modified      ? modify(set, PORT_SET, -1)
             : drop == Drop::deallocated ? mach_port_deallocate(task(), set)
                                         : mach_port_destroy(task(), set)) == OK);
      CHECK(status(port).mps_pset == 0);
      CHECK(mach_port_insert_member(task(), port, port_set()) == OK);
    });
  }
}

}  // namespace portunus::props
