// Threads as threads of the operating system, in real time: nothing is deterministic, and the kernel's
// monitor is a real lock, so that the sanitizers see what real threads would do. It keeps the kernel's order:
// whoever the kernel wakes has got what it was woken for, however late it runs.
//
// A thread runs or is paused: blocked in a wait queue, settling, polling (wait_for_others), or standing still
// because it is held. When the last one that runs pauses, and no deadline or alarm is to come, the first that
// settles goes on; else the first that polls, which is told that nobody else can run; else the world is
// deadlocked.
//
// At the end of a world every other thread must come to a call, or be in one: it stops there, and its stack
// is not unwound.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "impl/mach/hosted/scheduler.h"

namespace portunus::hosted {

class ThreadScheduler final : public Scheduler {
 public:
  struct Options {
    unsigned threads_max = 64;
    Time settle_time = 10'000'000'000;  // after which settle gives up
    ThreadHooks hooks = {};
  };

  explicit ThreadScheduler(const Options& options);
  ~ThreadScheduler() override;

  void enter() override;
  void leave() override;
  void freeze() override { mutex_.lock(); }
  void thaw() override { mutex_.unlock(); }  // a look resumes nobody
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
  std::size_t live_threads() const override { return living_; }
  Time now() const override;
  Outcome run(Task& task, ThreadEntry entry, void* argument) override;
  bool settle() override;
  bool wait_for_others() override;

 private:
  struct OsThread;
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t rings_max = 4;  // more at once are woken under the lock

  // All but body require the lock. Those that do not return leave it.
  static void body(OsThread& thread);
  OsThread& add(Task& task, int number, bool main, ThreadEntry entry, void* argument, bool held);
  bool pause(OsThread& thread, Time deadline);
  void resume(OsThread& thread);
  void ring_all();
  void unlock();
  void end_wait(OsThread& thread, Wake how);
  void stay_while_held(OsThread& thread);
  void note_call(OsThread& thread);
  void note_pause();
  bool time_is_to_come() const;
  void finish(OsThread& thread);
  [[noreturn]] void abandon(OsThread& thread);
  void end_world(Outcome outcome);
  void run_clock();
  void ring_due_alarms();
  Time earliest_alarm() const;
  Clock::time_point time_point(Time time) const;

  const Options options_;
  const Clock::time_point begin_ = Clock::now();
  std::mutex mutex_;                      // the monitor
  std::condition_variable over_changed_;  // for run
  std::condition_variable alarms_changed_;
  std::vector<std::unique_ptr<OsThread>> threads_;  // ended ones too, in the order in which they began
  std::thread clock_;                               // begun with the first alarm
  List<Alarm> alarms_;
  List<Thread> settling_;
  List<Thread> polling_;
  std::array<OsThread*, rings_max> to_ring_ = {};  // resumed, and not woken yet
  std::size_t to_ring_count_ = 0;
  std::size_t living_ = 0;
  std::size_t running_ = 0;  // living, and not paused
  std::uint64_t calls_ = 0;  // of all threads
  Outcome outcome_ = Outcome::deadlocked;
  bool over_ = false;  // and all threads are to stop
};

}  // namespace portunus::hosted
