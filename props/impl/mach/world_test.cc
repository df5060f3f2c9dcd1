// Worlds: what they begin with, and that nothing of them stays.
#include <doctest/doctest.h>

#include "impl/mach/seam.h"
#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

using hosted::Accounting;
using hosted::World;

}  // namespace

TEST_CASE("a world begins with one task, its port and one name for it") {
  World world;
  CHECK(World::current() == &world);
  CHECK(world.accounting() == Accounting{.ports = 1, .names = 1, .rights = 1, .tasks = 1});
}

TEST_CASE("outside of its life a world is not current") {
  {
    const World world;
  }
  CHECK(World::current() == nullptr);
}

TEST_CASE("accounting follows what is made and ended") {
  in_world([] {
    const Accounting before = World::current()->accounting();
    const Name port = make(Kind::RS3).name;
    const Name set = port_set();
    const Name once = send_once(port);
    REQUIRE(send_to(port, MACH_MSG_TYPE_COPY_SEND) == MACH_MSG_SUCCESS);
    Accounting now = World::current()->accounting();
    CHECK(now.ports == before.ports + 1);
    CHECK(now.port_sets == before.port_sets + 1);
    CHECK(now.names == before.names + 3);
    CHECK(now.messages == before.messages + 1);
    CHECK(now.rights == before.rights + 3);  // the name's, the message's, the send-once right
    for (const Name name : {port, set, once})
      REQUIRE(mach_port_destroy(mach_task_self(), name) == KERN_SUCCESS);
    now = World::current()->accounting();
    CHECK(now == before);
  });
}

TEST_CASE("a world takes everything with it: ports, messages, memory, threads wherever they stand") {
  for (int round = 0; round < 2000; ++round) {
    World world;
    run(world, [] {
      const Name port = make(Kind::RS1).name;
      for (int sent = 0; sent < 5; ++sent) send_to(port, MACH_MSG_TYPE_COPY_SEND);
      move_receive_away(receive_right());
      seam::allocate(1000);
      for (int thread = 1; thread <= 3; ++thread) {
        World::current()->start_thread(
            thread,
            [](void*) {
              char frame[2000] = {};
              static_cast<void>(frame);
              Message message;
              receive(receive_right(), message, 0);
            },
            nullptr);
      }
      World::current()->settle();
    });
    CHECK(world.accounting().threads == 3);
  }
}

TEST_CASE("the same program does the same in every world") {
  std::vector<Name> first;
  for (int round = 0; round < 3; ++round) {
    std::vector<Name> names;
    in_world(
        [&] {
          for (int thread = 1; thread <= 3; ++thread) {
            start(thread, [&names] {
              for (int made = 0; made < 5; ++made) names.push_back(receive_right());
            });
          }
          CHECK(World::current()->settle());
        },
        {.schedule = 12345});
    if (round == 0) first = names;
    CHECK(names == first);
  }
}

TEST_CASE("a message to the task's own port ends there") {
  in_world([] {
    const Name reply = receive_right();
    Message message =
        message_to(mach_task_self(), MACH_MSG_TYPE_COPY_SEND, 1, reply, MACH_MSG_TYPE_MAKE_SEND_ONCE);
    CHECK(send(message, 0) == MACH_MSG_SUCCESS);
    CHECK(drain(reply) == std::vector<mach_msg_id_t>{MACH_NOTIFY_SEND_ONCE});
    CHECK(describe(mach_task_self()) == "S1");
  });
}

}  // namespace portunus::props
