// What the kernel needs of threads: a monitor, waits, time. FiberScheduler runs them on one OS thread, in
// virtual time; ThreadScheduler on one OS thread each, in real time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "impl/mach/hosted/alarm.h"
#include "impl/mach/hosted/clock.h"
#include "impl/mach/hosted/thread.h"
#include "impl/mach/hosted/wait_queue.h"
#include "impl/mach/hosted/world.h"

namespace portunus::hosted {

// How a wait has come to its end.
enum class Wake : std::uint8_t { woken, timed_out, aborted };

// What a scheduler tells its world of threads.
struct ThreadHooks {
  void (*begins)(void* context, Thread& thread) = nullptr;    // on the thread, before its entry
  void (*returned)(void* context, Thread& thread) = nullptr;  // on each but main, after its entry returned
  void (*ended)(void* context, Thread& thread) = nullptr;     // inside the monitor: it will never run again
  void* context = nullptr;
};

class Scheduler {
 public:
  virtual ~Scheduler() = default;

  // The kernel is a monitor: its tables are touched between enter() and leave() only. enter() may let other
  // threads run first. Not recursive. A thread that is held stays in leave(), or in enter(), until it is
  // released; one that is terminated never comes back from them.
  virtual void enter() = 0;
  virtual void leave() = 0;

  // Keep everybody out of the monitor for a look at the kernel's tables from outside, on any thread.
  virtual void freeze() = 0;
  virtual void thaw() = 0;

  // Requires: inside the monitor, and a deadline still to come. Puts the calling thread into `queue` and
  // leaves the monitor until wake(waiter), abort or the deadline; then the waiter is in no queue.
  virtual Wake block(WaitQueue& queue, Waiter& waiter, Time deadline) = 0;
  // Requires: inside the monitor, and the waiter waits. Takes it out of its queue and makes its thread ready.
  virtual void wake(Waiter& waiter) = 0;

  // These too require that the caller is inside the monitor.
  // Ends the thread's wait, if it is in one that can be interrupted.
  virtual void abort(Thread& thread) = 0;
  // The thread runs no code of its own until it is released. A call that it is in goes on to its end. One
  // that runs on another processor stops at its next call.
  virtual void hold(Thread& thread) = 0;
  virtual void release(Thread& thread) = 0;
  // The same for ever, and its wait ends. Its stack is not unwound.
  virtual void terminate(Thread& thread) = 0;

  // Requires: not set, and a deadline still to come.
  virtual void set_alarm(Alarm& alarm, Time deadline) = 0;
  // Requires: set.
  virtual void clear_alarm(Alarm& alarm) = 0;

  virtual Thread& current() = 0;
  // Begins held if `held`. nullptr when there are too many threads already.
  virtual Thread* start(Task& task, int number, ThreadEntry entry, void* argument, bool held) = 0;
  // Those that have not ended, in the order in which they began.
  virtual std::vector<Thread*> threads() = 0;
  virtual std::size_t live_threads() const = 0;
  virtual Time now() const = 0;

  // As World's functions of the same names.
  virtual Outcome run(Task& task, ThreadEntry entry, void* argument) = 0;
  virtual bool settle() = 0;
  virtual bool wait_for_others() = 0;
};

// A look at the tables from outside of a call.
class Look {
 public:
  explicit Look(Scheduler& scheduler) : scheduler_(scheduler) { scheduler_.freeze(); }
  ~Look() { scheduler_.thaw(); }
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;

 private:
  Scheduler& scheduler_;
};

// The calling thread's stay in the monitor.
class KernelEntry {
 public:
  explicit KernelEntry(Scheduler& scheduler) : scheduler_(scheduler) { scheduler_.enter(); }
  ~KernelEntry() { scheduler_.leave(); }
  KernelEntry(const KernelEntry&) = delete;
  KernelEntry& operator=(const KernelEntry&) = delete;

 private:
  Scheduler& scheduler_;
};

}  // namespace portunus::hosted
