// Threads and time: who runs next, what waits for what.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

using hosted::Outcome;
using hosted::World;

constexpr std::uint64_t millisecond = 1'000'000;

bool settle() {
  return World::current()->settle();
}
bool wait_for_others() {
  return World::current()->wait_for_others();
}

// What three threads, each with three kernel entries, do in which order.
std::string interleaving(std::uint64_t schedule) {
  std::string order;
  in_world(
      [&] {
        for (char thread = 'a'; thread <= 'c'; ++thread) {
          start(thread - 'a' + 1, [&order, thread] {
            for (int step = 0; step < 3; ++step) {
              mach_absolute_time();
              order += thread;
            }
          });
        }
        CHECK(settle());
      },
      {.schedule = schedule});
  return order;
}

}  // namespace

TEST_CASE("the plain schedule runs each thread until it blocks, in the order of starting") {
  CHECK(interleaving(0) == "aaabbbccc");
}

TEST_CASE("a seed is a schedule: the same each time, and seeds differ") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const std::string order = interleaving(seed);
    CHECK(order == interleaving(seed));
    CHECK(std::count(order.begin(), order.end(), 'b') == 3);
    seen.insert(order);
  }
  CHECK(seen.size() > 20);
}

TEST_CASE("time stands still while a thread can run, and jumps to the earliest deadline") {
  in_world([] {
    const std::uint64_t begin = mach_absolute_time();
    std::string order;
    const auto sleeper = [&](char name, std::uint64_t span) {
      return [&order, begin, name, span] {
        mach_wait_until(begin + span);
        CHECK(mach_absolute_time() == begin + span);
        order += name;
      };
    };
    start(1, sleeper('c', 30 * millisecond));
    start(2, sleeper('a', 10 * millisecond));
    start(3, sleeper('b', 20 * millisecond));
    CHECK(settle());
    CHECK(mach_absolute_time() == begin);
    CHECK(World::current()->now() == begin);
    mach_wait_until(begin + 20 * millisecond);
    CHECK(order == "ab");
    mach_wait_until(begin + 40 * millisecond);
    CHECK(order == "abc");
  });
}

TEST_CASE("equal deadlines are met in the order of waiting") {
  in_world([] {
    const std::uint64_t deadline = mach_absolute_time() + millisecond;
    std::string order;
    for (char thread = 'a'; thread <= 'c'; ++thread) {
      start(1, [&order, deadline, thread] {
        mach_wait_until(deadline);
        order += thread;
      });
    }
    mach_wait_until(deadline + 1);
    CHECK(order == "abc");
  });
}

TEST_CASE("a deadline that has passed does not wait") {
  in_world([] {
    const std::uint64_t begin = mach_absolute_time();
    CHECK(mach_wait_until(begin) == KERN_SUCCESS);
    CHECK(mach_wait_until(0) == KERN_SUCCESS);
    CHECK(mach_absolute_time() == begin);
    mach_timebase_info_data_t base = {};
    CHECK(mach_timebase_info(&base) == KERN_SUCCESS);
    CHECK(base.numer == 1);
    CHECK(base.denom == 1);
  });
}

TEST_CASE("a world in which all wait for ever is deadlocked") {
  World world;
  bool came_back = false;
  const Outcome outcome = run(world, [&] {
    start(1, [] {
      Message message;
      receive(receive_right(), message, 0);
    });
    Message message;
    receive(receive_right(), message, 0);
    came_back = true;
  });
  CHECK(outcome == Outcome::deadlocked);
  CHECK(!came_back);
}

TEST_CASE("main's return ends the program, whatever the others do") {
  World world;
  bool ran = false;
  const Outcome outcome = run(world, [&] { start(1, [&] { ran = true; }); });
  CHECK(outcome == Outcome::returned);
  CHECK(!ran);
}

TEST_CASE("settle: until the others are blocked, on one another too, and no time passes") {
  in_world([] {
    const Name ping = make(Kind::RS1).name;
    const Name pong = make(Kind::RS1).name;
    int turns = 0;
    const auto player = [&turns](Name mine, Name theirs) {
      return [&turns, mine, theirs] {
        Message message;
        while (receive(mine, message, 0) == MACH_MSG_SUCCESS) {
          if (message.header.msgh_id == 0) break;
          ++turns;
          send_to(theirs, MACH_MSG_TYPE_COPY_SEND, message.header.msgh_id - 1);
        }
      };
    };
    start(1, player(ping, pong));
    start(2, player(pong, ping));
    const std::uint64_t begin = mach_absolute_time();
    send_to(ping, MACH_MSG_TYPE_COPY_SEND, 100);
    CHECK(settle());
    CHECK(turns == 100);
    CHECK(mach_absolute_time() == begin);
  });
}

TEST_CASE("settle gives up on threads that never come to rest") {
  in_world(
      [] {
        const Name port = make(Kind::RS1).name;
        for (int thread = 1; thread <= 2; ++thread) {
          start(thread, [port] {
            Message message;
            for (;;) {
              send_to(port, MACH_MSG_TYPE_COPY_SEND, 1);
              receive(port, message, 0);
              wait_for_others();
            }
          });
        }
        CHECK(!settle());
        CHECK(World::current()->accounting().threads == 3);
      },
      {.settle_switches = 1000});
}

TEST_CASE("two threads that settle see each other as blocked") {
  in_world([] {
    bool other = false;
    start(1, [&] { other = settle(); });
    CHECK(settle());
    CHECK(settle());
    CHECK(other);
  });
}

TEST_CASE("wait_for_others: false at once when nothing else can happen") {
  in_world([] {
    CHECK(!wait_for_others());
    start(1, [] {
      Message message;
      receive(receive_right(), message, 0);
    });
    CHECK(wait_for_others());
    CHECK(!wait_for_others());
  });
}

TEST_CASE("wait_for_others lets time pass when the others sleep") {
  in_world([] {
    const std::uint64_t begin = mach_absolute_time();
    bool done = false;
    start(1, [&] {
      mach_wait_until(begin + 5 * millisecond);
      done = true;
    });
    while (!done) CHECK(wait_for_others());
    CHECK(mach_absolute_time() == begin + 5 * millisecond);
  });
}

TEST_CASE("threads that poll for one another come on for as long as they do more than that") {
  for (std::uint64_t schedule = 0; schedule < 4; ++schedule) {
    in_world(
        [] {
          int turn = 0;
          for (int thread = 1; thread <= 3; ++thread) {
            start(thread, [&turn, thread] {
              for (int round = 0; round < 20; ++round) {
                while (turn % 4 != thread) {
                  if (!wait_for_others()) return;
                }
                turn += World::current()->current_thread() == thread ? 1 : 0;
              }
            });
          }
          for (int round = 0; round < 20; ++round) {
            while (turn % 4 != 0) REQUIRE(wait_for_others());
            turn += World::current()->current_thread() == 0 ? 1 : 0;
          }
          while (turn != 80) REQUIRE(wait_for_others());
          CHECK(turn == 80);
        },
        {.schedule = schedule});
  }
}

TEST_CASE("threads that poll for what never comes are all told so") {
  in_world([] {
    int told = 0;
    const auto poll = [&told] {
      while (wait_for_others()) {
      }
      ++told;
    };
    start(1, poll);
    start(2, poll);
    while (wait_for_others()) {
    }
    while (told < 2) wait_for_others();
    CHECK(told == 2);
  });
}

TEST_CASE("a poller sees time pass although others poll, too") {
  in_world([] {
    const std::uint64_t begin = mach_absolute_time();
    bool done = false;
    start(1, [&] {
      mach_wait_until(begin + millisecond);
      done = true;
    });
    start(2, [&] {
      while (!done && wait_for_others()) {
      }
    });
    while (!done) REQUIRE(wait_for_others());
    CHECK(mach_absolute_time() == begin + millisecond);
  });
}

TEST_CASE("current_thread is the number a thread was started with") {
  in_world([] {
    CHECK(World::current()->current_thread() == 0);
    int seen = -7;
    start(3, [&] { seen = World::current()->current_thread(); });
    CHECK(settle());
    CHECK(seen == 3);
  });
}

}  // namespace portunus::props
