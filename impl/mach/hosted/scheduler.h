// What the kernel needs of threads. The fibre scheduler is one implementation; one on OS threads, for which
// enter() takes a real lock and block() a real wait, fits behind the same calls.
#pragma once

#include <cstddef>
#include <cstdint>

#include "impl/mach/hosted/clock.h"
#include "impl/mach/hosted/thread.h"
#include "impl/mach/hosted/wait_queue.h"
#include "impl/mach/hosted/world.h"

namespace portunus::hosted {

class Scheduler {
 public:
  virtual ~Scheduler() = default;

  // The kernel is a monitor: its tables are touched between enter() and leave() only. enter() may let other
  // threads run first. Not recursive.
  virtual void enter() = 0;
  virtual void leave() = 0;

  // Requires: inside the monitor, and a deadline still to come. Puts the calling thread into `queue` and
  // leaves the monitor until wake(waiter) or the deadline; then the waiter is in no queue. True if it was
  // woken.
  virtual bool block(WaitQueue& queue, Waiter& waiter, Time deadline) = 0;
  // Requires: inside the monitor, and the waiter waits. Takes it out of its queue and makes its thread ready.
  virtual void wake(Waiter& waiter) = 0;

  virtual Thread& current() = 0;
  // nullptr when there are too many threads already.
  virtual Thread* start(Task& task, int number, ThreadEntry entry, void* argument) = 0;
  virtual std::size_t live_threads() const = 0;
  virtual Time now() const = 0;

  // As World's functions of the same names.
  virtual Outcome run(Task& task, ThreadEntry entry, void* argument) = 0;
  virtual bool settle() = 0;
  virtual bool wait_for_others() = 0;
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
