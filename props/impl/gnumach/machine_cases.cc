// Names, time, threads and memory.
#include <atomic>
#include <cstring>
#include <vector>

#include "impl/mach/gnumach/clock.h"
#include "impl/mach/gnumach/memory.h"
#include "impl/mach/gnumach/thread.h"
#include "impl/mach/seam.h"
#include "props/impl/gnumach/cases.h"
#include "props/impl/gnumach/port.h"

namespace portunus::guest_test {
namespace {

void names_do_not_come_back() {
  std::vector<mach_port_t> seen;
  for (int round = 0; round < 50; ++round) {
    const mach_port_t port = make_port();
    for (const mach_port_t other : seen) CHECK(other != port);
    seen.push_back(port);
    drop_port(port);
    CHECK(type_of(port) == 0);
  }
}

// What the kernel names by itself must not come under a name that a client has known.
void what_the_kernel_names_is_nobodys() {
  const mach_port_t gone = make_port();
  drop_port(gone);
  const mach_port_t port = make_port();
  const mach_port_t notify = make_port();
  mach_port_t previous = MACH_PORT_NULL;
  for (int round = 0; round < 2; ++round)
    CHECK(mach_port_request_notification(mach_task_self(), port, MACH_NOTIFY_DEAD_NAME, 0, notify,
                                         MACH_MSG_TYPE_MAKE_SEND_ONCE, &previous) == KERN_SUCCESS);
  CHECK((type_of(previous) & MACH_PORT_TYPE_SEND_ONCE) != 0);
  CHECK(previous != gone);
  CHECK(type_of(gone) == 0);
  mach_port_deallocate(mach_task_self(), previous);
  drop_port(port);
  drop_port(notify);
}

void time_jumps_to_a_deadline_and_no_further() {
  const mach_port_t port = make_port();
  const std::uint64_t before = mach_absolute_time();
  CHECK(receive(port, 86'400'000).code == MACH_RCV_TIMED_OUT);  // a day
  CHECK(mach_absolute_time() - before == std::uint64_t{86'400'000} * gnumach::nanoseconds_in_millisecond);
  CHECK(mach_wait_until(mach_absolute_time() + 5) == KERN_SUCCESS);
  CHECK(mach_absolute_time() - before == std::uint64_t{86'400'000} * gnumach::nanoseconds_in_millisecond + 5);
  drop_port(port);
}

struct Sleeper {
  mach_port_t port;
  int milliseconds;
  std::uint64_t woken_at;
};

void sleep_in(void* argument) {
  auto& sleeper = *static_cast<Sleeper*>(argument);
  receive(sleeper.port, sleeper.milliseconds);
  sleeper.woken_at = mach_absolute_time();
}

void deadlines_come_in_their_order() {
  static Sleeper sleepers[2];
  const std::uint64_t before = mach_absolute_time();
  sleepers[0] = {.port = make_port(), .milliseconds = 300, .woken_at = 0};
  sleepers[1] = {.port = make_port(), .milliseconds = 100, .woken_at = 0};
  for (Sleeper& sleeper : sleepers) CHECK(gnumach::start_thread(1, sleep_in, &sleeper));
  const mach_port_t port = make_port();
  receive(port, 1000);
  for (const Sleeper& sleeper : sleepers)
    CHECK(sleeper.woken_at - before ==
          static_cast<std::uint64_t>(sleeper.milliseconds) * gnumach::nanoseconds_in_millisecond);
  drop_port(port);
  for (const Sleeper& sleeper : sleepers) drop_port(sleeper.port);
}

void settling_stops_the_clock() {
  static Sleeper sleeper;
  sleeper = {.port = make_port(), .milliseconds = 50, .woken_at = 0};
  const std::uint64_t before = mach_absolute_time();
  CHECK(gnumach::start_thread(1, sleep_in, &sleeper));
  CHECK(gnumach::settle());
  CHECK(mach_absolute_time() == before);
  CHECK(sleeper.woken_at == 0);
  while (gnumach::wait_for_others()) {
  }
  CHECK(sleeper.woken_at != 0);
  drop_port(sleeper.port);
}

void settle_late(void* argument) {
  gnumach::kernel_thread_switch(gnumach::null_name, gnumach::wait_option, gnumach::tick_milliseconds);
  *static_cast<bool*>(argument) = gnumach::settle();
}

// Who polls has been idle for longer than who settles: it must not give up first.
void who_settles_is_waited_for() {
  static bool settled;
  settled = false;
  bool gave_up = false;
  CHECK(gnumach::start_thread(1, settle_late, &settled));
  while (!settled && !gave_up) gave_up = !gnumach::wait_for_others();
  CHECK(settled);
}

constexpr int threads = 3;
constexpr int rounds = 2000;
seam::Mutex mutex;
int counter = 0;
std::atomic<int> ended{0};

void count(void*) {
  for (int round = 0; round < rounds; ++round) {
    const seam::Lock lock(mutex);
    const int seen = counter;
    if (round % 100 == 0) gnumach::kernel_switch(0);
    counter = seen + 1;
  }
  ended.fetch_add(1);
}

void a_mutex_excludes() {
  for (int thread = 0; thread < threads; ++thread) CHECK(gnumach::start_thread(1, count, nullptr));
  while (gnumach::wait_for_others()) {
  }
  CHECK(ended.load() == threads);
  CHECK(counter == threads * rounds);
  CHECK(!mutex.held());
}

seam::Once first;
std::atomic<int> times{0};

void begin_once(void*) {
  seam::once(
      first,
      [](void*) {
        gnumach::kernel_switch(0);
        times.fetch_add(1);
      },
      nullptr);
  CHECK(times.load() == 1);
}

void once_is_once_for_all_threads() {
  for (int thread = 0; thread < threads; ++thread) CHECK(gnumach::start_thread(1, begin_once, nullptr));
  begin_once(nullptr);
  while (gnumach::wait_for_others()) {
  }
  CHECK(times.load() == 1);
}

std::uintptr_t told_at_exit = 0;

void data_of_a_thread_is_told_at_its_end() {
  seam::set_at_exit(seam::ThreadKey::cf_private, [](std::uintptr_t word) { told_at_exit = word; });
  CHECK(gnumach::start_thread(
      1, [](void*) { seam::set_thread_data(seam::ThreadKey::cf_private, 42); }, nullptr));
  while (gnumach::wait_for_others()) {
  }
  CHECK(told_at_exit == 42);
  CHECK(seam::thread_data(seam::ThreadKey::cf_private) == 0);
  seam::set_at_exit(seam::ThreadKey::cf_private, nullptr);
}

void memory_is_zeroed_and_bounded() {
  auto* block = static_cast<unsigned char*>(gnumach::allocate_memory(100));
  CHECK(block != nullptr);
  std::memset(block, 0xff, 100);
  gnumach::free_memory(block);
  block = static_cast<unsigned char*>(gnumach::allocate_memory(100));
  for (int at = 0; at < 100; ++at) CHECK(block[at] == 0);
  gnumach::free_memory(block);
  CHECK(gnumach::allocate_memory(std::size_t{1} << 30) == nullptr);
  std::vector<void*> blocks;
  constexpr std::size_t large = std::size_t{3} << 20;
  while (void* memory = gnumach::allocate_memory(large)) {
    blocks.push_back(memory);
    if (blocks.size() > 100) break;
  }
  CHECK(!blocks.empty());
  CHECK(blocks.size() < 100);
  for (void* memory : blocks) gnumach::free_memory(memory);
  CHECK(gnumach::allocate_memory(large) != nullptr);
}

constexpr Case kCases[] = {
    {"names do not come back", names_do_not_come_back},
    {"what the kernel names is nobody's", what_the_kernel_names_is_nobodys},
    {"time jumps to a deadline and no further", time_jumps_to_a_deadline_and_no_further},
    {"deadlines come in their order", deadlines_come_in_their_order},
    {"settling stops the clock", settling_stops_the_clock},
    {"who settles is waited for", who_settles_is_waited_for},
    {"a mutex excludes", a_mutex_excludes},
    {"once is once for all threads", once_is_once_for_all_threads},
    {"data of a thread is told at its end", data_of_a_thread_is_told_at_its_end},
    {"memory is zeroed and bounded", memory_is_zeroed_and_bounded},
};

}  // namespace

std::span<const Case> machine_cases() {
  return kCases;
}

}  // namespace portunus::guest_test
