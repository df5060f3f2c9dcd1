// The seam on a hosted world.
#include "impl/mach/seam.h"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string>

#include "props/impl/mach/task.h"

namespace portunus::props {
namespace {

using hosted::World;

bool settle() {
  return World::current()->settle();
}

// The signal that ends a child process which runs `function` in a world; 0 if none does.
int signal_of(const std::function<void()>& function) {
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGILL, SIG_DFL);
    signal(SIGTRAP, SIG_DFL);
    signal(SIGABRT, SIG_DFL);
    {
      World world;
      run(world, function);
    }
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

bool is_trap(int signal) {
  return signal == SIGILL || signal == SIGTRAP;
}

}  // namespace

TEST_CASE("a mutex is held by one thread at a time, and goes to who waited first") {
  for (std::uint64_t schedule = 0; schedule < 8; ++schedule) {
    std::string order;
    in_world(
        [&] {
          seam::Mutex mutex;
          int inside = 0;
          int most = 0;
          for (int thread = 1; thread <= 3; ++thread) {
            start(thread, [&, thread] {
              for (int round = 0; round < 5; ++round) {
                const seam::Lock lock(mutex);
                most = std::max(most, ++inside);
                CHECK(mutex.held());
                mach_wait_until(mach_absolute_time() + 1);
                --inside;
                order += static_cast<char>('0' + thread);
              }
            });
          }
          while (World::current()->wait_for_others()) {
          }
          CHECK(most == 1);
          CHECK(!mutex.held());
          CHECK(order.size() == 15);
        },
        {.schedule = schedule});
    if (schedule == 0) CHECK(order == "123123123123123");
  }
}

TEST_CASE("a mutex traps on the owner's second lock and on a stranger's unlock") {
  CHECK(signal_of([] { const seam::Lock lock(*new seam::Mutex); }) == 0);
  CHECK(is_trap(signal_of([] {
    seam::Mutex mutex;
    mutex.lock();
    mutex.lock();
  })));
  CHECK(is_trap(signal_of([] {
    seam::Mutex mutex;
    mutex.unlock();
  })));
  CHECK(is_trap(signal_of([] {
    seam::Mutex mutex;
    mutex.lock();
    start(1, [&mutex] { mutex.unlock(); });
    settle();
  })));
  CHECK(is_trap(signal_of([] { seam::trap(); })));
}

TEST_CASE("once runs its function once; who comes meanwhile waits for its end") {
  in_world([] {
    static seam::Once once;
    static int begun;
    static int ended;
    once = {};
    begun = ended = 0;
    for (int thread = 1; thread <= 3; ++thread) {
      start(thread, [] {
        seam::once(
            once,
            [](void* argument) {
              ++*static_cast<int*>(argument);
              mach_wait_until(mach_absolute_time() + 10);
              ++ended;
            },
            &begun);
        CHECK(ended == 1);
      });
    }
    while (World::current()->wait_for_others()) {
    }
    CHECK(begun == 1);
    CHECK(World::current()->accounting().threads == 1);
  });
}

TEST_CASE("thread data is each thread's own, and is given to at_exit when a thread ends") {
  in_world([] {
    static std::string ended;
    ended.clear();
    seam::set_at_exit(seam::ThreadKey::run_loop, [](std::uintptr_t word) {
      ended += "r" + std::to_string(word) + "@" + std::to_string(World::current()->current_thread()) + " ";
      CHECK(seam::thread_data(seam::ThreadKey::run_loop) == 0);
      // Setting another word on the way out counts, too.
      if (word == 5) seam::set_thread_data(seam::ThreadKey::cf_private, 6);
    });
    seam::set_at_exit(seam::ThreadKey::cf_private,
                      [](std::uintptr_t word) { ended += "c" + std::to_string(word) + " "; });
    seam::set_thread_data(seam::ThreadKey::run_loop, 1);
    start(2, [] {
      CHECK(seam::thread_data(seam::ThreadKey::run_loop) == 0);
      CHECK(!seam::is_main_thread());
      seam::set_thread_data(seam::ThreadKey::run_loop, 5);
    });
    start(3, [] {});
    CHECK(settle());
    CHECK(ended == "r5@2 c6 ");
    CHECK(seam::is_main_thread());
    CHECK(seam::thread_data(seam::ThreadKey::run_loop) == 1);
  });
}

TEST_CASE("background threads run beside the others, without a number, until there are too many") {
  in_world(
      [] {
        static int number;
        number = 99;
        CHECK(seam::start_background_thread([](void*) { number = World::current()->current_thread(); },
                                            nullptr));
        CHECK(settle());
        CHECK(number == World::background);
        const auto wait = [](void*) {
          Message message;
          receive(receive_right(), message, 0);
        };
        CHECK(seam::start_background_thread(wait, nullptr));
        CHECK(seam::start_background_thread(wait, nullptr));
        CHECK(!seam::start_background_thread(wait, nullptr));
        CHECK(!World::current()->start_thread(1, wait, nullptr));
      },
      {.threads_max = 3});
}

TEST_CASE("memory is zeroed, aligned and counted") {
  in_world([] {
    const hosted::Accounting before = World::current()->accounting();
    auto* const block = static_cast<unsigned char*>(seam::allocate(100));
    REQUIRE(block != nullptr);
    for (int byte = 0; byte < 100; ++byte) CHECK(block[byte] == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t) == 0);
    std::memset(block, 7, 100);
    void* const empty = seam::allocate(0);
    CHECK(empty != nullptr);
    CHECK(World::current()->accounting().allocations == 2);
    CHECK(World::current()->accounting().bytes == 100);
    seam::deallocate(block);
    seam::deallocate(empty);
    seam::deallocate(nullptr);
    CHECK(World::current()->accounting() == before);
    CHECK(seam::allocate(SIZE_MAX) == nullptr);
  });
}

TEST_CASE("the world's word begins as 0 and is the world's") {
  for (int world = 0; world < 2; ++world) {
    in_world([] {
      CHECK(seam::world_data() == 0);
      seam::set_world_data(17);
      start(1, [] { CHECK(seam::world_data() == 17); });
      CHECK(settle());
    });
  }
}

TEST_CASE("a log line goes to the world's sink") {
  std::string logged;
  const hosted::LogSink sink{[](void* context, int level, const char* text) {
                               *static_cast<std::string*>(context) += std::to_string(level) + text;
                             },
                             &logged};
  in_world([] { seam::log(3, "no"); }, {.log = sink});
  in_world([] { seam::log(3, "sink"); });
  CHECK(logged == "3no");
}

}  // namespace portunus::props
