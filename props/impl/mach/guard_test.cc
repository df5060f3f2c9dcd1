// Contexts, guards, and the ports that are constructed with them (facts mach-xnu 7).
#include <doctest/doctest.h>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr kern_return_t IR = KERN_INVALID_RIGHT;
constexpr kern_return_t IN = KERN_INVALID_NAME;
constexpr kern_return_t IA = KERN_INVALID_ARGUMENT;
constexpr kern_return_t IV = KERN_INVALID_VALUE;
constexpr mach_port_context_t word = 0x1234;

Name task() {
  return mach_task_self();
}

mach_port_context_t context(Name port) {
  mach_port_context_t value = 99;
  CHECK(mach_port_get_context(task(), port, &value) == OK);
  return value;
}

Name guarded(Kind kind, bool strict = false) {
  const Name port = make(kind).name;
  REQUIRE(mach_port_guard(task(), port, word, strict) == OK);
  return port;
}

struct Constructed {
  kern_return_t code;
  Name name;
};
Constructed construct(std::uint32_t flags, mach_port_context_t with = 0, mach_port_msgcount_t limit = 0) {
  mach_port_options_t options = {};
  options.flags = flags;
  options.mpl.mpl_qlimit = limit;
  Constructed made = {OK, MACH_PORT_NULL};
  made.code = mach_port_construct(task(), &options, with, &made.name);
  return made;
}

}  // namespace

TEST_CASE("contexts and guards are a receive right's") {
  struct Row {
    Kind kind;
    kern_return_t context, guard;
  };
  static constexpr Row rows[] = {
      {Kind::R, OK, OK},       {Kind::RS1, OK, OK},  {Kind::S1, IR, IR},
      {Kind::O, IR, IR},       {Kind::P, IR, IR},    {Kind::D1, IR, IR},
      {Kind::unknown, IN, IN}, {Kind::null, IR, IN}, {Kind::dead, IR, IN},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Name name = make(row.kind).name;
      mach_port_context_t value = 99;
      CHECK(mach_port_get_context(task(), name, &value) == row.context);
      CHECK(value == (row.context == OK ? 0 : 99));
      CHECK(mach_port_guard(task(), name, word, FALSE) == row.guard);
      CHECK(mach_port_unguard(task(), name, word) == row.guard);
      CHECK(mach_port_set_context(task(), name, word) == row.context);
      if (row.context == OK) CHECK(context(name) == word);
      CHECK(mach_port_destruct(task(), name, 0, 0) == row.guard);
    });
  }
}

TEST_CASE("a guard is put where there is neither guard nor context, and taken away with the same word") {
  in_world([] {
    const Name port = receive_right();
    CHECK(mach_port_unguard(task(), port, 0) == IA);
    CHECK(mach_port_guard(task(), port, word, FALSE) == OK);
    CHECK(status(port).mps_flags == MACH_PORT_STATUS_FLAG_GUARDED);
    CHECK(context(port) == word);
    CHECK(mach_port_guard(task(), port, word, FALSE) == IA);
    CHECK(mach_port_unguard(task(), port, word + 1) == IA);
    CHECK(mach_port_unguard(task(), port, word) == OK);
    CHECK(status(port).mps_flags == 0);
    CHECK(context(port) == 0);
    CHECK(mach_port_set_context(task(), port, word) == OK);
    CHECK(mach_port_guard(task(), port, word, FALSE) == IA);
  });
}

TEST_CASE("a strict guard is not told, nor can its context be set") {
  in_world([] {
    const Name port = guarded(Kind::R, true);
    CHECK(status(port).mps_flags == (MACH_PORT_STATUS_FLAG_GUARDED | MACH_PORT_STATUS_FLAG_STRICT_GUARD));
    CHECK(context(port) == 0);
    CHECK(mach_port_set_context(task(), port, 5) == IA);
    CHECK(mach_port_unguard(task(), port, word) == OK);
    CHECK(mach_port_set_context(task(), port, 5) == OK);
  });
}

TEST_CASE("a guarded receive right is not ended by mod_refs or destroy, and stays intact") {
  for (const bool strict : {false, true}) {
    in_world([&] {
      const Name port = guarded(Kind::RS3, strict);
      CHECK(mach_port_mod_refs(task(), port, MACH_PORT_RIGHT_RECEIVE, -1) == IR);
      CHECK(mach_port_mod_refs(task(), port, MACH_PORT_RIGHT_RECEIVE, 0) == OK);
      CHECK(mach_port_destroy(task(), port) == IR);
      CHECK(describe(port) == "RS3");
      CHECK(mach_port_unguard(task(), port, word) == OK);
      CHECK(mach_port_destroy(task(), port) == OK);
      CHECK(describe(port) == "-");
    });
  }
}

TEST_CASE("a receive right that moves drops its guard") {
  in_world([] {
    const Name port = guarded(Kind::R, true);
    CHECK(mach_port_insert_right(task(), 0x40003, port, MACH_MSG_TYPE_MOVE_RECEIVE) == OK);
    CHECK(status(0x40003).mps_flags == 0);
    REQUIRE(mach_port_guard(task(), 0x40003, word, TRUE) == OK);
    const Name carrier = receive_right();
    Message message =
        message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{0x40003, MACH_MSG_TYPE_MOVE_RECEIVE}});
    REQUIRE(send(message) == MACH_MSG_SUCCESS);
    REQUIRE(receive(carrier, message) == MACH_MSG_SUCCESS);
    CHECK(status(message.ports[0].name).mps_flags == 0);
    CHECK(context(message.ports[0].name) == 0);
  });
}

TEST_CASE("destruct ends the receive right and as many user references as it says") {
  struct Row {
    Kind kind;
    mach_port_delta_t delta;
    kern_return_t code;
    const char* after;
  };
  static constexpr Row rows[] = {
      {Kind::RS3, 0, OK, "D3"},  {Kind::RS3, -1, OK, "D2"},  {Kind::RS3, -3, OK, "-"},
      {Kind::RS3, 1, IV, "RS3"}, {Kind::RS3, -4, IV, "RS3"}, {Kind::R, 0, OK, "-"},
      {Kind::R, -1, IR, "R"},    {Kind::R, 1, IR, "R"},      {Kind::S3, -1, IR, "S3"},
      {Kind::P, 0, IR, "P"},
  };
  for (const Row& row : rows) {
    CAPTURE(to_string(row.kind));
    CAPTURE(row.delta);
    in_world([&] {
      const Name name = make(row.kind).name;
      CHECK(mach_port_destruct(task(), name, row.delta, 0) == row.code);
      CHECK(describe(name) == row.after);
    });
  }
}

TEST_CASE("destruct takes a guarded right with its guard only") {
  in_world([] {
    const Name port = guarded(Kind::RS3, true);
    CHECK(mach_port_destruct(task(), port, -1, word + 1) == IA);
    CHECK(describe(port) == "RS3");
    CHECK(mach_port_destruct(task(), port, -1, word) == OK);
    CHECK(describe(port) == "D2");
  });
}

TEST_CASE("construct makes what its options say") {
  in_world([] {
    const Constructed plain = construct(0, word);
    CHECK(plain.code == OK);
    CHECK(describe(plain.name) == "R");
    CHECK(context(plain.name) == word);
    CHECK(status(plain.name).mps_flags == 0);
    const Constructed rich = construct(
        MPO_CONTEXT_AS_GUARD | MPO_STRICT | MPO_QLIMIT | MPO_INSERT_SEND_RIGHT | MPO_TEMPOWNER, word, 77);
    CHECK(rich.code == OK);
    CHECK(describe(rich.name) == "RS1");
    CHECK(status(rich.name).mps_qlimit == 77);
    CHECK(status(rich.name).mps_flags == 7);
    CHECK(mach_port_unguard(task(), rich.name, word) == OK);
  });
}

TEST_CASE("construct refuses a limit that is none, and flags that it does not know or not give") {
  in_world([] {
    const hosted::Accounting before = hosted::World::current()->accounting();
    CHECK(construct(MPO_QLIMIT, 0, 1025).code == IV);
    CHECK(construct(MPO_TG_BLOCK_TRACKING).code == KERN_DENIED);
    CHECK(construct(0x40000000).code == IA);
    CHECK(hosted::World::current()->accounting() == before);
  });
}

TEST_CASE("an immovable receive right stays where it is") {
  in_world([] {
    const Name port = construct(MPO_IMMOVABLE_RECEIVE | MPO_CONTEXT_AS_GUARD, word).name;
    CHECK(mach_port_insert_right(task(), 0x40003, port, MACH_MSG_TYPE_MOVE_RECEIVE) ==
          KERN_INVALID_CAPABILITY);
    Message message =
        message_to(receive_right(), MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{port, MACH_MSG_TYPE_MOVE_RECEIVE}});
    CHECK(send(message) == MACH_SEND_INVALID_RIGHT);
    CHECK(describe(port) == "R");
    CHECK(mach_port_destruct(task(), port, 0, word) == OK);
  });
}

TEST_CASE("any receive right that moves drops its guard, strict or not, inserted or sent") {
  for (const bool strict : {false, true}) {
    for (const bool inserted : {false, true}) {
      CAPTURE(strict);
      CAPTURE(inserted);
      in_world([&] {
        const Name port = guarded(Kind::RS1, strict);
        if (inserted) {
          CHECK(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MOVE_RECEIVE) == OK);
        } else {
          const Name carrier = receive_right();
          Message message =
              message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{port, MACH_MSG_TYPE_MOVE_RECEIVE}});
          REQUIRE(send(message) == MACH_MSG_SUCCESS);
          REQUIRE(receive(carrier, message) == MACH_MSG_SUCCESS);
        }
        CHECK(status(port).mps_flags == 0);
        CHECK(mach_port_destroy(task(), port) == OK);
      });
    }
  }
}

}  // namespace portunus::props
