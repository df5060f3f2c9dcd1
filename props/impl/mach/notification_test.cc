// Requests and the notifications that satisfy them (facts mach-xnu 3).
#include <doctest/doctest.h>

#include <string>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr kern_return_t IR = KERN_INVALID_RIGHT;
constexpr kern_return_t IV = KERN_INVALID_VALUE;
constexpr kern_return_t IN = KERN_INVALID_NAME;
constexpr kern_return_t IA = KERN_INVALID_ARGUMENT;
constexpr kern_return_t IC = KERN_INVALID_CAPABILITY;
constexpr mach_msg_id_t DN = MACH_NOTIFY_DEAD_NAME;
constexpr mach_msg_id_t SP = MACH_NOTIFY_SEND_POSSIBLE;
constexpr mach_msg_id_t NS = MACH_NOTIFY_NO_SENDERS;
constexpr mach_msg_id_t PD = MACH_NOTIFY_PORT_DESTROYED;

using Ids = std::vector<mach_msg_id_t>;

Name task() {
  return mach_task_self();
}

struct Cell {
  kern_return_t code;
  mach_msg_id_t at_once;  // the notification that comes immediately, 0 for none; 71 comes with each failure
};
struct Row {
  Kind kind;
  Cell cells[8];  // DN s0, DN s1, SP s0, SP s1, NS s0, NS s1, PD s0, PD s1
};
constexpr Row rows[] = {
    {Kind::S3, {{OK, 0}, {OK, 0}, {OK, 0}, {OK, SP}, {IR, 71}, {IR, 71}, {IR, 71}, {IV, 71}}},
    {Kind::O, {{OK, 0}, {OK, 0}, {OK, 0}, {OK, SP}, {IR, 71}, {IR, 71}, {IR, 71}, {IV, 71}}},
    {Kind::R, {{OK, 0}, {OK, 0}, {OK, 0}, {OK, SP}, {OK, NS}, {OK, 0}, {OK, 0}, {IV, 71}}},
    {Kind::RS1, {{OK, 0}, {OK, 0}, {OK, 0}, {OK, SP}, {OK, 0}, {OK, 0}, {OK, 0}, {IV, 71}}},
    {Kind::D3, {{IA, 71}, {IA, 71}, {OK, DN}, {OK, DN}, {IR, 71}, {IR, 71}, {IR, 71}, {IV, 71}}},
    {Kind::P, {{IR, 71}, {IR, 71}, {IR, 71}, {IR, 71}, {IR, 71}, {IR, 71}, {IR, 71}, {IV, 71}}},
    {Kind::unknown, {{IN, 71}, {IN, 71}, {IN, 71}, {IN, 71}, {IN, 71}, {IN, 71}, {IN, 71}, {IV, 71}}},
    {Kind::null, {{IA, 71}, {IA, 71}, {IA, 71}, {IA, 71}, {IR, 71}, {IR, 71}, {IR, 71}, {IV, 71}}},
    {Kind::dead, {{IA, 71}, {IA, 71}, {IA, 71}, {IA, 71}, {IR, 71}, {IR, 71}, {IR, 71}, {IV, 71}}},
};

}  // namespace

TEST_CASE("request by name, notification and sync") {
  constexpr mach_msg_id_t ids[] = {DN, DN, SP, SP, NS, NS, PD, PD};
  for (const Row& row : rows) {
    for (unsigned column = 0; column < 8; ++column) {
      const Cell& cell = row.cells[column];
      CAPTURE(to_string(row.kind));
      CAPTURE(column);
      in_world([&] {
        const Name name = make(row.kind).name;
        const Name notify = receive_right();
        CHECK(request(name, ids[column], notify, column % 2) == cell.code);
        CHECK(drain(notify) == (cell.at_once == 0 ? Ids{} : Ids{cell.at_once}));
        const bool on_name = column < 4 && cell.code == OK && cell.at_once == 0;
        CHECK((describe(name).find("+dn") != std::string::npos) == on_name);
        if (row.kind == Kind::D3) CHECK(describe(name) == (cell.at_once == DN ? "D4" : "D3"));
      });
    }
  }
}

TEST_CASE("other notifications cannot be asked for") {
  in_world([] {
    const Name name = make(Kind::RS1).name;
    const Name notify = receive_right();
    for (const mach_msg_id_t id : {0, 65, 71, 73}) {
      CHECK(request(name, id, notify) == IV);
      CHECK(drain(notify) == Ids{MACH_NOTIFY_SEND_ONCE});
    }
  });
}

TEST_CASE("the notify right by kind and disposition") {
  struct Notify {
    Kind kind;
    mach_msg_type_name_t disposition;
    kern_return_t code;
    const char* after;
  };
  static constexpr kern_return_t MIG = -300;
  static constexpr Notify notifies[] = {
      {Kind::R, MACH_MSG_TYPE_MAKE_SEND_ONCE, OK, "R"},
      {Kind::O, MACH_MSG_TYPE_MOVE_SEND_ONCE, OK, "-"},
      {Kind::dead, MACH_MSG_TYPE_MAKE_SEND_ONCE, IC, "D0"},
      {Kind::D2, MACH_MSG_TYPE_MAKE_SEND_ONCE, IC, "D2"},
      {Kind::unknown, MACH_MSG_TYPE_MAKE_SEND_ONCE, IN, "-"},
      {Kind::S1, MACH_MSG_TYPE_MAKE_SEND_ONCE, IR, "S1"},
      {Kind::R, MACH_MSG_TYPE_MAKE_SEND, MIG, "R"},
      {Kind::R, MACH_MSG_TYPE_COPY_SEND, MACH_SEND_INVALID_RIGHT, "R"},
      {Kind::R, 0, MACH_SEND_INVALID_RIGHT, "R"},
      {Kind::R, MACH_MSG_TYPE_MOVE_RECEIVE, MIG, "-"},
      {Kind::R, MACH_MSG_TYPE_MOVE_SEND, MACH_SEND_INVALID_RIGHT, "R"},
      {Kind::RS1, MACH_MSG_TYPE_COPY_SEND, MIG, "RS1"},
      {Kind::RS1, MACH_MSG_TYPE_MOVE_SEND, MIG, "R"},
      {Kind::null, MACH_MSG_TYPE_COPY_SEND, MIG, "-"},
  };
  for (const Notify& row : notifies) {
    CAPTURE(to_string(row.kind));
    CAPTURE(row.disposition);
    in_world([&] {
      const Name name = make(Kind::RS1).name;
      const Name notify = make(row.kind).name;
      CHECK(request(name, DN, notify, 0, row.disposition) == row.code);
      CHECK(describe(notify) == row.after);
      CHECK(describe(name) == (row.code == OK ? "RS1+dn" : "RS1"));
    });
  }
}

TEST_CASE("a port's death: one user reference more for the notification, where one was asked for") {
  for (const bool asked : {false, true}) {
    CAPTURE(asked);
    in_world([&] {
      const Name name = make(Kind::RS3).name;
      const Name notify = receive_right();
      if (asked) REQUIRE(request(name, DN, notify) == OK);
      REQUIRE(end_receive(name) == OK);
      CHECK(describe(name) == (asked ? "D4" : "D3"));
      if (asked) {
        check_notified(notify, DN, name);
      } else {
        CHECK(drain(notify).empty());
      }
    });
  }
}

TEST_CASE("a send-once name's death counts one more as well, and a pegged count stays") {
  in_world([] {
    const Made once = make(Kind::O);
    const Name notify = receive_right();
    REQUIRE(request(once.name, DN, notify) == OK);
    REQUIRE(mach_port_destroy(task(), once.receiver) == OK);
    CHECK(describe(once.name) == "D2");
    check_notified(notify, DN, once.name);
  });
  for (const int urefs : {65534, 65535}) {
    in_world([&] {
      const Name name = make(Kind::RS1).name;
      REQUIRE(mach_port_mod_refs(task(), name, MACH_PORT_RIGHT_SEND, urefs - 1) == OK);
      REQUIRE(request(name, DN, receive_right()) == OK);
      REQUIRE(end_receive(name) == OK);
      CHECK(describe(name) == "D65535");
    });
  }
}

TEST_CASE("a name that goes while a request is armed is reported deleted, with no user reference") {
  enum class Goes {
    deallocated,
    modified,
    destroyed,
    moved_by_send,
    moved_by_body,
    inserted,
    receive_dropped,
    receive_moved,
    used
  };
  struct Line {
    Kind kind;
    Goes goes;
  };
  static constexpr Line lines[] = {
      {Kind::S1, Goes::deallocated},   {Kind::S1, Goes::modified},       {Kind::S1, Goes::destroyed},
      {Kind::S1, Goes::moved_by_send}, {Kind::O, Goes::deallocated},     {Kind::O, Goes::destroyed},
      {Kind::O, Goes::used},           {Kind::R, Goes::receive_dropped}, {Kind::R, Goes::destroyed},
      {Kind::R, Goes::receive_moved},  {Kind::RS1, Goes::destroyed},     {Kind::S1, Goes::moved_by_body},
      {Kind::S1, Goes::inserted},      {Kind::O, Goes::modified},        {Kind::O, Goes::moved_by_body},
      {Kind::O, Goes::inserted},       {Kind::R, Goes::inserted},
  };
  for (const Line& line : lines) {
    CAPTURE(to_string(line.kind));
    CAPTURE(static_cast<int>(line.goes));
    in_world([&] {
      const Name name = make(line.kind).name;
      const Name notify = receive_right();
      REQUIRE(request(name, DN, notify) == OK);
      const bool once = line.kind == Kind::O;
      const mach_port_right_t right = once ? MACH_PORT_RIGHT_SEND_ONCE : MACH_PORT_RIGHT_SEND;
      const mach_msg_type_name_t moving = once                   ? MACH_MSG_TYPE_MOVE_SEND_ONCE
                                          : line.kind == Kind::R ? MACH_MSG_TYPE_MOVE_RECEIVE
                                                                 : MACH_MSG_TYPE_MOVE_SEND;
      switch (line.goes) {
        case Goes::deallocated:
          CHECK(mach_port_deallocate(task(), name) == OK);
          break;
        case Goes::modified:
          CHECK(mach_port_mod_refs(task(), name, right, -1) == OK);
          break;
        case Goes::moved_by_body: {
          Message message = message_to(receive_right(), MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{name, moving}});
          CHECK(send(message) == MACH_MSG_SUCCESS);
          break;
        }
        case Goes::inserted:
          CHECK(mach_port_insert_right(task(), 0x40003, name, moving) == OK);
          break;
        case Goes::destroyed:
          CHECK(mach_port_destroy(task(), name) == OK);
          break;
        case Goes::moved_by_send:
          CHECK(send_to(name, MACH_MSG_TYPE_MOVE_SEND) == MACH_MSG_SUCCESS);
          break;
        case Goes::receive_dropped:
          CHECK(end_receive(name) == OK);
          break;
        case Goes::receive_moved:
          move_receive_away(name);
          break;
        case Goes::used:
          CHECK(send_to(name, MACH_MSG_TYPE_MOVE_SEND_ONCE) == MACH_MSG_SUCCESS);
          break;
      }
      CHECK(describe(name) == "-");
      check_notified(notify, MACH_NOTIFY_PORT_DELETED, name);
      check_books();
    });
  }
}

TEST_CASE("a request stays with what is left of the name") {
  in_world([] {
    const Name name = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(name, DN, notify) == OK);
    REQUIRE(mach_port_deallocate(task(), name) == OK);
    CHECK(describe(name) == "R+dn");
    REQUIRE(end_receive(name) == OK);
    check_notified(notify, MACH_NOTIFY_PORT_DELETED, name);
  });
  in_world([] {
    const Name name = make(Kind::RS1).name;
    REQUIRE(request(name, DN, receive_right()) == OK);
    move_receive_away(name);
    CHECK(describe(name) == "S1+dn");
  });
}

TEST_CASE("a new request gives the old one's right back; null cancels") {
  in_world([] {
    const Name name = make(Kind::RS1).name;
    const Name first = receive_right();
    const Name second = receive_right();
    Name previous = 77;
    const auto ask = [&](mach_msg_id_t id, Name notify) {
      return mach_port_request_notification(task(), name, id, 0, notify, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                            &previous);
    };
    CHECK(ask(DN, first) == OK);
    CHECK(previous == MACH_PORT_NULL);
    CHECK(ask(SP, second) == OK);
    CHECK(describe(previous) == "O");
    REQUIRE(mach_port_deallocate(task(), previous) == OK);
    CHECK(drain(first) == Ids{MACH_NOTIFY_SEND_ONCE});
    CHECK(ask(DN, MACH_PORT_NULL) == OK);
    CHECK(describe(previous) == "O");
    CHECK(describe(name) == "RS1");
    CHECK(ask(DN, MACH_PORT_NULL) == OK);
    CHECK(previous == MACH_PORT_NULL);
    CHECK(drain(second).empty());
  });
  in_world([] { CHECK(request(make(Kind::D1).name, DN, MACH_PORT_NULL) == OK); });
}

TEST_CASE("every name that is armed on a port is told once, in the order of the table's slots") {
  // The table has 2, 4, 8 slots, the first of which is not used; of new slots the last is taken first.
  in_world([] {
    const Name port = receive_right();
    const Name notify = receive_right();
    std::vector<Name> names;
    for (int made = 0; made < 6; ++made) {
      names.push_back(send_once(port));
      REQUIRE(request(names.back(), DN, notify) == OK);
    }
    // What is cancelled last is taken first.
    REQUIRE(request(names[0], DN, MACH_PORT_NULL) == OK);
    REQUIRE(request(names[1], DN, MACH_PORT_NULL) == OK);
    REQUIRE(request(names[0], DN, notify) == OK);
    REQUIRE(request(names[1], DN, notify) == OK);
    REQUIRE(mach_port_destroy(task(), port) == OK);
    for (const std::size_t place : {1u, 2u, 0u, 5u, 4u, 3u}) {
      const Name name = names[place];
      Message message;
      REQUIRE(receive(notify, message) == MACH_MSG_SUCCESS);
      CHECK(message.header.msgh_id == DN);
      CHECK(notified_word(message) == name);
    }
    CHECK(drain(notify).empty());
  });
}

TEST_CASE("a notification passes a full queue, and a dead one swallows it") {
  in_world([] {
    const Name name = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(name, DN, notify) == OK);
    for (int sent = 0; sent < 5; ++sent)
      REQUIRE(send_to(notify, MACH_MSG_TYPE_MAKE_SEND) == MACH_MSG_SUCCESS);
    REQUIRE(end_receive(name) == OK);
    CHECK(drain(notify) == Ids{0, 0, 0, 0, 0, DN});
  });
  in_world([] {
    const Name name = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(name, DN, notify) == OK);
    REQUIRE(mach_port_destroy(task(), notify) == OK);
    REQUIRE(end_receive(name) == OK);
    CHECK(describe(name) == "D2");
  });
}

TEST_CASE("the order in which an end is told") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(port, NS, notify) == OK);
    REQUIRE(request(port, DN, notify) == OK);
    REQUIRE(mach_port_destroy(task(), port) == OK);
    CHECK(drain(notify) == Ids{NS, MACH_NOTIFY_PORT_DELETED});
  });
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(port, NS, notify) == OK);
    REQUIRE(request(port, DN, notify) == OK);
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, notify, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    REQUIRE(send(message) == MACH_MSG_SUCCESS);
    REQUIRE(end_receive(port) == OK);
    CHECK(drain(notify) == Ids{MACH_NOTIFY_SEND_ONCE, MACH_NOTIFY_SEND_ONCE, DN});
  });
}

TEST_CASE(
    "send-possible: armed by sync or by a send that wants to be told, satisfied by the receive that makes "
    "room") {
  for (const bool by_sync : {true, false}) {
    CAPTURE(by_sync);
    in_world([&] {
      const Name port = make(Kind::RS1).name;
      const Name notify = receive_right();
      for (int sent = 0; sent < 5; ++sent)
        REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
      REQUIRE(request(port, SP, notify, by_sync ? 1 : 0) == OK);
      Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND);
      const mach_msg_option_t option = by_sync ? MACH_SEND_TIMEOUT : MACH_SEND_TIMEOUT | MACH_SEND_NOTIFY;
      CHECK(send(message, option) == MACH_SEND_TIMED_OUT);
      CHECK(describe(port) == "RS2+dn");
      REQUIRE(receive(port, message) == MACH_MSG_SUCCESS);
      CHECK(describe(port) == "RS2");
      check_notified(notify, SP, port);
    });
  }
}

TEST_CASE("send-possible that nothing armed is not satisfied by room") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    for (int sent = 0; sent < 5; ++sent) REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    REQUIRE(request(port, SP, notify) == OK);
    CHECK(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_SEND_TIMED_OUT);
    CHECK(drain(port).size() == 5);
    CHECK(drain(notify).empty());
  });
}

TEST_CASE("send-possible: what else becomes of a request while the queue is full") {
  struct End {
    const char* what;
    void (*act)(Name port);
    Ids told;
    const char* after;
  };
  const End ends[] = {
      {"a raised limit does not satisfy it",
       [](Name port) {
         mach_port_limits_t limits = {.mpl_qlimit = 9};
         REQUIRE(mach_port_set_attributes(task(), port, MACH_PORT_LIMITS_INFO,
                                          reinterpret_cast<mach_port_info_t>(&limits), 1) == OK);
       },
       {},
       "RS1+dn"},
      {"the port dies", [](Name port) { REQUIRE(end_receive(port) == OK); }, {DN}, "D2"},
      {"the send right goes and the receive right stays",
       [](Name port) {
         REQUIRE(mach_port_deallocate(task(), port) == OK);
         CHECK(drain(port).size() == 5);
       },
       {SP},
       "R"},
      {"the name goes",
       [](Name port) { REQUIRE(mach_port_destroy(task(), port) == OK); },
       {MACH_NOTIFY_PORT_DELETED},
       "-"},
  };
  for (const End& row : ends) {
    CAPTURE(row.what);
    in_world([&] {
      const Name port = make(Kind::RS1).name;
      const Name notify = receive_right();
      for (int sent = 0; sent < 5; ++sent)
        REQUIRE(send_to(port, MACH_MSG_TYPE_MAKE_SEND) == MACH_MSG_SUCCESS);
      REQUIRE(request(port, SP, notify, 1) == OK);
      row.act(port);
      CHECK(drain(notify) == row.told);
      CHECK(describe(port) == row.after);
    });
  }
}

TEST_CASE("a send that wants to be told where nobody asked has just timed out") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    for (int sent = 0; sent < 5; ++sent) REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND);
    CHECK(send(message, MACH_SEND_TIMEOUT | MACH_SEND_NOTIFY) == MACH_SEND_TIMED_OUT);
    CHECK(describe(port) == "RS2");
  });
}

TEST_CASE("a send that wants to be told arms no dead-name request") {
  in_world([] {
    const Name port = full_port(1);
    const Name notify = receive_right();
    REQUIRE(request(port, DN, notify) == OK);
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND);
    CHECK(send(message, MACH_SEND_TIMEOUT | MACH_SEND_NOTIFY) == MACH_SEND_TIMED_OUT);
    CHECK(drain(port).size() == 1);
    CHECK(drain(notify).empty());
    CHECK(describe(port) == "RS2+dn");
  });
}

TEST_CASE(
    "send-possible with sync on a full queue: armed, except for a send-once right, which is never kept") {
  struct Row {
    Kind kind;
    mach_msg_id_t at_once;
  };
  for (const Row& row : {Row{Kind::R, 0}, Row{Kind::RS1, 0}, Row{Kind::O, SP}}) {
    CAPTURE(to_string(row.kind));
    in_world([&] {
      const Name port = full_port(1, row.kind == Kind::O ? Kind::R : row.kind);
      const Name name = row.kind == Kind::O ? send_once(port) : port;
      const Name notify = receive_right();
      CHECK(request(name, SP, notify, 1) == OK);
      if (row.at_once != 0) {
        check_notified(notify, SP, name);
      } else {
        CHECK(drain(notify).empty());
        CHECK(describe(name).find("+dn") != std::string::npos);
        CHECK(drain(port).size() == 1);
        check_notified(notify, SP, name);
      }
    });
  }
  // A send right alone: the port is received by a set-apart task, and its queue is full.
  in_world([] {
    const Name port = full_port(1);
    const Name notify = receive_right();
    REQUIRE(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MAKE_SEND) == OK);
    move_receive_away(port);
    CHECK(request(port, SP, notify, 1) == OK);
    CHECK(drain(notify).empty());
    CHECK(describe(port) == "S2+dn");
  });
}

TEST_CASE("what is told at once says of which name, or which count") {
  struct Row {
    Kind kind;
    mach_msg_id_t id;
    bool of_name;
  };
  for (const Row& row : {Row{Kind::S3, SP, true}, Row{Kind::D3, DN, true}, Row{Kind::R, NS, false}}) {
    CAPTURE(row.id);
    in_world([&] {
      const Name name = make(row.kind).name;
      const Name notify = receive_right();
      if (!row.of_name) REQUIRE(mach_port_set_mscount(task(), name, 6) == OK);
      REQUIRE(request(name, row.id == DN ? SP : row.id, notify, 1) == OK);
      check_notified(notify, row.id, row.of_name ? name : 6);
    });
  }
}

TEST_CASE("a send right's name is told of a port that dies elsewhere, and counts one more") {
  in_world([] {
    const Name name = make(Kind::RS3).name;
    const Name notify = receive_right();
    REQUIRE(request(name, DN, notify) == OK);
    const Name carrier = receive_right();
    Message message =
        message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{name, MACH_MSG_TYPE_MOVE_RECEIVE}});
    REQUIRE(send(message) == MACH_MSG_SUCCESS);
    CHECK(describe(name) == "S3+dn");
    REQUIRE(mach_port_destroy(task(), carrier) == OK);
    check_notified(notify, DN, name);
    CHECK(describe(name) == "D4");
  });
}

TEST_CASE("the three parts of a port's death are told in their order") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name set = port_set();
    const Name senders = receive_right();
    const Name reply = receive_right();
    const Name dead = receive_right();
    for (const Name member : {dead, reply, senders})
      REQUIRE(mach_port_insert_member(task(), member, set) == OK);
    REQUIRE(request(port, NS, senders) == OK);
    REQUIRE(request(port, DN, dead) == OK);
    Message message = message_to(port, MACH_MSG_TYPE_COPY_SEND, 0, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    REQUIRE(send(message) == MACH_MSG_SUCCESS);
    REQUIRE(end_receive(port) == OK);
    for (const Name told : {senders, reply, dead}) {
      REQUIRE(receive(set, message) == MACH_MSG_SUCCESS);
      CHECK(message.header.msgh_local_port == told);
    }
  });
}

}  // namespace portunus::props
