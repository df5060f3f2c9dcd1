// Random calls: whatever they do, the kernel's books agree, and nothing outlives the last name.
#include <doctest/doctest.h>

#include "props/impl/mach/client.h"

namespace portunus::props {

TEST_CASE("random calls of one thread keep the books, and leave nothing behind") {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    in_world([&] {
      const hosted::Accounting before = hosted::World::current()->accounting();
      Client client(seed);
      for (int call = 0; call < 300; ++call) {
        client.act();
        check_books();
      }
      Client::end_everything();
      CHECK(difference(before, hosted::World::current()->accounting()) == "");
    });
  }
}

TEST_CASE("random calls of several threads keep the books under any schedule, and leave nothing behind") {
  for (unsigned seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    in_world(
        [&] {
          const hosted::Accounting before = hosted::World::current()->accounting();
          Client first(seed);
          Client second(seed + 1000);
          for (Client* const client : {&first, &second}) {
            start(1, [client] {
              for (int call = 0; call < 200; ++call) client->act();
            });
          }
          Client main(seed + 2000);
          for (int call = 0; call < 200; ++call) {
            main.act();
            check_books();
          }
          while (hosted::World::current()->accounting().threads != 1) {
            hosted::World::current()->wait_for_others();
            check_books();
          }
          Client::end_everything();
          CHECK(difference(before, hosted::World::current()->accounting()) == "");
        },
        {.schedule = seed});
  }
}

TEST_CASE("random calls of two tasks, one of which dies, keep the books, and leave nothing behind") {
  for (unsigned seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    in_world(
        [&] {
          hosted::World& world = *hosted::World::current();
          const hosted::Accounting before = world.accounting();
          const task_t child = world.create_task();
          mach_port_insert_right(child, 0x40003, mach_task_self(), MACH_MSG_TYPE_COPY_SEND);
          Client theirs(seed);
          theirs.know_task(0x40003);
          Client ours(seed + 1000);
          ours.know_task(child);
          start(
              1,
              [&theirs] {
                for (int call = 0; call < 400; ++call) theirs.act();
                task_terminate(mach_task_self());
              },
              child);
          for (int call = 0; call < 200; ++call) {
            ours.act();
            check_books();
          }
          // The child may have ended that right: then it lives to its own end.
          task_terminate(child);
          while (world.accounting().tasks != before.tasks) world.wait_for_others();
          check_books();
          for (int call = 0; call < 100; ++call) {
            ours.act();
            check_books();
          }
          world.settle();
          Client::end_everything();
          CHECK(difference(before, world.accounting()) == "");
        },
        {.schedule = seed});
  }
}

}  // namespace portunus::props
