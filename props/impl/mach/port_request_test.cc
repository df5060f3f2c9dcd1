// Requests about a port that is received here: no-senders and port-destroyed (facts mach-xnu 3).
#include <doctest/doctest.h>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

constexpr kern_return_t OK = KERN_SUCCESS;
constexpr mach_msg_id_t DN = MACH_NOTIFY_DEAD_NAME;
constexpr mach_msg_id_t NS = MACH_NOTIFY_NO_SENDERS;
constexpr mach_msg_id_t PD = MACH_NOTIFY_PORT_DESTROYED;

using Ids = std::vector<mach_msg_id_t>;

Name task() {
  return mach_task_self();
}

}  // namespace

TEST_CASE("no-senders comes once, when the last send right goes, wherever it was") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(port, NS, notify) == OK);
    REQUIRE(send_to(port, MACH_MSG_TYPE_MOVE_SEND) == MACH_MSG_SUCCESS);
    CHECK(drain(notify).empty());
    CHECK(status(port).mps_nsrequest == 1);
    Message message;
    REQUIRE(receive(port, message) == MACH_MSG_SUCCESS);
    check_notified(notify, NS, 1);
    REQUIRE(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MAKE_SEND) == OK);
    REQUIRE(mach_port_deallocate(task(), port) == OK);
    CHECK(drain(notify).empty());
  });
}

TEST_CASE("no-senders waits for the count it was asked to wait for") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(mach_port_deallocate(task(), port) == OK);
    REQUIRE(request(port, NS, notify, 2) == OK);
    CHECK(drain(notify).empty());
    REQUIRE(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MAKE_SEND) == OK);
    REQUIRE(mach_port_deallocate(task(), port) == OK);
    check_notified(notify, NS, 2);
  });
}

TEST_CASE("a send-once right is no sender; a dying port gives the request's right back") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    send_once(port);
    const Name notify = receive_right();
    REQUIRE(request(port, NS, notify) == OK);
    REQUIRE(mach_port_deallocate(task(), port) == OK);
    check_notified(notify, NS, 1);
  });
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(port, NS, notify) == OK);
    REQUIRE(end_receive(port) == OK);
    CHECK(drain(notify) == Ids{MACH_NOTIFY_SEND_ONCE});
  });
}

TEST_CASE("port-destroyed saves the receive right: it comes in a message, the rest stays as it was") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 9) == MACH_MSG_SUCCESS);
    REQUIRE(request(port, PD, notify) == OK);
    CHECK(request(port, PD, notify) == KERN_FAILURE);
    CHECK(request(port, PD, MACH_PORT_NULL) == KERN_FAILURE);
    CHECK(drain(notify) == Ids{MACH_NOTIFY_SEND_ONCE});
    REQUIRE(end_receive(port) == OK);
    CHECK(describe(port) == "S1");
    check_books();
    Message message;
    REQUIRE(receive(notify, message) == MACH_MSG_SUCCESS);
    CHECK(message.header.msgh_id == PD);
    CHECK(message.header.msgh_bits == 0x80001200);
    CHECK(message.header.msgh_size == 40);
    CHECK(message.ports[0].name == port);
    CHECK(+message.ports[0].disposition == MACH_MSG_TYPE_PORT_RECEIVE);
    CHECK(describe(port) == "RS1");
    CHECK(status(port).mps_mscount == 0);
    CHECK(status(port).mps_pdrequest == 0);
    CHECK(drain(port) == Ids{9});
  });
}

TEST_CASE("port-destroyed to itself, or to a dead port, saves nothing") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    REQUIRE(request(port, PD, port) == OK);
    REQUIRE(end_receive(port) == OK);
    CHECK(describe(port) == "D1");
  });
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(port, PD, notify) == OK);
    REQUIRE(mach_port_destroy(task(), notify) == OK);
    REQUIRE(end_receive(port) == OK);
    CHECK(describe(port) == "D1");
  });
}

TEST_CASE("port-destroyed also saves a right that dies inside a queued message") {
  in_world([] {
    const Name carrier = receive_right();
    const Name port = receive_right();
    const Name notify = receive_right();
    REQUIRE(request(port, PD, notify) == OK);
    Message message =
        message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{port, MACH_MSG_TYPE_MOVE_RECEIVE}});
    REQUIRE(send(message) == MACH_MSG_SUCCESS);
    REQUIRE(mach_port_destroy(task(), carrier) == OK);
    REQUIRE(receive(notify, message) == MACH_MSG_SUCCESS);
    CHECK(describe(message.ports[0].name) == "R");
  });
}

TEST_CASE("a no-senders request gives the one before it back; null takes it away") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name first = receive_right();
    const Name second = receive_right();
    Name previous = 77;
    const auto ask = [&](Name notify) {
      return mach_port_request_notification(task(), port, NS, 0, notify, MACH_MSG_TYPE_MAKE_SEND_ONCE,
                                            &previous);
    };
    CHECK(ask(first) == OK);
    CHECK(previous == MACH_PORT_NULL);
    CHECK(ask(second) == OK);
    CHECK(describe(previous) == "O");
    REQUIRE(mach_port_deallocate(task(), previous) == OK);
    CHECK(drain(first) == Ids{MACH_NOTIFY_SEND_ONCE});
    CHECK(ask(MACH_PORT_NULL) == OK);
    CHECK(describe(previous) == "O");
    CHECK(status(port).mps_nsrequest == 0);
    REQUIRE(mach_port_deallocate(task(), port) == OK);
    CHECK(drain(second).empty());
  });
}

TEST_CASE("no-senders goes with the receive right that moves, and counts from 0") {
  struct Move {
    const char* what;
    void (*act)(Name port);
  };
  static constexpr Move rows[] = {
      {"inserted",
       [](Name port) {
         REQUIRE(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MOVE_RECEIVE) == OK);
       }},
      {"in a message", [](Name port) { move_receive_away(port); }},
      {"saved by a port-destroyed request",
       [](Name port) {
         REQUIRE(request(port, PD, receive_right()) == OK);
         REQUIRE(end_receive(port) == OK);
       }},
  };
  for (const Move& row : rows) {
    CAPTURE(row.what);
    in_world([&] {
      const Name port = make(Kind::RS3).name;
      const Name notify = receive_right();
      REQUIRE(request(port, NS, notify) == OK);
      row.act(port);
      CHECK(drain(notify).empty());
      REQUIRE(mach_port_mod_refs(task(), port, MACH_PORT_RIGHT_SEND, -3) == OK);
      check_notified(notify, NS, 0);
    });
  }
}

TEST_CASE("no-senders waits for a send right in transit, in a body too") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    const Name carrier = receive_right();
    REQUIRE(request(port, NS, notify) == OK);
    Message message =
        message_to(carrier, MACH_MSG_TYPE_MAKE_SEND, 0, 0, 0, {{port, MACH_MSG_TYPE_MOVE_SEND}});
    REQUIRE(send(message) == MACH_MSG_SUCCESS);
    CHECK(describe(port) == "R");
    CHECK(drain(notify).empty());
    REQUIRE(mach_port_destroy(task(), carrier) == OK);
    check_notified(notify, NS, 1);
  });
}

TEST_CASE("no-senders at once asks for as many make-sends as there were") {
  struct Row {
    mach_port_mscount_t counted, sync;
    bool at_once;
  };
  for (const Row& row : {Row{2, 2, true}, Row{2, 3, false}, Row{2, 0, true}, Row{0, 1, false}}) {
    CAPTURE(row.sync);
    in_world([&] {
      const Name port = receive_right();
      const Name notify = receive_right();
      REQUIRE(mach_port_set_mscount(task(), port, row.counted) == OK);
      REQUIRE(request(port, NS, notify, row.sync) == OK);
      CHECK(status(port).mps_nsrequest == (row.at_once ? 0 : 1));
      if (row.at_once) {
        check_notified(notify, NS, row.counted);
      } else {
        CHECK(drain(notify).empty());
      }
    });
  }
}

TEST_CASE("a receive right that port-destroyed saves leaves its sets, counts anew, and is saved once") {
  in_world([] {
    const Name port = receive_right();
    const Name set = port_set();
    const Name notify = receive_right();
    REQUIRE(mach_port_insert_member(task(), port, set) == OK);
    for (const mach_msg_id_t id : {1, 2})
      REQUIRE(send_to(port, MACH_MSG_TYPE_MAKE_SEND, id) == MACH_MSG_SUCCESS);
    Message message;
    REQUIRE(receive(port, message) == MACH_MSG_SUCCESS);
    REQUIRE(request(port, PD, notify) == OK);
    REQUIRE(mach_port_destroy(task(), port) == OK);
    CHECK(describe(port) == "-");
    CHECK(drain(set).empty());
    REQUIRE(receive(notify, message) == MACH_MSG_SUCCESS);
    CHECK(message.header.msgh_id == PD);
    const Name fresh = message.ports[0].name;
    CHECK(fresh != port);
    CHECK(describe(fresh) == "R");
    CHECK(status(fresh).mps_seqno == 0);
    CHECK(status(fresh).mps_pset == 0);
    CHECK(drain(fresh) == Ids{2});
    REQUIRE(mach_port_destroy(task(), fresh) == OK);
    CHECK(drain(notify).empty());
  });
}

TEST_CASE("destroy of a name that port-destroyed watches drops its send right and saves the receive right") {
  in_world([] {
    const Name port = make(Kind::RS3).name;
    const Name notify = receive_right();
    REQUIRE(request(port, PD, notify) == OK);
    REQUIRE(mach_port_destroy(task(), port) == OK);
    CHECK(describe(port) == "-");
    Message message;
    REQUIRE(receive(notify, message) == MACH_MSG_SUCCESS);
    CHECK(describe(message.ports[0].name) == "R");
    CHECK(status(message.ports[0].name).mps_srights == 0);
  });
}

TEST_CASE("port-destroyed goes with the receive right that moves") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(port, PD, notify) == OK);
    REQUIRE(mach_port_insert_right(task(), port, port, MACH_MSG_TYPE_MOVE_RECEIVE) == OK);
    CHECK(status(port).mps_pdrequest == 1);
    REQUIRE(end_receive(port) == OK);
    CHECK(describe(port) == "S1");
    CHECK(drain(notify) == Ids{PD});
  });
}

TEST_CASE("port-destroyed to itself: the port dies, and its names are told") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(port, PD, port) == OK);
    REQUIRE(request(port, DN, notify) == OK);
    REQUIRE(end_receive(port) == OK);
    CHECK(describe(port) == "D2");
    check_notified(notify, DN, port);
  });
}

TEST_CASE("a name that goes although its port is saved is told deleted") {
  in_world([] {
    const Name port = receive_right();
    const Name notify = receive_right();
    const Name saved = receive_right();
    REQUIRE(request(port, PD, saved) == OK);
    REQUIRE(request(port, DN, notify) == OK);
    REQUIRE(end_receive(port) == OK);
    check_notified(notify, MACH_NOTIFY_PORT_DELETED, port);
    CHECK(drain(saved) == Ids{PD});
  });
}

TEST_CASE("a send right that goes while another is left does not bring no-senders") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name notify = receive_right();
    REQUIRE(request(port, NS, notify) == OK);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    CHECK(drain(port).size() == 1);
    CHECK(drain(notify).empty());
    CHECK(status(port).mps_nsrequest == 1);
    REQUIRE(mach_port_deallocate(task(), port) == OK);
    check_notified(notify, NS, 1);
  });
}

}  // namespace portunus::props
