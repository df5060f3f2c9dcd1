// Threads as cooperative fibres on one OS thread, with a virtual clock.
//
// A thread is in one of five states: it runs; it is ready; it is blocked (in a wait queue, with a deadline or
// none); it polls (wait_for_others); it settles (settle). When the running one gives up the processor, the
// next is, in this order: a ready one; one that polls, if others have run since; one that settles; one whose
// deadline is the earliest, and the clock jumps to it; one that polls, which is told that nobody else can
// run. When there is none of these, the world is deadlocked.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "impl/mach/hosted/fiber.h"
#include "impl/mach/hosted/scheduler.h"

namespace portunus::hosted {

class FiberScheduler final : public Scheduler {
 public:
  struct Options {
    std::uint64_t schedule = 0;  // as in WorldOptions
    unsigned threads_max = 64;
    std::uint64_t settle_switches = 100'000;
    void (*thread_ends)(Thread& thread) =
        nullptr;  // called on each thread but main, after its entry returned
  };

  explicit FiberScheduler(const Options& options);
  ~FiberScheduler() override;

  void enter() override;
  void leave() override;
  bool block(WaitQueue& queue, Waiter& waiter, Time deadline) override;
  void wake(Waiter& waiter) override;
  Thread& current() override;
  Thread* start(Task& task, int number, ThreadEntry entry, void* argument) override;
  std::size_t live_threads() const override;
  Time now() const override { return clock_.now(); }
  Outcome run(Task& task, ThreadEntry entry, void* argument) override;
  bool settle() override;
  bool wait_for_others() override;

 private:
  struct FiberThread;

  FiberThread& self();
  void give_up_processor();
  FiberThread* choose();
  FiberThread& take_ready();
  FiberThread* pollable();
  void note_turn();
  bool advance_clock();
  void make_ready(FiberThread& thread);
  std::uint32_t draw(std::uint32_t count);
  void drop_ended();
  static void body(void* thread);

  const Options options_;
  std::uint64_t random_;
  VirtualClock clock_;
  Fiber host_;
  std::vector<std::unique_ptr<FiberThread>> threads_;  // in the order in which they began
  FiberThread* running_ = nullptr;
  FiberThread* ended_ = nullptr;  // to be freed once its stack is not in use any more
  bool inside_ = false;           // the monitor
  bool main_returned_ = false;
  List<Thread> ready_;
  List<Thread> polling_;
  List<Thread> settling_;
  std::uint64_t blocked_count_ = 0;  // waits so far, to order equal deadlines
  std::uint64_t switches_ = 0;
  std::uint64_t idle_polls_ = 0;   // turns of pollers since a ready thread ran, or any did more than poll
  std::uint64_t poll_turns_ = 0;   // turns of pollers since a ready thread ran
  std::uint64_t ready_turns_ = 0;  // turns of ready threads since a poller ran
};

}  // namespace portunus::hosted
