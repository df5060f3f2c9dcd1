#include "impl/mach/hosted/fiber_scheduler.h"

#include <algorithm>

#include "impl/mach/hosted/require.h"

namespace portunus::hosted {
namespace {

// Threads that only poll for one another would do so for ever, and no time would pass. After this many turns
// each in which none entered the kernel or was asked for, nothing comes of it any more; and after so many
// with such calls, they are all in a loop of calls.
constexpr std::uint64_t idle_turns_each = 16;
constexpr std::uint64_t poll_turns_each = 4096;
// Ready threads that keep each other busy must not keep a poller from looking.
constexpr std::uint64_t ready_turns_max = 256;
// At a kernel entry, one in so many gives the processor away (schedules other than 0).
constexpr std::uint32_t preemption_odds = 4;

}  // namespace

struct FiberScheduler::FiberThread : Thread {
  FiberThread(FiberScheduler& the_scheduler, Task& the_task, int the_number, bool is_main,
              ThreadEntry the_entry, void* the_argument)
      : Thread(the_task, the_number, is_main, the_entry, the_argument),
        scheduler(the_scheduler),
        fiber(body, this) {}

  FiberScheduler& scheduler;
  Waiter* waiter = nullptr;  // while it is blocked
  Time deadline = never;
  std::uint64_t wait_number = 0;
  std::uint64_t switches_at_settle = 0;
  bool answer = false;     // what settle and wait_for_others return
  Wake how = Wake::woken;  // what block returns
  bool held = false;
  bool terminated = false;
  bool others_ran = false;  // since it began to poll
  Fiber fiber;
};

// The first in the list that is not held; nullptr if there is none.
FiberScheduler::FiberThread* FiberScheduler::first_free(const List<Thread>& list) {
  for (Thread* thread = list.front(); thread != nullptr; thread = thread->next()) {
    auto& found = static_cast<FiberThread&>(*thread);
    if (!found.held) return &found;
  }
  return nullptr;
}

FiberScheduler::FiberScheduler(const Options& options) : options_(options), random_(options.schedule) {}

FiberScheduler::~FiberScheduler() = default;

void FiberScheduler::body(void* argument) {
  auto& thread = *static_cast<FiberThread*>(argument);
  FiberScheduler& scheduler = thread.scheduler;
  scheduler.drop_ended();
  const ThreadHooks& hooks = scheduler.options_.hooks;
  if (hooks.begins != nullptr) hooks.begins(hooks.context, thread);
  scheduler.return_to_client(thread);
  thread.entry(thread.argument);
  if (thread.main) scheduler.outcome_ = Outcome::returned;
  if (!thread.main && hooks.returned != nullptr) hooks.returned(hooks.context, thread);
  scheduler.end(thread);
}

// The calling thread has run for the last time.
void FiberScheduler::end(FiberThread& thread) {
  if (thread.main) {
    if (thread.terminated) outcome_ = Outcome::terminated;
    running_ = nullptr;
    thread.fiber.finish(host_);
  }
  if (options_.hooks.ended != nullptr) {
    inside_ = true;
    options_.hooks.ended(options_.hooks.context, thread);
    inside_ = false;
  }
  ended_ = &thread;
  idle_polls_ = 0;
  FiberThread* const next = choose();
  running_ = next;
  thread.fiber.finish(next == nullptr ? host_ : next->fiber);
}

Outcome FiberScheduler::run(Task& task, ThreadEntry entry, void* argument) {
  require(threads_.empty(), "a world runs once");
  threads_.push_back(std::make_unique<FiberThread>(*this, task, 0, true, entry, argument));
  running_ = threads_.front().get();
  host_.switch_to(running_->fiber);
  drop_ended();
  return outcome_;
}

Thread* FiberScheduler::start(Task& task, int number, ThreadEntry entry, void* argument, bool held) {
  if (threads_.size() >= options_.threads_max) return nullptr;
  threads_.push_back(std::make_unique<FiberThread>(*this, task, number, false, entry, argument));
  threads_.back()->held = held;
  make_ready(*threads_.back());
  return threads_.back().get();
}

std::vector<Thread*> FiberScheduler::threads() {
  std::vector<Thread*> living;
  for (const auto& thread : threads_) {
    if (thread.get() != ended_) living.push_back(thread.get());
  }
  return living;
}

std::size_t FiberScheduler::live_threads() const {
  return threads_.size() - (ended_ != nullptr ? 1 : 0) - (outcome_ != Outcome::deadlocked ? 1 : 0);
}

FiberScheduler::FiberThread& FiberScheduler::self() {
  require(running_ != nullptr, "a Mach call outside of World::run");
  return *running_;
}

Thread& FiberScheduler::current() {
  idle_polls_ = 0;
  return self();
}

void FiberScheduler::enter() {
  FiberThread& thread = self();
  require(!inside_, "a kernel entry inside the kernel");
  idle_polls_ = 0;
  if (options_.schedule != 0 && !ready_.empty() && draw(preemption_odds) == 0) {
    make_ready(thread);
    give_up_processor();
  }
  return_to_client(thread);
  inside_ = true;
}

void FiberScheduler::leave() {
  inside_ = false;
  return_to_client(self());
}

// Before the calling thread runs code of its own again: where it is to stop, it does.
void FiberScheduler::return_to_client(FiberThread& thread) {
  while (thread.held && !thread.terminated) {
    standing_.push_back(thread);
    give_up_processor();
  }
  if (thread.terminated) end(thread);
}

Wake FiberScheduler::block(WaitQueue& queue, Waiter& waiter, Time deadline) {
  require(inside_ && deadline > now(), "a wait outside the kernel, or for the past");
  FiberThread& thread = self();
  waiter.thread = &thread;
  queue.push_back(waiter);
  thread.waiter = &waiter;
  thread.deadline = deadline;
  thread.wait_number = ++blocked_count_;
  inside_ = false;
  give_up_processor();
  inside_ = true;
  return thread.how;
}

// Whoever waits is in the kernel and comes out of it by itself, held or not.
void FiberScheduler::end_wait(FiberThread& thread, Wake how) {
  thread.waiter->queue->remove(*thread.waiter);
  thread.waiter = nullptr;
  thread.how = how;
  ready_.push_back(thread);
}

void FiberScheduler::wake(Waiter& waiter) {
  end_wait(static_cast<FiberThread&>(*waiter.thread), Wake::woken);
}

void FiberScheduler::abort(Thread& thread) {
  auto& target = static_cast<FiberThread&>(thread);
  if (target.waiter != nullptr && target.waiter->interruptible) end_wait(target, Wake::aborted);
}

void FiberScheduler::hold(Thread& thread) {
  static_cast<FiberThread&>(thread).held = true;
}

void FiberScheduler::release(Thread& thread) {
  static_cast<FiberThread&>(thread).held = false;
  if (!standing_.contains(thread)) return;
  standing_.remove(thread);
  ready_.push_back(thread);
}

void FiberScheduler::terminate(Thread& thread) {
  auto& target = static_cast<FiberThread&>(thread);
  target.terminated = true;
  target.held = false;
  if (target.waiter != nullptr) end_wait(target, Wake::aborted);
  for (List<Thread>* const list : {&standing_, &polling_, &settling_}) {
    if (!list->contains(thread)) continue;
    list->remove(thread);
    ready_.push_back(thread);
  }
}

void FiberScheduler::set_alarm(Alarm& alarm, Time deadline) {
  alarm.deadline = deadline;
  alarms_.push_back(alarm);
}

void FiberScheduler::clear_alarm(Alarm& alarm) {
  alarms_.remove(alarm);
}

bool FiberScheduler::settle() {
  FiberThread& thread = self();
  thread.switches_at_settle = switches_;
  settling_.push_back(thread);
  give_up_processor();
  return_to_client(thread);
  return thread.answer;
}

bool FiberScheduler::wait_for_others() {
  FiberThread& thread = self();
  thread.others_ran = false;
  polling_.push_back(thread);
  give_up_processor();
  return_to_client(thread);
  return thread.answer;
}

void FiberScheduler::make_ready(FiberThread& thread) {
  (thread.held ? standing_ : ready_).push_back(thread);
}

// Comes back when the calling thread has been chosen again.
void FiberScheduler::give_up_processor() {
  FiberThread& thread = self();
  FiberThread* const next = choose();
  if (next == &thread) return;
  ++switches_;
  running_ = next;
  thread.fiber.switch_to(next == nullptr ? host_ : next->fiber);
  drop_ended();
}

// Takes the thread that runs next out of its state; nullptr when there is none.
FiberScheduler::FiberThread* FiberScheduler::choose() {
  FiberThread* next = exhausted_settler();
  if (next != nullptr) {
    settling_.remove(*next);
    next->answer = false;
    note_turn();
    return next;
  }
  next = pollable();
  FiberThread* const settler = first_free(settling_);
  if (!ready_.empty() && (next == nullptr || ready_turns_ < ready_turns_max)) {
    next = &take_ready();
  } else if (next != nullptr) {
    polling_.remove(*next);
    next->answer = true;
    ++idle_polls_, ++poll_turns_, ready_turns_ = 0;
  } else if (settler != nullptr) {
    next = settler;
    settling_.remove(*next);
    next->answer = true;
  } else if (advance_clock()) {
    next = &take_ready();
  } else if (FiberThread* const poller = first_free(polling_)) {
    next = poller;
    polling_.remove(*next);
    next->answer = false;
  } else {
    return nullptr;
  }
  note_turn();
  return next;
}

// One that settles, and has seen too many others run; nullptr if there is none.
FiberScheduler::FiberThread* FiberScheduler::exhausted_settler() {
  FiberThread* const settler = first_free(settling_);
  const bool exhausted =
      settler != nullptr && switches_ - settler->switches_at_settle > options_.settle_switches;
  return exhausted ? settler : nullptr;
}

// Somebody is about to run, and those who poll are about to be worth asking again.
void FiberScheduler::note_turn() {
  for (Thread* thread = polling_.front(); thread != nullptr; thread = thread->next()) {
    static_cast<FiberThread*>(thread)->others_ran = true;
  }
}

FiberScheduler::FiberThread& FiberScheduler::take_ready() {
  Thread& thread = options_.schedule == 0 ? *ready_.front() : ready_.at(draw(ready_.size()));
  ready_.remove(thread);
  idle_polls_ = poll_turns_ = 0;
  ++ready_turns_;
  return static_cast<FiberThread&>(thread);
}

// The first poller that may find something new; nullptr if there is none.
FiberScheduler::FiberThread* FiberScheduler::pollable() {
  if (idle_polls_ >= idle_turns_each * polling_.size() || poll_turns_ >= poll_turns_each * polling_.size()) {
    return nullptr;
  }
  for (Thread* thread = polling_.front(); thread != nullptr; thread = thread->next()) {
    auto& poller = static_cast<FiberThread&>(*thread);
    if (poller.others_ran && !poller.held) return &poller;
  }
  return nullptr;
}

// Jumps to the earliest deadlines until one makes a thread ready; false if nobody waits for time any more.
bool FiberScheduler::advance_clock() {
  while (ready_.empty()) {
    const Time earliest = earliest_deadline();
    if (earliest == never) return false;
    clock_.advance_to(earliest);
    end_waits_until(earliest);
  }
  return true;
}

Time FiberScheduler::earliest_deadline() const {
  Time earliest = never;
  for (const auto& thread : threads_) {
    if (thread->waiter != nullptr) earliest = std::min(earliest, thread->deadline);
  }
  for (const Alarm* alarm = alarms_.front(); alarm != nullptr; alarm = alarm->next()) {
    earliest = std::min(earliest, alarm->deadline);
  }
  return earliest;
}

// Alarms first: what they bring is there for who gives up waiting for it at the same moment.
void FiberScheduler::end_waits_until(Time time) {
  std::vector<Alarm*> ringing;
  for (Alarm* alarm = alarms_.front(); alarm != nullptr; alarm = alarm->next()) {
    if (alarm->deadline <= time) ringing.push_back(alarm);
  }
  for (Alarm* alarm : ringing) {
    alarms_.remove(*alarm);
    alarm->ring(*alarm);
  }
  std::vector<FiberThread*> due;
  for (const auto& thread : threads_) {
    if (thread->waiter != nullptr && thread->deadline <= time) due.push_back(thread.get());
  }
  std::sort(due.begin(), due.end(),
            [](const FiberThread* a, const FiberThread* b) { return a->wait_number < b->wait_number; });
  for (FiberThread* thread : due) end_wait(*thread, Wake::timed_out);
}

// splitmix64: the same choices on every platform.
std::uint32_t FiberScheduler::draw(std::uint32_t count) {
  std::uint64_t mixed = random_ += 0x9e3779b97f4a7c15;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
  return static_cast<std::uint32_t>((mixed ^ mixed >> 31) % count);
}

void FiberScheduler::drop_ended() {
  if (ended_ == nullptr) return;
  std::erase_if(threads_, [this](const auto& thread) { return thread.get() == ended_; });
  ended_ = nullptr;
}

}  // namespace portunus::hosted
