// What a receive gives and leaves: buffers, trailers, dead rights, the ends of messages (facts mach-xnu 6).
#include <doctest/doctest.h>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr mach_msg_return_t OK = MACH_MSG_SUCCESS;
constexpr mach_msg_return_t DEST = MACH_SEND_INVALID_DEST;

Name task() {
  return mach_task_self();
}

}  // namespace

TEST_CASE("a buffer that is too small ends the message: a bare header and its trailer remain") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name reply = receive_right();
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 9, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                 {{port, MACH_MSG_TYPE_COPY_SEND}});
    REQUIRE(send(message) == OK);
    mach_msg_empty_rcv_t small = {};
    CHECK(mach_msg(&small.header, MACH_RCV_MSG, 0, sizeof small, port, 0, 0) == MACH_RCV_TOO_LARGE);
    CHECK(small.header.msgh_bits == (MACH_MSGH_BITS_COMPLEX | 0x1112));
    CHECK(small.header.msgh_size == 24);
    CHECK(small.header.msgh_remote_port == MACH_PORT_NULL);
    CHECK(small.header.msgh_local_port == port);
    CHECK(small.header.msgh_id == 9);
    CHECK(small.trailer.msgh_trailer_size == 8);
    CHECK(describe(port) == "RS1");
    CHECK(status(port).mps_seqno == 1);
    CHECK(status(port).mps_msgcount == 0);
    CHECK(drain(reply) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
  });
}

TEST_CASE("a send-once right that brought a message too large to receive has been used") {
  in_world([] {
    const Name port = receive_right();
    REQUIRE(send_to(port, MACH_MSG_TYPE_MAKE_SEND_ONCE) == OK);
    mach_msg_header_t small = {};
    CHECK(mach_msg(&small, MACH_RCV_MSG, 0, sizeof small, port, 0, 0) == MACH_RCV_TOO_LARGE);
    CHECK(status(port).mps_msgcount == 0);
    CHECK(status(port).mps_sorights == 0);
  });
}

TEST_CASE("without room for a header, nothing is written") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == OK);
    Message message;
    CHECK(mach_msg(&message.header, MACH_RCV_MSG, 0, 23, port, 0, 0) == MACH_RCV_INVALID_DATA);
    CHECK(message.header.msgh_bits == 0);
    CHECK(status(port).mps_msgcount == 0);
  });
}

TEST_CASE("MACH_RCV_LARGE leaves the message, and tells its size and, if asked, its port") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name set = port_set();
    REQUIRE(mach_port_insert_member(task(), port, set) == KERN_SUCCESS);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 3) == OK);
    mach_msg_header_t small = {};
    CHECK(mach_msg(&small, MACH_RCV_MSG | MACH_RCV_LARGE, 0, 7, set, 0, 0) == MACH_RCV_TOO_LARGE);
    CHECK(small.msgh_size == 0);
    CHECK(mach_msg(&small, MACH_RCV_MSG | MACH_RCV_LARGE, 0, 8, set, 0, 0) == MACH_RCV_TOO_LARGE);
    CHECK(small.msgh_size == 24);
    CHECK(small.msgh_local_port == MACH_PORT_NULL);
    const mach_msg_option_t identity = MACH_RCV_MSG | MACH_RCV_LARGE | MACH_RCV_LARGE_IDENTITY;
    CHECK(mach_msg(&small, identity, 0, 16, set, 0, 0) == MACH_RCV_TOO_LARGE);
    CHECK(small.msgh_local_port == port);
    CHECK(status(port).mps_seqno == 0);
    Message message;
    CHECK(mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_LARGE, 0, 32, set, 0, 0) == OK);
    CHECK(message.header.msgh_id == 3);
  });
}

TEST_CASE("a trailer has as many elements as were asked for, and counts against the buffer") {
  struct Elements {
    int asked;
    mach_msg_size_t size;
  };
  static constexpr Elements rows[] = {{0, 8}, {1, 12}, {2, 20}, {3, 52}, {4, 60}, {5, 68}, {8, 68}};
  for (const Elements& row : rows) {
    CAPTURE(row.asked);
    in_world([&] {
      const Name port = make(Kind::RS1).name;
      const mach_msg_option_t option = MACH_RCV_MSG | MACH_RCV_LARGE | MACH_RCV_TRAILER_ELEMENTS(row.asked);
      struct {
        mach_msg_header_t header = {};
        mach_msg_max_trailer_t trailer = {};
      } message;
      for (mach_port_seqno_t seqno = 0; seqno < 2; ++seqno) {
        REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == OK);
        CHECK(mach_msg(&message.header, option, 0, 24 + row.size - 1, port, 0, 0) == MACH_RCV_TOO_LARGE);
        CHECK(mach_msg(&message.header, option, 0, 24 + row.size, port, 0, 0) == OK);
        CHECK(message.trailer.msgh_trailer_type == MACH_MSG_TRAILER_FORMAT_0);
        CHECK(message.trailer.msgh_trailer_size == row.size);
        if (row.asked != 0) CHECK(message.trailer.msgh_seqno == seqno);
      }
    });
  }
}

TEST_CASE("receiving on what is neither a receive right nor a set is an invalid name") {
  for (const Kind kind : {Kind::null, Kind::dead, Kind::unknown, Kind::D1, Kind::S1, Kind::O}) {
    in_world([&] {
      Message message;
      CHECK(receive(make(kind).name, message) == MACH_RCV_INVALID_NAME);
    });
  }
  for (const Kind kind : {Kind::R, Kind::RS1, Kind::P}) {
    in_world([&] {
      Message message;
      CHECK(receive(make(kind).name, message) == MACH_RCV_TIMED_OUT);
    });
  }
}

TEST_CASE("one call sends and receives; after a failed send it does not receive") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 8);
    const mach_msg_option_t both = MACH_SEND_MSG | MACH_RCV_MSG | MACH_RCV_TIMEOUT;
    CHECK(mach_msg(&message.header, both, 24, sizeof message, port, 0, 0) == OK);
    CHECK(message.header.msgh_bits == 0x1100);
    CHECK(message.header.msgh_id == 8);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 1) == OK);
    message = message_to(0x7f03, MACH_MSG_TYPE_COPY_SEND);
    CHECK(mach_msg(&message.header, both, 24, sizeof message, port, 0, 0) == DEST);
    CHECK(status(port).mps_msgcount == 1);
  });
}

TEST_CASE("rights in a queued message whose port dies arrive dead") {
  in_world([] {
    const Name carrier = receive_right();
    const Name port = receive_right();
    Message message = message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, port, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                 {{port, MACH_MSG_TYPE_MAKE_SEND}});
    REQUIRE(send(message) == OK);
    REQUIRE(mach_port_destroy(task(), port) == KERN_SUCCESS);
    REQUIRE(receive(carrier, message) == OK);
    CHECK(message.header.msgh_remote_port == MACH_PORT_DEAD);
    CHECK(message.ports[0].name == MACH_PORT_DEAD);
    CHECK(+message.ports[0].disposition == MACH_MSG_TYPE_PORT_SEND);
  });
}

TEST_CASE("a port's death ends its messages and the rights in them") {
  in_world([] {
    const Name port = receive_right();
    const Name reply = receive_right();
    const Name inside = make(Kind::RS1).name;
    Message message =
        message_to(port, MACH_MSG_TYPE_MAKE_SEND, 0, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                   {{reply, MACH_MSG_TYPE_MAKE_SEND_ONCE}, {inside, MACH_MSG_TYPE_MOVE_RECEIVE}});
    REQUIRE(send(message) == OK);
    REQUIRE(mach_port_mod_refs(task(), port, MACH_PORT_RIGHT_RECEIVE, -1) == KERN_SUCCESS);
    CHECK(drain(reply) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE, MACH_NOTIFY_SEND_ONCE});
    CHECK(describe(inside) == "D1");
    CHECK(hosted::World::current()->accounting().messages == 0);
  });
}

TEST_CASE("mach_msg_destroy drops the rights of a received message") {
  in_world([] {
    const Name carrier = receive_right();
    const Name port = receive_right();
    const hosted::Accounting before = hosted::World::current()->accounting();
    Message message =
        message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, carrier, MACH_MSG_TYPE_MAKE_SEND,
                   {{port, MACH_MSG_TYPE_MAKE_SEND}, {receive_right(), MACH_MSG_TYPE_MOVE_RECEIVE}});
    REQUIRE(send(message) == OK);
    REQUIRE(receive(carrier, message) == OK);
    CHECK(describe(carrier) == "RS1");
    CHECK(describe(port) == "RS1");
    mach_msg_destroy(&message.header);
    CHECK(describe(carrier) == "R");
    CHECK(describe(port) == "R");
    CHECK(hosted::World::current()->accounting() == before);
  });
}

TEST_CASE("mach_msg_destroy of a message that was never sent makes and drops what it would have made") {
  in_world([] {
    const Name port = receive_right();
    Message message =
        message_to(port, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{port, MACH_MSG_TYPE_MAKE_SEND_ONCE}});
    mach_msg_destroy(&message.header);
    CHECK(describe(port) == "R");
    CHECK(status(port).mps_mscount == 1);
    CHECK(drain(port) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
  });
}

TEST_CASE("a receive without memory to write to takes the message all the same, and its rights") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name reply = receive_right();
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    REQUIRE(send(message) == OK);
    const std::size_t names = hosted::World::current()->accounting().names;
    auto* const bad = reinterpret_cast<mach_msg_header_t*>(8);
    CHECK(mach_msg(bad, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, 100, port, 0, 0) == MACH_RCV_INVALID_DATA);
    CHECK(hosted::World::current()->accounting().names == names + 1);
    CHECK(drain(reply).empty());
    CHECK(status(reply).mps_sorights == 1);
    CHECK(status(port).mps_seqno == 1);
  });
}

TEST_CASE("rights whose ports die while they are queued arrive dead, under the disposition they had") {
  struct Row {
    mach_msg_type_name_t sent, seen;
  };
  for (const Row& row : {Row{19, 17}, Row{20, 17}, Row{21, 18}}) {
    CAPTURE(row.sent);
    in_world([&] {
      const Name carrier = receive_right();
      const Name port = make(Kind::RS1).name;
      Message message = message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, port, row.sent, {{port, row.sent}});
      REQUIRE(send(message) == OK);
      REQUIRE(mach_port_destroy(task(), port) == KERN_SUCCESS);
      REQUIRE(receive(carrier, message) == OK);
      CHECK(message.header.msgh_remote_port == MACH_PORT_DEAD);
      CHECK(message.header.msgh_bits == (MACH_MSGH_BITS_COMPLEX | MACH_MSGH_BITS(row.seen, 17u)));
      CHECK(message.ports[0].name == MACH_PORT_DEAD);
      CHECK(+message.ports[0].disposition == row.seen);
    });
  }
}

TEST_CASE("with a port's queued messages go the rights in them, and those who asked are told") {
  in_world([] {
    const Name port = receive_right();
    const Name sent = make(Kind::RS1).name;
    const Name moved = make(Kind::RS1).name;
    const Name senders = receive_right();
    const Name dead = receive_right();
    REQUIRE(request(sent, MACH_NOTIFY_NO_SENDERS, senders) == KERN_SUCCESS);
    REQUIRE(request(moved, MACH_NOTIFY_DEAD_NAME, dead) == KERN_SUCCESS);
    Message message = message_to(port, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0,
                                 {{sent, MACH_MSG_TYPE_MOVE_SEND}, {moved, MACH_MSG_TYPE_MOVE_RECEIVE}});
    REQUIRE(send(message) == OK);
    REQUIRE(mach_port_destroy(task(), port) == KERN_SUCCESS);
    check_notified(senders, MACH_NOTIFY_NO_SENDERS, 1);
    check_notified(dead, MACH_NOTIFY_DEAD_NAME, moved);
    CHECK(describe(moved) == "D2");
  });
}

TEST_CASE("a buffer too small by a byte, or just large enough") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    Message message;
    for (const mach_msg_size_t room : {31u, 32u}) {
      REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == OK);
      CHECK(mach_msg(&message.header, MACH_RCV_MSG, 0, room, port, 0, 0) ==
            (room == 32 ? OK : MACH_RCV_TOO_LARGE));
    }
    CHECK(status(port).mps_seqno == 2);
  });
}

TEST_CASE("a message too large to receive drops what it held") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name sent = make(Kind::RS1).name;
    const Name senders = receive_right();
    REQUIRE(request(sent, MACH_NOTIFY_NO_SENDERS, senders) == KERN_SUCCESS);
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, 0, 0, {{sent, MACH_MSG_TYPE_MOVE_SEND}});
    REQUIRE(send(message) == OK);
    CHECK(mach_msg(&message.header, MACH_RCV_MSG, 0, 40, port, 0, 0) == MACH_RCV_TOO_LARGE);
    check_notified(senders, MACH_NOTIFY_NO_SENDERS, 1);
  });
}

}  // namespace portunus::props
