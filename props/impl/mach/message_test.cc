// What mach_msg takes and gives: headers, bodies, buffers, trailers (facts mach-xnu 6).
#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr mach_msg_return_t OK = MACH_MSG_SUCCESS;
constexpr mach_msg_return_t DEST = MACH_SEND_INVALID_DEST;
constexpr mach_msg_return_t REPLY = MACH_SEND_INVALID_REPLY;
constexpr mach_msg_return_t HEADER = MACH_SEND_INVALID_HEADER;
constexpr mach_msg_return_t RIGHT = MACH_SEND_INVALID_RIGHT;

Name task() {
  return mach_task_self();
}

struct Sent {
  mach_msg_return_t code;
  const char* after;
};
struct Row {
  Kind kind;
  Sent sent[5];  // dispositions 17 to 21
};

constexpr Row destinations[] = {
    {Kind::null, {{DEST, "-"}, {DEST, "-"}, {DEST, "-"}, {DEST, "-"}, {DEST, "-"}}},
    {Kind::dead, {{DEST, "D0"}, {DEST, "D0"}, {DEST, "D0"}, {DEST, "D0"}, {DEST, "D0"}}},
    {Kind::unknown, {{DEST, "-"}, {DEST, "-"}, {DEST, "-"}, {DEST, "-"}, {DEST, "-"}}},
    {Kind::D3, {{DEST, "D3"}, {DEST, "D3"}, {DEST, "D3"}, {DEST, "D3"}, {DEST, "D3"}}},
    {Kind::P, {{DEST, "P"}, {DEST, "P"}, {DEST, "P"}, {DEST, "P"}, {DEST, "P"}}},
    {Kind::R, {{DEST, "R"}, {DEST, "R"}, {DEST, "R"}, {OK, "R"}, {OK, "R"}}},
    {Kind::RS1, {{OK, "R"}, {DEST, "RS1"}, {OK, "RS1"}, {OK, "RS1"}, {OK, "RS1"}}},
    {Kind::S2, {{OK, "S1"}, {DEST, "S2"}, {OK, "S2"}, {DEST, "S2"}, {DEST, "S2"}}},
    {Kind::O, {{DEST, "O"}, {OK, "-"}, {DEST, "O"}, {DEST, "O"}, {DEST, "O"}}},
    {Kind::untouched_S2, {{DEST, "D2"}, {DEST, "D2"}, {DEST, "D2"}, {DEST, "D2"}, {DEST, "D2"}}},
};

constexpr Row replies[] = {
    {Kind::R, {{REPLY, "R"}, {REPLY, "R"}, {REPLY, "R"}, {OK, "R"}, {OK, "R"}}},
    {Kind::RS1, {{OK, "R"}, {REPLY, "RS1"}, {OK, "RS1"}, {OK, "RS1"}, {OK, "RS1"}}},
    {Kind::O, {{REPLY, "O"}, {OK, "-"}, {REPLY, "O"}, {REPLY, "O"}, {REPLY, "O"}}},
    {Kind::D3, {{OK, "D2"}, {OK, "D2"}, {OK, "D3"}, {REPLY, "D3"}, {REPLY, "D3"}}},
    {Kind::unknown, {{REPLY, "-"}, {REPLY, "-"}, {REPLY, "-"}, {REPLY, "-"}, {REPLY, "-"}}},
    {Kind::P, {{REPLY, "P"}, {REPLY, "P"}, {REPLY, "P"}, {REPLY, "P"}, {REPLY, "P"}}},
};

// What a body's descriptor does to the name it names, disposition by disposition.
struct BodyRow {
  Kind kind;
  Sent sent[6];  // dispositions 16 to 21
};
constexpr BodyRow bodies[] = {
    {Kind::R, {{OK, "-"}, {RIGHT, "R"}, {RIGHT, "R"}, {RIGHT, "R"}, {OK, "R"}, {OK, "R"}}},
    {Kind::RS1, {{OK, "S1"}, {OK, "R"}, {RIGHT, "RS1"}, {OK, "RS1"}, {OK, "RS1"}, {OK, "RS1"}}},
    {Kind::S2, {{RIGHT, "S2"}, {OK, "S1"}, {RIGHT, "S2"}, {OK, "S2"}, {RIGHT, "S2"}, {RIGHT, "S2"}}},
    {Kind::O, {{RIGHT, "O"}, {RIGHT, "O"}, {OK, "-"}, {RIGHT, "O"}, {RIGHT, "O"}, {RIGHT, "O"}}},
    {Kind::D3, {{RIGHT, "D3"}, {OK, "D2"}, {OK, "D2"}, {OK, "D3"}, {RIGHT, "D3"}, {RIGHT, "D3"}}},
    {Kind::unknown, {{RIGHT, "-"}, {RIGHT, "-"}, {RIGHT, "-"}, {RIGHT, "-"}, {RIGHT, "-"}, {RIGHT, "-"}}},
    {Kind::P, {{RIGHT, "P"}, {RIGHT, "P"}, {RIGHT, "P"}, {RIGHT, "P"}, {RIGHT, "P"}, {RIGHT, "P"}}},
};

}  // namespace

TEST_CASE("destination by disposition") {
  for (const Row& row : destinations) {
    for (mach_msg_type_name_t disposition = 17; disposition <= 21; ++disposition) {
      const Sent& sent = row.sent[disposition - 17];
      CAPTURE(to_string(row.kind));
      CAPTURE(disposition);
      in_world([&] {
        const Name name = make(row.kind).name;
        CHECK(send_to(name, disposition) == sent.code);
        CHECK(describe(name) == sent.after);
      });
    }
    for (const mach_msg_type_name_t disposition : {0u, 16u, 22u, 31u}) {
      in_world([&] { CHECK(send_to(make(row.kind).name, disposition) == HEADER); });
    }
  }
}

TEST_CASE("reply by disposition; a bad reply takes nothing of the destination") {
  for (const Row& row : replies) {
    for (mach_msg_type_name_t disposition = 17; disposition <= 21; ++disposition) {
      const Sent& sent = row.sent[disposition - 17];
      CAPTURE(to_string(row.kind));
      CAPTURE(disposition);
      in_world([&] {
        const Name destination = make(Kind::RS1).name;
        const Name name = make(row.kind).name;
        Message message = message_to(destination, MACH_MSG_TYPE_MOVE_SEND, 0, name, disposition);
        CHECK(send(message) == sent.code);
        CHECK(describe(name) == sent.after);
        CHECK(describe(destination) == (sent.code == OK ? "R" : "RS1"));
        check_books();
      });
    }
    in_world([&] {
      const Name destination = make(Kind::RS1).name;
      for (const mach_msg_type_name_t disposition : {0u, 16u}) {
        Message message =
            message_to(destination, MACH_MSG_TYPE_MOVE_SEND, 0, make(row.kind).name, disposition);
        CHECK(send(message) == HEADER);
      }
    });
  }
}

TEST_CASE("a null or dead reply goes with any send disposition, and arrives as it was") {
  for (const Name reply : {Name{MACH_PORT_NULL}, Name{MACH_PORT_DEAD}}) {
    for (mach_msg_type_name_t disposition = 17; disposition <= 21; ++disposition) {
      in_world([&] {
        const Name port = receive_right();
        Message message = message_to(port, MACH_MSG_TYPE_MAKE_SEND, 0, reply, disposition);
        CHECK(send(message) == OK);
        REQUIRE(receive(port, message) == OK);
        CHECK(message.header.msgh_remote_port == reply);
        const mach_msg_type_name_t seen = disposition == 18 || disposition == 21 ? 18 : 17;
        CHECK(message.header.msgh_bits == MACH_MSGH_BITS(seen, 17u));
      });
    }
  }
}

TEST_CASE("one name for destination and reply") {
  struct Same {
    Kind kind;
    mach_msg_type_name_t destination, reply;
    mach_msg_return_t code;
    const char* after;
  };
  static constexpr Same rows[] = {
      {Kind::O, 18, 18, DEST, "O"},     {Kind::RS1, 19, 18, DEST, "RS1"}, {Kind::O, 18, 19, DEST, "O"},
      {Kind::RS1, 17, 17, DEST, "RS1"}, {Kind::S2, 17, 17, OK, "-"},      {Kind::RS1, 17, 19, OK, "R"},
      {Kind::RS1, 19, 17, OK, "R"},     {Kind::RS1, 17, 20, OK, "R"},     {Kind::RS1, 20, 21, OK, "RS1"},
      {Kind::R, 20, 19, REPLY, "R"},
  };
  for (const Same& row : rows) {
    CAPTURE(to_string(row.kind));
    CAPTURE(row.destination);
    CAPTURE(row.reply);
    in_world([&] {
      const Name name = make(row.kind).name;
      Message message = message_to(name, row.destination, 0, name, row.reply);
      CHECK(send(message) == row.code);
      CHECK(describe(name) == row.after);
      if (row.code != OK || row.kind == Kind::S2) return;
      REQUIRE(receive(name, message) == OK);
      CHECK(MACH_PORT_VALID(message.header.msgh_remote_port));
    });
  }
}

TEST_CASE("a received header is turned round") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name reply = receive_right();
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 42, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    message.header.msgh_voucher_port = 0x55;
    CHECK(send(message) == OK);
    REQUIRE(receive(port, message) == OK);
    CHECK(message.header.msgh_bits == 0x1112);
    CHECK(message.header.msgh_size == 24);
    CHECK(message.header.msgh_local_port == port);
    CHECK(describe(message.header.msgh_remote_port) == "O");
    CHECK(message.header.msgh_remote_port != reply);
    CHECK(message.header.msgh_voucher_port == 0x55);
    CHECK(message.header.msgh_id == 42);
    CHECK(send_to(port, MACH_MSG_TYPE_MAKE_SEND_ONCE) == OK);
    REQUIRE(receive(port, message) == OK);
    CHECK(message.header.msgh_bits == 0x1200);
    CHECK(message.header.msgh_remote_port == MACH_PORT_NULL);
  });
}

TEST_CASE("send_size decides, not msgh_size") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND);
    for (const mach_msg_size_t size : {0u, 23u, 25u, 26u, 27u, 29u, 30u}) {
      CHECK(mach_msg(&message.header, MACH_SEND_MSG, size, 0, 0, 0, 0) == MACH_SEND_MSG_TOO_SMALL);
    }
    message.header.msgh_size = 1000;
    CHECK(mach_msg(&message.header, MACH_SEND_MSG, 28, 0, 0, 0, 0) == OK);
    REQUIRE(receive(port, message) == OK);
    CHECK(message.header.msgh_size == 28);
    CHECK(mach_msg(nullptr, MACH_SEND_MSG, 28, 0, 0, 0, 0) == MACH_SEND_INVALID_DATA);
    CHECK(mach_msg(nullptr, MACH_MSG_OPTION_NONE, 0, 0, 0, 0, 0) == OK);
  });
}

TEST_CASE("a body that its size does not hold, or of another kind, is refused") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0, {{port, MACH_MSG_TYPE_COPY_SEND}});
    for (const mach_msg_size_t size : {24u, 28u, 36u}) {
      CHECK(mach_msg(&message.header, MACH_SEND_MSG, size, 0, 0, 0, 0) == MACH_SEND_MSG_TOO_SMALL);
    }
    message.body.msgh_descriptor_count = 0x20000000;
    CHECK(send(message) == MACH_SEND_MSG_TOO_SMALL);
    message.body.msgh_descriptor_count = 1;
    message.ports[0].type = 77;
    CHECK(send(message) == MACH_SEND_INVALID_TYPE);
    message.body.msgh_descriptor_count = 0;
    CHECK(mach_msg(&message.header, MACH_SEND_MSG, 28, 0, 0, 0, 0) == OK);
    REQUIRE(receive(port, message) == OK);
    CHECK(MACH_MSGH_BITS_IS_COMPLEX(message.header.msgh_bits));
  });
}

TEST_CASE("unknown header bits are dropped, a voucher's disposition is refused") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND);
    message.header.msgh_bits |= 0x40000000;
    CHECK(send(message) == OK);
    REQUIRE(receive(port, message) == OK);
    CHECK(message.header.msgh_bits == 0x1100);
    message = message_to(port, MACH_MSG_TYPE_COPY_SEND);
    message.header.msgh_bits |= MACH_MSG_TYPE_COPY_SEND << 16;
    CHECK(send(message) == MACH_SEND_INVALID_VOUCHER);
  });
}

TEST_CASE("body descriptor by disposition") {
  for (const BodyRow& row : bodies) {
    for (mach_msg_type_name_t disposition = 16; disposition <= 21; ++disposition) {
      const Sent& sent = row.sent[disposition - 16];
      CAPTURE(to_string(row.kind));
      CAPTURE(disposition);
      in_world([&] {
        const Name port = receive_right();
        const Name name = make(row.kind).name;
        Message message = message_to(port, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{name, disposition}});
        CHECK(send(message) == sent.code);
        CHECK(describe(name) == sent.after);
        check_books();
        if (sent.code != OK) return;
        REQUIRE(receive(port, message) == OK);
        CHECK(+message.ports[0].disposition == (disposition == 16                        ? 16u
                                                : disposition == 18 || disposition == 21 ? 18u
                                                                                         : 17u));
        if (row.kind == Kind::D3) CHECK(message.ports[0].name == MACH_PORT_DEAD);
      });
    }
    in_world([&] {
      const Name port = receive_right();
      for (const mach_msg_type_name_t disposition : {0u, 22u}) {
        Message message =
            message_to(port, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{make(row.kind).name, disposition}});
        CHECK(send(message) == RIGHT);
      }
    });
  }
}

TEST_CASE("a null or dead name in a body goes with any disposition") {
  in_world([] {
    const Name port = receive_right();
    for (const Name name : {Name{MACH_PORT_NULL}, Name{MACH_PORT_DEAD}}) {
      for (const mach_msg_type_name_t disposition : {0u, 16u, 17u, 18u, 19u, 20u, 21u, 22u}) {
        Message message = message_to(port, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{name, disposition}});
        CHECK(send(message) == OK);
        REQUIRE(receive(port, message) == OK);
        CHECK(message.ports[0].name == name);
        const unsigned seen[] = {16, 17, 18, 17, 17, 18};
        CHECK(+message.ports[0].disposition ==
              (disposition >= 16 && disposition <= 21 ? seen[disposition - 16] : 0));
      }
    }
  });
}

TEST_CASE("rights arrive under the name that the task has for the port, a send-once right under a new one") {
  in_world([] {
    const Name carrier = receive_right();
    const Name port = receive_right();
    Message message = message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0,
                                 {{port, MACH_MSG_TYPE_MAKE_SEND},
                                  {port, MACH_MSG_TYPE_MAKE_SEND_ONCE},
                                  {port, MACH_MSG_TYPE_MOVE_RECEIVE}});
    REQUIRE(send(message) == OK);
    CHECK(describe(port) == "-");
    REQUIRE(receive(carrier, message) == OK);
    const Name arrived = message.ports[0].name;
    CHECK(message.ports[2].name == arrived);
    CHECK(describe(arrived) == "RS1");
    CHECK(message.ports[1].name != arrived);
    CHECK(describe(message.ports[1].name) == "O");
  });
}

TEST_CASE("after a bad body the client's buffer is as it was, and what was taken is lost") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name reply = receive_right();
    const Name moved = make(Kind::RS1).name;
    const Name receive_moved = make(Kind::RS1).name;
    const Name once = make(Kind::O).name;
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                 {{moved, MACH_MSG_TYPE_MOVE_SEND},
                                  {receive_moved, MACH_MSG_TYPE_MOVE_RECEIVE},
                                  {once, MACH_MSG_TYPE_MOVE_SEND_ONCE},
                                  {0x7f03, MACH_MSG_TYPE_COPY_SEND}});
    const Message before = message;
    CHECK(send(message) == RIGHT);
    CHECK(std::memcmp(&before, &message, sizeof message) == 0);
    CHECK(describe(port) == "RS1");
    CHECK(describe(moved) == "R");
    CHECK(describe(receive_moved) == "D1");
    CHECK(describe(once) == "-");
    CHECK(drain(reply) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
    CHECK(drain(port).empty());
  });
}

TEST_CASE("a receive right that is sent to itself, round any corner, dies: the send succeeds") {
  constexpr mach_msg_type_name_t dispositions[] = {MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE};
  for (const mach_msg_type_name_t disposition : dispositions) {
    in_world([&] {
      const Name a = make(Kind::RS1).name;
      Message message = message_to(a, disposition, 0, 0, 0, {{a, MACH_MSG_TYPE_MOVE_RECEIVE}});
      CHECK(send(message) == OK);
      CHECK(describe(a) == "D1");
    });
  }
  in_world([] {
    const Name a = make(Kind::RS1).name;
    const Name b = make(Kind::RS1).name;
    const Name c = make(Kind::RS1).name;
    const Name none = receive_right();
    Message first = message_to(b, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0, {{a, MACH_MSG_TYPE_MOVE_RECEIVE}});
    Message second = message_to(c, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0,
                                {{b, MACH_MSG_TYPE_MOVE_RECEIVE}, {none, MACH_MSG_TYPE_MOVE_RECEIVE}});
    Message third = message_to(a, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0, {{c, MACH_MSG_TYPE_MOVE_RECEIVE}});
    CHECK(send(first) == OK);
    CHECK(send(second) == OK);
    CHECK(describe(a) == "S1");
    CHECK(send(third) == OK);
    for (const Name name : {a, b, c}) CHECK(describe(name) == "D1");
    CHECK(describe(none) == "-");
  });
}

TEST_CASE("a long chain of messages that hold receive rights ends without recursion") {
  in_world([] {
    const Name head = receive_right();
    Name previous = receive_right();
    for (int link = 0; link < 20'000; ++link) {
      const Name next = receive_right();
      Message message =
          message_to(next, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{previous, MACH_MSG_TYPE_MOVE_RECEIVE}});
      REQUIRE(send(message) == OK);
      previous = next;
    }
    CHECK(mach_port_destroy(task(), previous) == KERN_SUCCESS);
    CHECK(describe(head) == "R");
    CHECK(hosted::World::current()->accounting().ports == 2);
  });
}

TEST_CASE("a send-once right whose port has died still sends, into nothing, unless somebody looked") {
  in_world([] {
    const Name once = make(Kind::untouched_O).name;
    const Name reply = receive_right();
    Message message = message_to(once, MACH_MSG_TYPE_MOVE_SEND_ONCE, 0, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    CHECK(send(message) == OK);
    CHECK(describe(once) == "-");
    CHECK(drain(reply) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
  });
  in_world([] {
    const Name once = make(Kind::untouched_O).name;
    CHECK(describe(once) == "D1");
    CHECK(send_to(once, MACH_MSG_TYPE_MOVE_SEND_ONCE) == DEST);
    CHECK(describe(once) == "D1");
  });
}

TEST_CASE("a null reply needs a send disposition, or none") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    for (const mach_msg_type_name_t disposition : {16u, 22u, 31u}) {
      Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, MACH_PORT_NULL, disposition);
      CHECK(send(message) == HEADER);
      message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, MACH_PORT_DEAD, disposition);
      CHECK(send(message) == HEADER);
    }
    Message dead = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, MACH_PORT_DEAD, 0);
    CHECK(send(dead) == HEADER);
  });
}

TEST_CASE("a dead name's reply arrives dead, with the disposition that it was sent with") {
  for (const mach_msg_type_name_t disposition : {17u, 18u, 19u}) {
    CAPTURE(disposition);
    in_world([&] {
      const Name port = receive_right();
      Message message = message_to(port, MACH_MSG_TYPE_MAKE_SEND, 0, make(Kind::D3).name, disposition);
      REQUIRE(send(message) == OK);
      REQUIRE(receive(port, message) == OK);
      CHECK(message.header.msgh_remote_port == MACH_PORT_DEAD);
      CHECK(message.header.msgh_bits == MACH_MSGH_BITS(disposition == 18 ? 18u : 17u, 17u));
    });
  }
}

TEST_CASE("after a bad body the send-once right that was to bring the message says that it was not used") {
  for (const bool made : {true, false}) {
    CAPTURE(made);
    in_world([&] {
      const Name port = receive_right();
      const Name destination = made ? port : send_once(port);
      Message message =
          message_to(destination, made ? MACH_MSG_TYPE_MAKE_SEND_ONCE : MACH_MSG_TYPE_MOVE_SEND_ONCE, 0, 0, 0,
                     {{0x7f03, MACH_MSG_TYPE_COPY_SEND}});
      CHECK(send(message) == RIGHT);
      CHECK(drain(port) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
    });
  }
}

TEST_CASE("a header's check comes in its order: size, dispositions, destination, reply, body") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    // No destination, no reply, and a disposition that is none.
    Message message = message_to(0x7f03, 22, 0, 0x7e03, 19);
    CHECK(mach_msg(&message.header, MACH_SEND_MSG, 20, 0, 0, 0, 0) == MACH_SEND_MSG_TOO_SMALL);
    CHECK(send(message) == HEADER);
    message = message_to(0x7f03, 19, 0, 0x7e03, 19);
    CHECK(send(message) == DEST);
    message = message_to(port, 19, 0, 0x7e03, 19, {{0x7d03, 19}});
    CHECK(send(message) == REPLY);
    message = message_to(port, 19, 0, 0, 0, {{0x7d03, 19}});
    CHECK(send(message) == RIGHT);
  });
}

TEST_CASE("two ports that are sent to one another die, and whoever asked is told") {
  in_world([] {
    const Name a = make(Kind::RS1).name;
    const Name b = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(a, MACH_NOTIFY_DEAD_NAME, notify) == KERN_SUCCESS);
    Message first = message_to(b, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0, {{a, MACH_MSG_TYPE_MOVE_RECEIVE}});
    Message second = message_to(a, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0, {{b, MACH_MSG_TYPE_MOVE_RECEIVE}});
    CHECK(send(first) == OK);
    CHECK(describe(a) == "S1+dn");
    CHECK(describe(b) == "RS1");
    CHECK(send(second) == OK);
    CHECK(describe(a) == "D2");
    CHECK(describe(b) == "D1");
    check_notified(notify, MACH_NOTIFY_DEAD_NAME, a);
  });
}

}  // namespace portunus::props
