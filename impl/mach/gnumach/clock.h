// The task's clock. It stands still while a thread of the task can run, and jumps to the earliest deadline
// when all are blocked, as the hosted kernel's does: so the time that instructions take under emulation is
// nothing to a script, and a wait of an hour is over at once.
//
// A wait with a deadline is a wait in the kernel for one tick, again and again; between two of them the
// waiter looks whether the task is idle.
#pragma once

#include <atomic>
#include <cstdint>

#include "impl/mach/gnumach/thread.h"

namespace portunus::gnumach {

using Time = std::uint64_t;  // nanoseconds
inline constexpr Time nanoseconds_in_millisecond = 1'000'000;

// The kernel's clock ticks every 10 ms (facts gnumach 4).
inline constexpr std::uint32_t tick_milliseconds = 10;

// What is said of the whole task, to its own threads and to the one who watches it: the object stands on a
// page of its own, which both can see.
struct alignas(4096) TaskStatus {
  std::atomic<std::uint32_t> activity{0};               // grows with everything that a thread does
  std::atomic<std::uint32_t> timed_waits{0};            // threads that wait for a deadline
  std::atomic<std::uint32_t> polls{0};                  // threads in wait_for_others() or settle()
  std::atomic<std::uint32_t> settling{0};               // those in settle(): time stands still
  std::atomic<std::int32_t> numbers[threads_max] = {};  // of the threads, by their slots (thread.h)
};
extern constinit TaskStatus task_status;

Time now();

// A wait that ends at `deadline`, in the clock's time. The calling thread waits for nothing else meanwhile.
class TimedWait {
 public:
  explicit TimedWait(Time deadline);
  ~TimedWait();
  TimedWait(const TimedWait&) = delete;
  TimedWait& operator=(const TimedWait&) = delete;

  // To be called after each tick spent in the kernel. True once the deadline has come; lets the clock jump
  // where the task is idle.
  bool passed();

 private:
  std::atomic<Time>& place_;
  const Time deadline_;
};

// Notes that the calling thread does something that others may see.
void note_activity();

// Lets the others run once, for a tick at most; false when no other thread can run any more, and none waits
// for a deadline.
bool wait_for_others();
// Lets the others run until each is blocked, without the clock's advancing; false when that takes too long.
bool settle();

}  // namespace portunus::gnumach
