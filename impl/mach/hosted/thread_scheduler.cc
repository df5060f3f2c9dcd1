#include "impl/mach/hosted/thread_scheduler.h"

#include <algorithm>
#include <chrono>
#include <csetjmp>
#include <optional>
#include <utility>

#include "impl/fault/fault.h"
#include "impl/mach/hosted/require.h"
#include "impl/mach/hosted/wakeup.h"

namespace portunus::hosted {

struct ThreadScheduler::OsThread : Thread {
  OsThread(ThreadScheduler& the_scheduler, Task& the_task, int the_number, bool is_main,
           ThreadEntry the_entry, void* the_argument)
      : Thread(the_task, the_number, is_main, the_entry, the_argument), scheduler(the_scheduler) {}

  ThreadScheduler& scheduler;
  std::thread os;
  Wakeup wakeup;
  std::jmp_buf end;  // where a thread goes that stops in the midst of a call
  Waiter* waiter = nullptr;
  Time deadline = never;
  std::uint64_t calls = 0;        // its share of calls_
  std::uint64_t others_seen = 0;  // calls of the others when it last polled
  Wake how = Wake::woken;
  bool answer = false;
  bool paused = false;
  bool held = false;
  bool terminated = false;
  bool ended = false;
};

namespace {

thread_local Thread* current_thread = nullptr;

Thread* first_not_held(const List<Thread>& list, bool (*is_held)(const Thread&)) {
  Thread* thread = list.front();
  while (thread != nullptr && is_held(*thread)) thread = thread->next();
  return thread;
}

}  // namespace

ThreadScheduler::ThreadScheduler(const Options& options) : options_(options) {}

ThreadScheduler::~ThreadScheduler() = default;

Time ThreadScheduler::now() const {
  const auto passed = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begin_);
  return clock_begin + static_cast<Time>(passed.count());
}

ThreadScheduler::Clock::time_point ThreadScheduler::time_point(Time time) const {
  constexpr Time most = Time{1} << 62;  // a wait of a century is for ever
  return begin_ + std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(time - clock_begin, most)));
}

Thread& ThreadScheduler::current() {
  require(current_thread != nullptr, "a Mach call outside of World::run");
  return *current_thread;
}

// ---- The monitor ------------------------------------------------------------------------------------------

void ThreadScheduler::enter() {
  auto& thread = static_cast<OsThread&>(current());
  if (fault::is(fault::Id::kernel_unlocked)) return;
  mutex_.lock();
  stay_while_held(thread);
  note_call(thread);
}

void ThreadScheduler::leave() {
  if (fault::is(fault::Id::kernel_unlocked)) return;
  stay_while_held(static_cast<OsThread&>(current()));
  unlock();
}

Wake ThreadScheduler::block(WaitQueue& queue, Waiter& waiter, Time deadline) {
  auto& thread = static_cast<OsThread&>(current());
  waiter.thread = &thread;
  queue.push_back(waiter);
  thread.waiter = &waiter;
  thread.deadline = deadline;
  if (pause(thread, deadline)) return thread.how;
  waiter.queue->remove(waiter);
  thread.waiter = nullptr;
  return Wake::timed_out;
}

void ThreadScheduler::wake(Waiter& waiter) {
  end_wait(static_cast<OsThread&>(*waiter.thread), Wake::woken);
}

void ThreadScheduler::end_wait(OsThread& thread, Wake how) {
  thread.waiter->queue->remove(*thread.waiter);
  thread.waiter = nullptr;
  thread.how = how;
  resume(thread);
}

void ThreadScheduler::abort(Thread& thread) {
  auto& target = static_cast<OsThread&>(thread);
  if (target.waiter != nullptr && target.waiter->interruptible) end_wait(target, Wake::aborted);
}

void ThreadScheduler::hold(Thread& thread) {
  static_cast<OsThread&>(thread).held = true;
}

void ThreadScheduler::release(Thread& thread) {
  auto& target = static_cast<OsThread&>(thread);
  target.held = false;
  const bool stands =
      target.paused && target.waiter == nullptr && !settling_.contains(thread) && !polling_.contains(thread);
  if (stands) resume(target);
}

void ThreadScheduler::terminate(Thread& thread) {
  auto& target = static_cast<OsThread&>(thread);
  target.terminated = true;
  target.held = false;
  if (target.waiter != nullptr) {
    end_wait(target, Wake::aborted);
  } else if (target.paused) {
    resume(target);
  }
}

// Waits until somebody resumes the thread: true; or until the deadline.
bool ThreadScheduler::pause(OsThread& thread, Time deadline) {
  thread.paused = true;
  --running_;
  note_pause();
  const auto until = deadline == never ? std::nullopt : std::optional(time_point(deadline));
  bool in_time = true;
  while (thread.paused && in_time) {
    const std::uint32_t seen = thread.wakeup.told();
    unlock();
    in_time = thread.wakeup.wait(seen, until);
    mutex_.lock();
  }
  const bool resumed = !thread.paused;
  if (!resumed) resume(thread);
  if (over_) abandon(thread);
  return resumed;
}

void ThreadScheduler::resume(OsThread& thread) {
  if (!thread.paused) return;
  thread.paused = false;
  ++running_;
  for (List<Thread>* const list : {&settling_, &polling_}) {
    if (list->contains(thread)) list->remove(thread);
  }
  thread.wakeup.tell();
  if (to_ring_count_ == to_ring_.size()) ring_all();
  to_ring_[to_ring_count_++] = &thread;
}

void ThreadScheduler::ring_all() {
  for (std::size_t index = 0; index < to_ring_count_; ++index) to_ring_[index]->wakeup.ring();
  to_ring_count_ = 0;
}

// Lets go of the lock, and then wakes who has been resumed meanwhile. Those threads' memory lasts as long as
// the scheduler, and the caller is one of the threads that it waits for.
void ThreadScheduler::unlock() {
  const std::array<OsThread*, rings_max> threads = to_ring_;
  const std::size_t count = std::exchange(to_ring_count_, 0);
  mutex_.unlock();
  for (std::size_t index = 0; index < count; ++index) threads[index]->wakeup.ring();
}

void ThreadScheduler::stay_while_held(OsThread& thread) {
  while (thread.held && !thread.terminated && !over_) pause(thread, never);
  if (thread.terminated || over_) abandon(thread);
}

// Those who poll have something new to look at.
void ThreadScheduler::note_call(OsThread& thread) {
  ++calls_;
  ++thread.calls;
  Thread* next = nullptr;
  for (Thread* poller = polling_.front(); poller != nullptr; poller = next) {
    next = poller->next();
    auto& found = static_cast<OsThread&>(*poller);
    found.answer = true;
    if (!found.held) resume(found);
  }
}

// A thread does not run any more: perhaps it was the last.
void ThreadScheduler::note_pause() {
  if (running_ != 0 || over_) return;
  const auto is_held = [](const Thread& thread) { return static_cast<const OsThread&>(thread).held; };
  if (Thread* const settler = first_not_held(settling_, is_held)) {
    static_cast<OsThread*>(settler)->answer = true;
    resume(static_cast<OsThread&>(*settler));
  } else if (time_is_to_come()) {
    return;
  } else if (Thread* const poller = first_not_held(polling_, is_held)) {
    static_cast<OsThread*>(poller)->answer = false;
    resume(static_cast<OsThread&>(*poller));
  } else {
    end_world(Outcome::deadlocked);
  }
}

bool ThreadScheduler::time_is_to_come() const {
  return !alarms_.empty() || std::any_of(threads_.begin(), threads_.end(), [](const auto& thread) {
    return thread->waiter != nullptr && thread->deadline != never;
  });
}

// ---- Threads ----------------------------------------------------------------------------------------------

ThreadScheduler::OsThread& ThreadScheduler::add(Task& task, int number, bool main, ThreadEntry entry,
                                                void* argument, bool held) {
  threads_.push_back(std::make_unique<OsThread>(*this, task, number, main, entry, argument));
  OsThread& thread = *threads_.back();
  thread.held = held;
  ++living_;
  ++running_;
  thread.os = std::thread([&thread] { body(thread); });
  return thread;
}

Thread* ThreadScheduler::start(Task& task, int number, ThreadEntry entry, void* argument, bool held) {
  return living_ < options_.threads_max ? &add(task, number, false, entry, argument, held) : nullptr;
}

void ThreadScheduler::body(OsThread& thread) {
  ThreadScheduler& scheduler = thread.scheduler;
  const ThreadHooks& hooks = scheduler.options_.hooks;
  current_thread = &thread;
  if (hooks.begins != nullptr) hooks.begins(hooks.context, thread);
  if (setjmp(thread.end) != 0) return;
  scheduler.mutex_.lock();
  scheduler.stay_while_held(thread);
  scheduler.unlock();
  thread.entry(thread.argument);
  if (!thread.main && hooks.returned != nullptr) hooks.returned(hooks.context, thread);
  scheduler.mutex_.lock();
  if (thread.main) scheduler.end_world(Outcome::returned);
  scheduler.finish(thread);
  scheduler.unlock();
}

// The thread has run for the last time.
void ThreadScheduler::finish(OsThread& thread) {
  const ThreadHooks& hooks = options_.hooks;
  if (thread.main) end_world(Outcome::terminated);
  if (!over_ && hooks.ended != nullptr) hooks.ended(hooks.context, thread);
  thread.ended = true;
  --living_;
  --running_;
  note_call(thread);
  note_pause();
}

void ThreadScheduler::abandon(OsThread& thread) {
  finish(thread);
  unlock();
  std::longjmp(thread.end, 1);
}

std::vector<Thread*> ThreadScheduler::threads() {
  std::vector<Thread*> living;
  for (const auto& thread : threads_) {
    if (!thread->ended) living.push_back(thread.get());
  }
  return living;
}

// ---- The world --------------------------------------------------------------------------------------------

// The first outcome counts. All threads stop where they are, or at their next call.
void ThreadScheduler::end_world(Outcome outcome) {
  if (over_) return;
  over_ = true;
  outcome_ = outcome;
  for (const auto& thread : threads_) resume(*thread);
  over_changed_.notify_all();
  alarms_changed_.notify_all();
}

Outcome ThreadScheduler::run(Task& task, ThreadEntry entry, void* argument) {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    require(threads_.empty(), "a world runs once");
    add(task, 0, true, entry, argument, false);
    over_changed_.wait(lock, [this] { return over_; });
  }
  // Nobody adds a thread any more.
  for (const auto& thread : threads_) thread->os.join();
  if (clock_.joinable()) clock_.join();
  return outcome_;
}

bool ThreadScheduler::settle() {
  auto& thread = static_cast<OsThread&>(current());
  mutex_.lock();
  stay_while_held(thread);
  settling_.push_back(thread);
  const bool settled = pause(thread, now() + options_.settle_time) && thread.answer;
  stay_while_held(thread);
  unlock();
  return settled;
}

bool ThreadScheduler::wait_for_others() {
  auto& thread = static_cast<OsThread&>(current());
  mutex_.lock();
  stay_while_held(thread);
  thread.answer = true;
  if (calls_ - thread.calls == thread.others_seen) {
    polling_.push_back(thread);
    pause(thread, never);
  }
  thread.others_seen = calls_ - thread.calls;
  stay_while_held(thread);
  unlock();
  return thread.answer;
}

// ---- Alarms -----------------------------------------------------------------------------------------------

void ThreadScheduler::set_alarm(Alarm& alarm, Time deadline) {
  alarm.deadline = deadline;
  alarms_.push_back(alarm);
  if (!clock_.joinable()) clock_ = std::thread([this] { run_clock(); });
  alarms_changed_.notify_one();
}

void ThreadScheduler::clear_alarm(Alarm& alarm) {
  alarms_.remove(alarm);
}

Time ThreadScheduler::earliest_alarm() const {
  Time earliest = never;
  for (const Alarm* alarm = alarms_.front(); alarm != nullptr; alarm = alarm->next()) {
    earliest = std::min(earliest, alarm->deadline);
  }
  return earliest;
}

void ThreadScheduler::run_clock() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!over_) {
    const Time earliest = earliest_alarm();
    if (earliest == never) {
      alarms_changed_.wait(lock);
    } else if (earliest > now()) {
      alarms_changed_.wait_until(lock, time_point(earliest));
    } else {
      ring_due_alarms();
    }
  }
}

void ThreadScheduler::ring_due_alarms() {
  const Time time = now();
  Alarm* next = nullptr;
  for (Alarm* alarm = alarms_.front(); alarm != nullptr; alarm = next) {
    next = alarm->next();
    if (alarm->deadline > time) continue;
    alarms_.remove(*alarm);
    alarm->ring(*alarm);
  }
  note_pause();
  ring_all();
}

}  // namespace portunus::hosted
