// Threads as cooperative fibres on one OS thread, with a virtual clock.
//
// A thread is in one of six states: it runs; it is ready; it is blocked (in a wait queue, with a deadline or
// none); it polls (wait_for_others); it settles (settle); it stands still (it would be ready, and is held).
// When the running one gives up the processor, the next is, in this order: a ready one; one that polls, if
// others have run since; one that settles; one whose deadline, or who is woken by the alarm whose deadline,
// is the earliest, and the clock jumps to it; one that polls, which is told that nobody else can run. When
// there is none of these, the world is deadlocked. Who is held is not chosen.
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
    ThreadHooks hooks = {};
  };

  explicit FiberScheduler(const Options& options);
  ~FiberScheduler() override;

  void enter() override;
  void leave() override;
  // Nobody else runs anyway.
  void freeze() override {}
  void thaw() override {}
  Wake block(WaitQueue& queue, Waiter& waiter, Time deadline) override;
  void wake(Waiter& waiter) override;
  void abort(Thread& thread) override;
  void hold(Thread& thread) override;
  void release(Thread& thread) override;
  void terminate(Thread& thread) override;
  void set_alarm(Alarm& alarm, Time deadline) override;
  void clear_alarm(Alarm& alarm) override;
  Thread& current() override;
  Thread* start(Task& task, int number, ThreadEntry entry, void* argument, bool held) override;
  std::vector<Thread*> threads() override;
  std::size_t live_threads() const override;
  Time now() const override { return clock_.now(); }
  Outcome run(Task& task, ThreadEntry entry, void* argument) override;
  bool settle() override;
  bool wait_for_others() override;

 private:
  struct FiberThread;

  FiberThread& self();
  void give_up_processor();
  void return_to_client(FiberThread& thread);
  FiberThread* choose();
  FiberThread* exhausted_settler();
  static FiberThread* first_free(const List<Thread>& list);
  FiberThread& take_ready();
  FiberThread* pollable();
  void note_turn();
  bool advance_clock();
  Time earliest_deadline() const;
  void end_waits_until(Time time);
  void end_wait(FiberThread& thread, Wake how);
  void make_ready(FiberThread& thread);
  [[noreturn]] void end(FiberThread& thread);
  std::uint32_t draw(std::uint32_t count);
  void drop_ended();
  static void body(void* thread);

  const Options options_;
  std::uint64_t random_;
  VirtualClock clock_;
  Fiber host_;
  std::vector<std::unique_ptr<FiberThread>> threads_;  // in the order in which they began
  FiberThread* running_ = nullptr;
  FiberThread* ended_ = nullptr;           // to be freed once its stack is not in use any more
  bool inside_ = false;                    // the monitor
  Outcome outcome_ = Outcome::deadlocked;  // until main says otherwise
  List<Thread> ready_;
  List<Thread> standing_;
  List<Alarm> alarms_;
  List<Thread> polling_;
  List<Thread> settling_;
  std::uint64_t blocked_count_ = 0;  // waits so far, to order equal deadlines
  std::uint64_t switches_ = 0;
  std::uint64_t idle_polls_ = 0;   // turns of pollers since a ready thread ran, or any did more than poll
  std::uint64_t poll_turns_ = 0;   // turns of pollers since a ready thread ran
  std::uint64_t ready_turns_ = 0;  // turns of ready threads since a poller ran
};

}  // namespace portunus::hosted
