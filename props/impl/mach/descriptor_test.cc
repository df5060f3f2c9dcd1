// Memory, arrays of ports and guarded ports in a message's body (facts mach-xnu 6).
#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "props/impl/mach/letter.h"

namespace portunus::props {
namespace {

constexpr mach_msg_return_t OK = MACH_MSG_SUCCESS;
constexpr mach_msg_return_t RIGHT = MACH_SEND_INVALID_RIGHT;
constexpr mach_msg_return_t TYPE = MACH_SEND_INVALID_TYPE;
constexpr mach_msg_return_t MEMORY = MACH_SEND_INVALID_MEMORY;
constexpr mach_msg_type_name_t MOVE_RECEIVE = MACH_MSG_TYPE_MOVE_RECEIVE;
const void* const nowhere = reinterpret_cast<const void*>(8);

Name task() {
  return mach_task_self();
}

hosted::Accounting accounting() {
  return hosted::World::current()->accounting();
}

vm_address_t pages(std::size_t size, char fill) {
  vm_address_t address = 0;
  REQUIRE(vm_allocate(task(), &address, size, VM_FLAGS_ANYWHERE) == KERN_SUCCESS);
  std::memset(reinterpret_cast<void*>(address), fill, size);
  return address;
}

std::vector<Name> names_of(const mach_msg_ool_ports_descriptor_t& array) {
  const Name* const names = static_cast<const Name*>(array.address);
  return std::vector<Name>(names, names + array.count);
}

}  // namespace

TEST_CASE("memory arrives as a copy that is the receiver's, by either way of copying") {
  // Plain and volatile, by physical and virtual copy.
  for (const mach_msg_descriptor_type_t type : {1u, 3u}) {
    for (const mach_msg_copy_options_t copy : {0u, 1u}) {
      CAPTURE(type);
      CAPTURE(copy);
      in_world([&] {
        const hosted::Accounting before = accounting();
        const Name port = receive_right();
        std::string text(10'000, 'x');
        Letter letter(port);
        REQUIRE(letter.add_memory(text.data(), text.size(), false, copy, type).add_data(42).send() == OK);
        text.assign(10'000, 'y');
        REQUIRE(letter.receive(port) == OK);
        const auto got = letter.at<mach_msg_ool_descriptor_t>(0);
        CHECK(+got.type == type);
        CHECK(+got.copy == copy);
        CHECK(got.size == 10'000);
        CHECK(+got.address != text.data());
        CHECK(std::string(static_cast<const char*>(got.address), got.size) == std::string(10'000, 'x'));
        CHECK(letter.at<unsigned>(sizeof got) == 42);
        mach_msg_destroy(&letter.header());
        REQUIRE(mach_port_destroy(task(), port) == KERN_SUCCESS);
        CHECK(accounting() == before);
      });
    }
  }
}

TEST_CASE("memory that is sent away is the sender's no more") {
  in_world([] {
    const Name port = receive_right();
    const vm_address_t address = pages(5000, 'a');
    Letter letter(port);
    REQUIRE(letter.add_memory(reinterpret_cast<void*>(address), 5000, true).send() == OK);
    CHECK(accounting().memory == 0);
    REQUIRE(letter.receive(port) == OK);
    const auto got = letter.at<mach_msg_ool_descriptor_t>(0);
    CHECK(+got.deallocate == 1);
    CHECK(static_cast<const char*>(got.address)[4999] == 'a');
    mach_msg_destroy(&letter.header());
    CHECK(accounting().memory == 0);
  });
}

TEST_CASE("memory ends with its message") {
  in_world([] {
    const hosted::Accounting before = accounting();
    const Name port = receive_right();
    Letter letter(port);
    const Name names[2] = {receive_right(), receive_right()};
    REQUIRE(letter.add_memory("text", 5).add_array({names[0], names[1]}, MOVE_RECEIVE).send() == OK);
    CHECK(letter.receive_into(40, port) == MACH_RCV_TOO_LARGE);
    REQUIRE(mach_port_destroy(task(), port) == KERN_SUCCESS);
    CHECK(accounting() == before);
  });
}

TEST_CASE("what is of size 0 arrives as address 0, whatever the address was") {
  in_world([] {
    const Name port = receive_right();
    Letter letter(port);
    REQUIRE(letter.add_memory(nowhere, 0).add_array(nowhere, 0, MACH_MSG_TYPE_COPY_SEND).send() == OK);
    REQUIRE(letter.receive(port) == OK);
    const auto memory = letter.at<mach_msg_ool_descriptor_t>(0);
    const auto array = letter.at<mach_msg_ool_ports_descriptor_t>(sizeof memory);
    CHECK(+memory.address == nullptr);
    CHECK(memory.size == 0);
    CHECK(+array.address == nullptr);
    CHECK(array.count == 0);
    CHECK(accounting().memory == 0);
  });
}

TEST_CASE("what a body cannot bring is refused, and nobody keeps anything of it") {
  struct Row {
    const char* what;
    mach_msg_return_t code;
    void (*fill)(Letter&);
  };
  static constexpr Row rows[] = {
      {"memory at a bad address", MEMORY, [](Letter& letter) { letter.add_memory(nowhere, 16); }},
      {"memory at the null address", MEMORY, [](Letter& letter) { letter.add_memory(nullptr, 16); }},
      {"memory beyond what is mapped", MEMORY,
       [](Letter& letter) {
         const vm_address_t address = pages(1, 'a');
         REQUIRE(vm_deallocate(task(), address, 1) == KERN_SUCCESS);
         letter.add_memory(reinterpret_cast<void*>(address), 16);
       }},
      {"an array at a bad address", MEMORY,
       [](Letter& letter) { letter.add_array(nowhere, 4, MACH_MSG_TYPE_COPY_SEND); }},
      {"memory in no way of copying", TYPE,
       [](Letter& letter) { letter.add_memory("text", 5, false, MACH_MSG_ALLOCATE); }},
      {"an array in no way of copying", TYPE,
       [](Letter& letter) {
         letter.add_array(nowhere, 0, MACH_MSG_TYPE_COPY_SEND, false, MACH_MSG_ALLOCATE);
       }},
      {"too much memory", MACH_SEND_NO_BUFFER, [](Letter& letter) { letter.add_memory("text", 0xfffffff0); }},
      {"too long an array", MACH_SEND_NO_BUFFER,
       [](Letter& letter) { letter.add_array(nowhere, 0xfffffff0, MACH_MSG_TYPE_COPY_SEND); }},
      {"an array with an unknown name", RIGHT,
       [](Letter& letter) {
         static const Name names[] = {0x7f03};
         letter.add_array(names, 1, MACH_MSG_TYPE_COPY_SEND);
       }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    in_world([&] {
      const Name port = receive_right();
      const Name moved = make(Kind::RS1).name;
      const hosted::Accounting before = accounting();
      Letter letter(port);
      letter.add_port(moved, MACH_MSG_TYPE_COPY_SEND).add_memory("ends too", 9);
      row.fill(letter);
      CHECK(letter.send() == row.code);
      CHECK(describe(moved) == "RS1");
      CHECK(accounting() == before);
    });
  }
}

TEST_CASE("a body that ends within a descriptor is too small") {
  in_world([] {
    const Name port = receive_right();
    Letter letter(port);
    letter.add_port(port, MACH_MSG_TYPE_MAKE_SEND).add_memory("text", 5);
    CHECK(letter.send(MACH_SEND_TIMEOUT, 4) == MACH_SEND_MSG_TOO_SMALL);
    CHECK(letter.send(MACH_SEND_TIMEOUT, 16) == MACH_SEND_MSG_TOO_SMALL);
    CHECK(letter.send() == OK);
  });
}

TEST_CASE("an array's rights go as a port descriptor's do, disposition by disposition") {
  struct Row {
    Kind kind;
    const char* after[6];  // dispositions 16 to 21; nullptr where the right cannot be had
  };
  static constexpr Row rows[] = {
      {Kind::R, {"-", nullptr, nullptr, nullptr, "R", "R"}},
      {Kind::RS1, {"S1", "R", nullptr, "RS1", "RS1", "RS1"}},
      {Kind::S2, {nullptr, "S1", nullptr, "S2", nullptr, nullptr}},
      {Kind::O, {nullptr, nullptr, "-", nullptr, nullptr, nullptr}},
      {Kind::D3, {nullptr, "D2", "D2", "D3", nullptr, nullptr}},
      {Kind::P, {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr}},
      {Kind::unknown, {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr}},
  };
  for (const Row& row : rows) {
    for (mach_msg_type_name_t disposition = 16; disposition <= 21; ++disposition) {
      const char* const after = row.after[disposition - 16];
      CAPTURE(to_string(row.kind));
      CAPTURE(disposition);
      in_world([&] {
        const Name port = receive_right();
        const Name name = make(row.kind).name;
        const std::string before = describe(name);
        Letter letter(port);
        CHECK(letter.add_array({MACH_PORT_NULL, name, MACH_PORT_DEAD}, disposition).send() ==
              (after == nullptr ? RIGHT : OK));
        CHECK(describe(name) == (after == nullptr ? before : after));
        check_books();
        if (after == nullptr) return;
        REQUIRE(letter.receive(port) == OK);
        const auto array = letter.at<mach_msg_ool_ports_descriptor_t>(0);
        CHECK(+array.type == MACH_MSG_OOL_PORTS_DESCRIPTOR);
        CHECK(+array.deallocate == 1);
        CHECK(+array.copy == MACH_MSG_VIRTUAL_COPY);
        CHECK(+array.disposition == (disposition == 16 ? 16 : disposition % 3 == 0 ? 18 : 17));
        const std::vector<Name> names = names_of(array);
        REQUIRE(names.size() == 3);
        CHECK(names[0] == MACH_PORT_NULL);
        CHECK(names[2] == MACH_PORT_DEAD);
        if (row.kind == Kind::D3) CHECK(names[1] == MACH_PORT_DEAD);
        mach_msg_destroy(&letter.header());
        CHECK(accounting().memory == 0);
      });
    }
  }
}

TEST_CASE("of an array with a bad name the rights before it are lost") {
  in_world([] {
    const Name port = receive_right();
    const Name first = make(Kind::RS1).name;
    Letter letter(port);
    CHECK(letter.add_array({first, 0x7f03}, MACH_MSG_TYPE_MOVE_SEND).send() == RIGHT);
    CHECK(describe(first) == "R");
    const Name receiver = make(Kind::RS1).name;
    Letter other(port);
    CHECK(other.add_array({receiver, 0x7f03}, MOVE_RECEIVE).send() == RIGHT);
    CHECK(describe(receiver) == "D1");
  });
}

TEST_CASE("a receive right in an array that could be reached through nothing else dies") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    const Name other = receive_right();
    Letter letter(port);
    CHECK(letter.add_array({other, port}, MOVE_RECEIVE).send() == OK);
    CHECK(describe(port) == "D1");
    CHECK(describe(other) == "-");
    CHECK(accounting().messages == 0);
  });
}

TEST_CASE("what could not be sent comes back with its memory and its array, in new places") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    mach_port_limits_t none = {.mpl_qlimit = 0};
    REQUIRE(mach_port_set_attributes(task(), port, MACH_PORT_LIMITS_INFO,
                                     reinterpret_cast<mach_port_info_t>(&none), 1) == KERN_SUCCESS);
    const Name carried = make(Kind::RS1).name;
    Letter letter(port);
    letter.add_memory("text", 5).add_array({carried}, MACH_MSG_TYPE_COPY_SEND).add_data(7);
    CHECK(letter.send() == MACH_SEND_TIMED_OUT);
    const auto memory = letter.at<mach_msg_ool_descriptor_t>(0);
    CHECK(std::strcmp(static_cast<const char*>(memory.address), "text") == 0);
    const auto array = letter.at<mach_msg_ool_ports_descriptor_t>(sizeof memory);
    CHECK(names_of(array) == std::vector<Name>{carried});
    CHECK(+array.disposition == MACH_MSG_TYPE_PORT_SEND);
    CHECK(describe(carried) == "RS2");
    CHECK(letter.at<unsigned>(sizeof memory + sizeof array) == 7);
    mach_msg_destroy(&letter.header());
    CHECK(describe(carried) == "RS1");
    CHECK(accounting().memory == 0);
  });
}

TEST_CASE("which guarded descriptors are well formed, and which guards are known") {
  struct Row {
    const char* what;
    bool guarded;
    mach_port_context_t context;
    mach_msg_guard_flags_t flags;
    mach_msg_type_name_t disposition;
    mach_msg_return_t code;
  };
  constexpr mach_msg_guard_flags_t immovable = MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE;
  constexpr mach_msg_guard_flags_t unguarded = MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND;
  static constexpr Row rows[] = {
      {"its guard", true, 5, immovable, MOVE_RECEIVE, OK},
      {"another guard", true, 6, immovable, MOVE_RECEIVE, RIGHT},
      {"a guard where there is none", false, 5, immovable, MOVE_RECEIVE, RIGHT},
      {"no guard, as is said", false, 0, unguarded, MOVE_RECEIVE, OK},
      {"no guard, and both flags", false, 0, immovable | unguarded, MOVE_RECEIVE, OK},
      {"a guard where none is said", true, 0, unguarded, MOVE_RECEIVE, RIGHT},
      {"a context and no guard", false, 5, unguarded, MOVE_RECEIVE, TYPE},
      {"no flags", true, 5, 0, MOVE_RECEIVE, TYPE},
      {"unknown flags", true, 5, 4, MOVE_RECEIVE, TYPE},
      {"another disposition", true, 5, immovable, MACH_MSG_TYPE_MAKE_SEND, TYPE},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    in_world([&] {
      const Name port = receive_right();
      const Name name = receive_right();
      if (row.guarded) REQUIRE(mach_port_guard(task(), name, 5, TRUE) == KERN_SUCCESS);
      Letter letter(port);
      CHECK(letter.add_guarded(name, row.context, row.flags, row.disposition).send() == row.code);
      CHECK(describe(name) == (row.code == OK ? "-" : "R"));
      check_books();
    });
  }
}

TEST_CASE("a guarded port arrives guarded with the buffer's address, if that is asked for") {
  in_world([] {
    const Name port = receive_right();
    const Name name = receive_right();
    REQUIRE(mach_port_guard(task(), name, 5, TRUE) == KERN_SUCCESS);
    Letter letter(port);
    letter.add_guarded(name, 5, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE).add_data(9);
    REQUIRE(letter.send() == OK);
    REQUIRE(letter.receive(port, MACH_RCV_GUARDED_DESC) == OK);
    const auto got = letter.at<mach_msg_guarded_port_descriptor_t>(0);
    CHECK(+got.type == MACH_MSG_GUARDED_PORT_DESCRIPTOR);
    CHECK(+got.context == reinterpret_cast<mach_port_context_t>(&letter.header()));
    CHECK(letter.at<unsigned>(sizeof got) == 9);
    CHECK(status(got.name).mps_flags == (MACH_PORT_STATUS_FLAG_GUARDED | MACH_PORT_STATUS_FLAG_STRICT_GUARD));
    Letter on(port);
    CHECK(on.add_port(got.name, MOVE_RECEIVE).send() == RIGHT);
    mach_msg_destroy(&letter.header());
    CHECK(describe(got.name) == "-");
  });
}

TEST_CASE("who does not ask gets a plain descriptor, and what follows moves up") {
  in_world([] {
    const Name port = receive_right();
    const Name name = receive_right();
    REQUIRE(mach_port_guard(task(), name, 5, TRUE) == KERN_SUCCESS);
    Letter letter(port);
    letter.add_guarded(name, 5, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE).add_memory("text", 5).add_data(9);
    const std::size_t sent = letter.size();
    REQUIRE(letter.send() == OK);
    REQUIRE(letter.receive(port) == OK);
    const auto got = letter.at<mach_msg_port_descriptor_t>(0);
    CHECK(+got.type == MACH_MSG_PORT_DESCRIPTOR);
    CHECK(+got.disposition == MACH_MSG_TYPE_PORT_RECEIVE);
    CHECK(status(got.name).mps_flags == 0);
    constexpr std::size_t shorter =
        sizeof(mach_msg_guarded_port_descriptor_t) - sizeof(mach_msg_port_descriptor_t);
    CHECK(letter.header().msgh_size == sent - shorter);
    const auto memory = letter.at<mach_msg_ool_descriptor_t>(sizeof got);
    CHECK(std::strcmp(static_cast<const char*>(memory.address), "text") == 0);
    CHECK(letter.at<unsigned>(sizeof got + sizeof memory) == 9);
    mach_msg_destroy(&letter.header());
    CHECK(accounting().memory == 0);
  });
}

TEST_CASE("a null or dead guarded port goes, and arrives as it was") {
  in_world([] {
    const Name port = receive_right();
    for (const Name name : {Name{MACH_PORT_NULL}, Name{MACH_PORT_DEAD}}) {
      Letter letter(port);
      REQUIRE(letter.add_guarded(name, 0, MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE).send() == OK);
      REQUIRE(letter.receive(port, MACH_RCV_GUARDED_DESC) == OK);
      CHECK(letter.at<mach_msg_guarded_port_descriptor_t>(0).name == name);
      CHECK(+letter.at<mach_msg_guarded_port_descriptor_t>(0).context == 0);
    }
  });
}

TEST_CASE("bad addresses of messages") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    auto* const bad = reinterpret_cast<mach_msg_header_t*>(8);
    CHECK(mach_msg(bad, MACH_SEND_MSG, 24, 0, 0, 0, 0) == MACH_SEND_INVALID_DATA);
    CHECK(mach_msg(bad, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, 100, port, 0, 0) == MACH_RCV_TIMED_OUT);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == OK);
    CHECK(mach_msg(bad, MACH_RCV_MSG | MACH_RCV_TIMEOUT, 0, 100, port, 0, 0) == MACH_RCV_INVALID_DATA);
    CHECK(status(port).mps_msgcount == 0);
  });
}

TEST_CASE("a message can be received into another buffer than the one that is sent") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    Message request = message_to(port, MACH_MSG_TYPE_COPY_SEND, 8);
    Message reply;
    CHECK(mach_msg_overwrite(&request.header, MACH_SEND_MSG | MACH_RCV_MSG, 24, sizeof reply, port, 0, 0,
                             &reply.header, 0) == OK);
    CHECK(reply.header.msgh_id == 8);
    CHECK(reply.header.msgh_local_port == port);
    CHECK(request.header.msgh_remote_port == port);
  });
}

TEST_CASE("a trailer tells who has sent the message: the task, or the kernel; and the port's context") {
  in_world([] {
    const Name port = make(Kind::RS1).name;
    REQUIRE(mach_port_set_context(task(), port, 0x77) == KERN_SUCCESS);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == OK);
    REQUIRE(mach_port_deallocate(task(), send_once(port)) == KERN_SUCCESS);
    struct {
      mach_msg_header_t header = {};
      mach_msg_context_trailer_t trailer = {};
    } got;
    const mach_msg_option_t option = MACH_RCV_MSG | MACH_RCV_TRAILER_ELEMENTS(MACH_RCV_TRAILER_CTX);
    REQUIRE(mach_msg(&got.header, option, 0, sizeof got, port, 0, 0) == OK);
    CHECK(+got.trailer.msgh_context == 0x77);
    CHECK(got.trailer.msgh_sender.val[0] == got.trailer.msgh_audit.val[1]);
    CHECK(got.trailer.msgh_audit.val[5] == 1);
    REQUIRE(mach_msg(&got.header, option, 0, sizeof got, port, 0, 0) == OK);
    CHECK(got.header.msgh_id == MACH_NOTIFY_SEND_ONCE);
    CHECK(got.trailer.msgh_sender.val[0] == 0);
    CHECK(got.trailer.msgh_sender.val[1] == 1);
    CHECK(got.trailer.msgh_audit.val[5] == 0);
  });
}

TEST_CASE("of one port, a right can be made before the receive right moves, not after") {
  in_world([] {
    const Name carrier = receive_right();
    const Name port = make(Kind::RS1).name;
    Letter after(carrier);
    CHECK(after.add_port(port, MOVE_RECEIVE).add_port(port, MACH_MSG_TYPE_MAKE_SEND).send() == RIGHT);
    CHECK(describe(port) == "D1");
    const Name other = receive_right();
    Letter before(carrier);
    CHECK(before.add_port(other, MACH_MSG_TYPE_MAKE_SEND).add_port(other, MOVE_RECEIVE).send() == OK);
    CHECK(describe(other) == "-");
    REQUIRE(before.receive(carrier) == OK);
    CHECK(describe(before.at<mach_msg_port_descriptor_t>(0).name) == "RS1");
  });
}

TEST_CASE("a buffer of 24 to 31 bytes gets the header and as much of a trailer as there is room for") {
  for (const mach_msg_size_t room : {24u, 28u, 31u}) {
    CAPTURE(room);
    in_world([&] {
      const Name port = make(Kind::RS1).name;
      REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND, 4) == OK);
      mach_msg_empty_rcv_t small = {};
      small.trailer = {.msgh_trailer_type = 77, .msgh_trailer_size = 77};
      CHECK(mach_msg(&small.header, MACH_RCV_MSG, 0, room, port, 0, 0) == MACH_RCV_TOO_LARGE);
      CHECK(small.header.msgh_id == 4);
      CHECK(small.trailer.msgh_trailer_type == (room >= 28 ? 0 : 77));
      CHECK((small.trailer.msgh_trailer_size == 77) == (room < 29));
    });
  }
}

}  // namespace portunus::props
