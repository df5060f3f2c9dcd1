// What is told and set of a port beside its rights: attributes, counters, peeking (facts mach-xnu 7, 8).
#include <doctest/doctest.h>

#include <cstring>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr kern_return_t IR = KERN_INVALID_RIGHT;
constexpr kern_return_t IN = KERN_INVALID_NAME;
constexpr kern_return_t IA = KERN_INVALID_ARGUMENT;

Name task() {
  return mach_task_self();
}

struct Told {
  kern_return_t code;
  mach_msg_type_number_t count;
  integer_t words[MACH_PORT_INFO_EXT_COUNT];
};

Told get(Name name, mach_port_flavor_t flavor, mach_msg_type_number_t room = MACH_PORT_INFO_EXT_COUNT) {
  Told told = {.code = OK, .count = room, .words = {77}};
  told.code = mach_port_get_attributes(task(), name, flavor, told.words, &told.count);
  return told;
}

// Every kind of name, and what a call that needs the receive right says of it.
struct Row {
  Kind kind;
  kern_return_t code;
};
constexpr Row receivers_only[] = {
    {Kind::R, OK},  {Kind::RS1, OK},     {Kind::S1, IR},   {Kind::O, IR},    {Kind::P, IR},
    {Kind::D1, IR}, {Kind::unknown, IN}, {Kind::null, IR}, {Kind::dead, IR},
};

struct Peeked {
  kern_return_t code = OK;
  mach_port_seqno_t seqno = 0;
  mach_msg_size_t size = 0;
  mach_msg_id_t id = 0;
  mach_msg_max_trailer_t trailer = {};
  mach_msg_type_number_t trailer_size = sizeof(mach_msg_max_trailer_t);
};

Peeked peek(Name name, mach_port_seqno_t seqno, int elements = MACH_RCV_TRAILER_SEQNO,
            mach_msg_type_number_t room = sizeof(mach_msg_max_trailer_t)) {
  Peeked peeked;
  peeked.seqno = seqno;
  peeked.trailer_size = room;
  const auto type = static_cast<mach_msg_trailer_type_t>(MACH_RCV_TRAILER_ELEMENTS(elements));
  peeked.code = mach_port_peek(task(), name, type, &peeked.seqno, &peeked.size, &peeked.id,
                               reinterpret_cast<char*>(&peeked.trailer), &peeked.trailer_size);
  return peeked;
}

}  // namespace

TEST_CASE("each flavour has its number of words, and needs room for them") {
  struct Flavor {
    mach_port_flavor_t flavor;
    mach_msg_type_number_t words;
  };
  static constexpr Flavor flavors[] = {{MACH_PORT_LIMITS_INFO, 1},
                                       {MACH_PORT_RECEIVE_STATUS, 10},
                                       {MACH_PORT_DNREQUESTS_SIZE, 1},
                                       {MACH_PORT_INFO_EXT, 17}};
  in_world([] {
    const Name port = make(Kind::RS1).name;
    for (const Flavor& row : flavors) {
      CAPTURE(row.flavor);
      CHECK(get(port, row.flavor, row.words - 1).code == KERN_FAILURE);
      const Told told = get(port, row.flavor);
      CHECK(told.code == OK);
      CHECK(told.count == row.words);
    }
    for (const mach_port_flavor_t flavor : {0, 4, 5, 6, 99}) CHECK(get(port, flavor).code == IA);
  });
}

TEST_CASE("the extended information begins with the receive status") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    const Told told = get(port, MACH_PORT_INFO_EXT);
    const mach_port_status_t expected = status(port);
    CHECK(std::memcmp(told.words, &expected, sizeof expected) == 0);
    CHECK(told.words[10] == 0);
  });
}

TEST_CASE("null and dead have no limits and no requests; else the receive right is needed") {
  for (const Row& row : receivers_only) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Name name = make(row.kind).name;
      const bool none = row.kind == Kind::null || row.kind == Kind::dead;
      const Told limits = get(name, MACH_PORT_LIMITS_INFO);
      CHECK(limits.code == (none ? OK : row.code));
      if (none) CHECK((limits.count == 0 && limits.words[0] == 77));
      const Told requests = get(name, MACH_PORT_DNREQUESTS_SIZE);
      CHECK(requests.code == (none ? OK : row.code));
      if (none) CHECK(requests.words[0] == 0);
      CHECK(get(name, MACH_PORT_RECEIVE_STATUS).code == row.code);
      CHECK(get(name, MACH_PORT_INFO_EXT).code == row.code);
    });
  }
}

TEST_CASE("the size of the request table: none, or 2, 4, 8 slots, the first of which is not used") {
  in_world([] {
    const Name port = receive_right();
    const Name notify = receive_right();
    for (const integer_t size : {0, 2, 4, 4, 8}) {
      CHECK(get(port, MACH_PORT_DNREQUESTS_SIZE).words[0] == size);
      REQUIRE(request(send_once(port), MACH_NOTIFY_DEAD_NAME, notify) == OK);
    }
  });
}

TEST_CASE("hints to the scheduler are kept, and do nothing") {
  in_world([] {
    const Name port = receive_right();
    const auto set = [&](Name name, mach_port_flavor_t flavor) {
      return mach_port_set_attributes(task(), name, flavor, nullptr, 0);
    };
    CHECK(set(port, MACH_PORT_TEMPOWNER) == OK);
    CHECK(set(port, MACH_PORT_IMPORTANCE_RECEIVER) == OK);
    CHECK(set(port, MACH_PORT_DENAP_RECEIVER) == OK);
    CHECK(status(port).mps_flags == 9);
    CHECK(set(make(Kind::S1).name, MACH_PORT_TEMPOWNER) == IR);
    CHECK(set(port, MACH_PORT_DNREQUESTS_SIZE) == IA);
    CHECK(set(port, MACH_PORT_INFO_EXT) == IA);
  });
}

TEST_CASE("the make-send count and the sequence number can be set, of a receive right only") {
  for (const Row& row : receivers_only) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Name name = make(row.kind).name;
      CHECK(mach_port_set_mscount(task(), name, 40) == row.code);
      CHECK(mach_port_set_seqno(task(), name, 50) == row.code);
      if (row.code != OK) return;
      CHECK(status(name).mps_mscount == 40);
      CHECK(status(name).mps_seqno == 50);
      REQUIRE(send_to(name, MACH_MSG_TYPE_MAKE_SEND) == MACH_MSG_SUCCESS);
      CHECK(status(name).mps_mscount == 41);
      CHECK(drain(name).size() == 1);
      CHECK(status(name).mps_seqno == 51);
    });
  }
}

TEST_CASE("peeking needs the receive right, and a message of that number") {
  for (const Row& row : receivers_only) {
    CAPTURE(to_string(row.kind));
    in_world([&] { CHECK(peek(make(row.kind).name, 0).code == (row.code == OK ? KERN_FAILURE : row.code)); });
  }
  in_world([] {
    const Name port = make(Kind::RS1).name;
    REQUIRE(mach_port_set_seqno(task(), port, 7) == OK);
    for (const mach_msg_id_t id : {11, 12, 13})
      REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, id) == MACH_MSG_SUCCESS);
    struct Number {
      mach_port_seqno_t asked, told;
      mach_msg_id_t id;
    };
    for (const Number& row : {Number{0, 7, 11}, Number{7, 7, 11}, Number{8, 8, 12}, Number{9, 9, 13}}) {
      CAPTURE(row.asked);
      const Peeked peeked = peek(port, row.asked);
      CHECK(peeked.code == OK);
      CHECK(peeked.seqno == row.told);
      CHECK(peeked.id == row.id);
      CHECK(peeked.size == 24);
      CHECK(peeked.trailer_size == 12);
      CHECK(peeked.trailer.msgh_trailer_size == 12);
      CHECK(peeked.trailer.msgh_seqno == row.told);
    }
    CHECK(peek(port, 6).code == KERN_FAILURE);
    CHECK(peek(port, 10).code == KERN_FAILURE);
    CHECK(drain(port) == std::vector<mach_msg_id_t>{11, 12, 13});
  });
}

TEST_CASE("peeking needs room for the trailer that it is asked for") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    CHECK(peek(port, 0, MACH_RCV_TRAILER_AUDIT, 51).code == KERN_FAILURE);
    const Peeked peeked = peek(port, 0, MACH_RCV_TRAILER_AUDIT, 52);
    CHECK(peeked.code == OK);
    CHECK(peeked.trailer_size == 52);
  });
}

TEST_CASE("error codes have texts, unknown ones too") {
  CHECK(std::strcmp(mach_error_string(KERN_INVALID_NAME), "(os/kern) invalid name") == 0);
  CHECK(std::strcmp(mach_error_string(MACH_SEND_INVALID_DEST), "(ipc/send) invalid destination port") == 0);
  CHECK(std::strcmp(mach_error_string(255), "unknown error code") == 0);
  CHECK(std::strcmp(mach_error_string(0x10003fff), "(ipc/?) unknown error code") == 0);
  CHECK(std::strcmp(mach_error_string(0x30000000), "unknown error system") == 0);
}

TEST_CASE("the receive status, word by word") {
  in_world([] {
    const Name port = make(Kind::RS3).name;
    const auto words = [&] {
      const Told told = get(port, MACH_PORT_RECEIVE_STATUS);
      return std::vector<integer_t>(told.words, told.words + told.count);
    };
    // set, seqno, mscount, qlimit, msgcount, sorights, srights, pdrequest, nsrequest, flags
    CHECK(words() == std::vector<integer_t>{0, 0, 3, 5, 0, 0, 1, 0, 0, 0});
    for (int made = 0; made < 3; ++made) send_once(port);
    REQUIRE(send_to(port, MACH_MSG_TYPE_MAKE_SEND_ONCE) == MACH_MSG_SUCCESS);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    Message message;
    REQUIRE(receive(port, message) == MACH_MSG_SUCCESS);
    REQUIRE(mach_port_insert_member(task(), port, port_set()) == OK);
    REQUIRE(request(port, MACH_NOTIFY_PORT_DESTROYED, receive_right()) == OK);
    REQUIRE(request(port, MACH_NOTIFY_NO_SENDERS, receive_right()) == OK);
    REQUIRE(mach_port_guard(task(), port, 7, FALSE) == OK);
    REQUIRE(set_limit(port, 9) == OK);
    CHECK(words() == std::vector<integer_t>{1, 1, 3, 9, 1, 3, 1, 1, 1, 2});
    REQUIRE(mach_port_unguard(task(), port, 7) == OK);
    REQUIRE(mach_port_guard(task(), port, 7, TRUE) == OK);
    CHECK(words().back() == 6);
  });
}

TEST_CASE("neither sets nor refusals change the sequence number; a receive right's move begins it anew") {
  in_world([] {
    const Name port = receive_right();
    const Name a = port_set();
    const Name b = port_set();
    for (int sent = 0; sent < 4; ++sent) REQUIRE(send_to(port, MACH_MSG_TYPE_MAKE_SEND) == MACH_MSG_SUCCESS);
    Message message;
    REQUIRE(receive(port, message) == MACH_MSG_SUCCESS);
    REQUIRE(receive(port, message) == MACH_MSG_SUCCESS);
    REQUIRE(mach_port_insert_member(task(), port, a) == OK);
    CHECK(status(port).mps_seqno == 2);
    REQUIRE(mach_port_move_member(task(), port, b) == OK);
    CHECK(status(port).mps_seqno == 2);
    REQUIRE(mach_port_extract_member(task(), port, b) == OK);
    CHECK(status(port).mps_seqno == 2);
    CHECK(mach_msg(&message.header, MACH_RCV_MSG | MACH_RCV_LARGE, 0, 8, port, 0, 0) == MACH_RCV_TOO_LARGE);
    CHECK(status(port).mps_seqno == 2);
    REQUIRE(set_limit(port, 1) == OK);
    CHECK(send_to(port, MACH_MSG_TYPE_MAKE_SEND) == MACH_SEND_TIMED_OUT);
    CHECK(status(port).mps_seqno == 2);
    const Name carrier = receive_right();
    message = message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{port, MACH_MSG_TYPE_MOVE_RECEIVE}});
    REQUIRE(send(message) == MACH_MSG_SUCCESS);
    REQUIRE(receive(carrier, message) == MACH_MSG_SUCCESS);
    const mach_port_status_t moved = status(message.ports[0].name);
    CHECK(moved.mps_seqno == 0);
    CHECK(moved.mps_mscount == 0);
    CHECK(moved.mps_msgcount == 2);
  });
}

}  // namespace portunus::props
