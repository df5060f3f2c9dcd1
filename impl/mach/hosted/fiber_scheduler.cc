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
  bool answer = false;      // what the call that gave up the processor returns
  bool others_ran = false;  // since it began to poll
  Fiber fiber;
};

FiberScheduler::FiberScheduler(const Options& options) : options_(options), random_(options.schedule) {}

FiberScheduler::~FiberScheduler() = default;

void FiberScheduler::body(void* argument) {
  auto& thread = *static_cast<FiberThread*>(argument);
  FiberScheduler& scheduler = thread.scheduler;
  scheduler.drop_ended();
  thread.entry(thread.argument);
  if (thread.main) {
    scheduler.main_returned_ = true;
    scheduler.running_ = nullptr;
    thread.fiber.finish(scheduler.host_);
  }
  if (scheduler.options_.thread_ends != nullptr) scheduler.options_.thread_ends(thread);
  scheduler.ended_ = &thread;
  scheduler.idle_polls_ = 0;
  FiberThread* const next = scheduler.choose();
  scheduler.running_ = next;
  thread.fiber.finish(next == nullptr ? scheduler.host_ : next->fiber);
}

Outcome FiberScheduler::run(Task& task, ThreadEntry entry, void* argument) {
  require(threads_.empty(), "a world runs once");
  threads_.push_back(std::make_unique<FiberThread>(*this, task, 0, true, entry, argument));
  running_ = threads_.front().get();
  host_.switch_to(running_->fiber);
  drop_ended();
  return main_returned_ ? Outcome::returned : Outcome::deadlocked;
}

Thread* FiberScheduler::start(Task& task, int number, ThreadEntry entry, void* argument) {
  if (threads_.size() >= options_.threads_max) return nullptr;
  threads_.push_back(std::make_unique<FiberThread>(*this, task, number, false, entry, argument));
  make_ready(*threads_.back());
  return threads_.back().get();
}

std::size_t FiberScheduler::live_threads() const {
  return threads_.size() - (ended_ != nullptr ? 1 : 0) - (main_returned_ ? 1 : 0);
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
  inside_ = true;
}

void FiberScheduler::leave() {
  inside_ = false;
}

bool FiberScheduler::block(WaitQueue& queue, Waiter& waiter, Time deadline) {
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
  return thread.answer;
}

void FiberScheduler::wake(Waiter& waiter) {
  auto& thread = static_cast<FiberThread&>(*waiter.thread);
  waiter.queue->remove(waiter);
  thread.waiter = nullptr;
  thread.answer = true;
  make_ready(thread);
}

bool FiberScheduler::settle() {
  FiberThread& thread = self();
  thread.switches_at_settle = switches_;
  settling_.push_back(thread);
  give_up_processor();
  return thread.answer;
}

bool FiberScheduler::wait_for_others() {
  FiberThread& thread = self();
  thread.others_ran = false;
  polling_.push_back(thread);
  give_up_processor();
  return thread.answer;
}

void FiberScheduler::make_ready(FiberThread& thread) {
  ready_.push_back(thread);
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
  if (!settling_.empty()) {
    auto& settler = static_cast<FiberThread&>(*settling_.front());
    if (switches_ - settler.switches_at_settle > options_.settle_switches) {
      settling_.remove(settler);
      settler.answer = false;
      note_turn();
      return &settler;
    }
  }
  FiberThread* next = pollable();
  if (!ready_.empty() && (next == nullptr || ready_turns_ < ready_turns_max)) {
    next = &take_ready();
  } else if (next != nullptr) {
    polling_.remove(*next);
    next->answer = true;
    ++idle_polls_, ++poll_turns_, ready_turns_ = 0;
  } else if (!settling_.empty()) {
    next = &static_cast<FiberThread&>(settling_.pop_front());
    next->answer = true;
  } else if (advance_clock()) {
    next = &take_ready();
  } else if (!polling_.empty()) {
    next = &static_cast<FiberThread&>(polling_.pop_front());
    next->answer = false;
  } else {
    return nullptr;
  }
  note_turn();
  return next;
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
    if (poller.others_ran) return &poller;
  }
  return nullptr;
}

// Jumps to the earliest deadline and makes ready who waits for it; false if nobody waits for time.
bool FiberScheduler::advance_clock() {
  Time earliest = never;
  for (const auto& thread : threads_) {
    if (thread->waiter != nullptr) earliest = std::min(earliest, thread->deadline);
  }
  if (earliest == never) return false;
  clock_.advance_to(earliest);
  std::vector<FiberThread*> due;
  for (const auto& thread : threads_) {
    if (thread->waiter != nullptr && thread->deadline == earliest) due.push_back(thread.get());
  }
  std::sort(due.begin(), due.end(),
            [](const FiberThread* a, const FiberThread* b) { return a->wait_number < b->wait_number; });
  for (FiberThread* thread : due) {
    thread->waiter->queue->remove(*thread->waiter);
    thread->waiter = nullptr;
    thread->answer = false;
    make_ready(*thread);
  }
  return true;
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
