// What the operating system's own counterparts cost, to be read beside the Mach calls of the same run.
#include <benchmark/benchmark.h>
#include <linux/futex.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "impl/mach/hosted/require.h"

namespace portunus {
namespace {

constexpr std::size_t message_size = 24;  // a Mach message's header

void must(bool holds) {
  hosted::require(holds, "a system call of a benchmark failed");
}

// Beside mach_send_receive.
void pipe_write_read(benchmark::State& state) {
  int ends[2];
  must(pipe(ends) == 0);
  std::array<char, message_size> message = {};
  for (auto _ : state) {
    must(write(ends[1], message.data(), message.size()) == ssize_t{message_size});
    must(read(ends[0], message.data(), message.size()) == ssize_t{message_size});
  }
  close(ends[0]);
  close(ends[1]);
}
BENCHMARK(pipe_write_read);

// Beside mach_receive_from_set: one of so many events in turn, and the wait that finds it.
void epoll_of_eventfds(benchmark::State& state) {
  const int set = epoll_create1(0);
  must(set >= 0);
  std::vector<int> events;
  for (std::int64_t made = 0; made < state.range(0); ++made) {
    const int event = eventfd(0, 0);
    epoll_event interest = {.events = EPOLLIN, .data = {.fd = event}};
    must(event >= 0 && epoll_ctl(set, EPOLL_CTL_ADD, event, &interest) == 0);
    events.push_back(event);
  }
  std::size_t turn = 0;
  for (auto _ : state) {
    std::uint64_t value = 1;
    must(write(events[turn++ % events.size()], &value, sizeof value) == sizeof value);
    epoll_event found;
    must(epoll_wait(set, &found, 1, -1) == 1);
    must(read(found.data.fd, &value, sizeof value) == sizeof value);
  }
  for (const int event : events) close(event);
  close(set);
}
BENCHMARK(epoll_of_eventfds)->Arg(1)->Arg(10)->Arg(100)->Arg(1'000);

// Beside mach_round_trip_of_threads.

void wait_while(std::atomic<std::uint32_t>& word, std::uint32_t value) {
  while (word.load(std::memory_order_acquire) == value)
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

void set_and_wake(std::atomic<std::uint32_t>& word, std::uint32_t value) {
  word.store(value, std::memory_order_release);
  syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

void futex_round_trip(benchmark::State& state) {
  enum Turn : std::uint32_t { here, there, over };
  std::atomic<std::uint32_t> turn{here};
  std::thread other([&] {
    for (;;) {
      wait_while(turn, here);
      if (turn.load() == over) return;
      set_and_wake(turn, here);
    }
  });
  for (auto _ : state) {
    set_and_wake(turn, there);
    wait_while(turn, there);
  }
  set_and_wake(turn, over);
  other.join();
}
BENCHMARK(futex_round_trip)->UseRealTime();

}  // namespace
}  // namespace portunus
