#include "impl/cf/run.h"

#include <algorithm>

#include "impl/cf/clock.h"
#include "impl/cf/library.h"
#include "impl/cf/observer.h"
#include "impl/cf/run_loop_source.h"
#include "impl/cf/text.h"
#include "impl/cf/timer.h"

namespace portunus::cf {
namespace {

void log_source_gone(mach_port_t port) {
  if (!library().edition.source_gone_logged) return;
  Text text;
  text.add("CFRunLoop: a message came for port 0x").hex(port).add(", but its source is gone");
  text.log(LogLevel::error);
}

void log_common_modes_run() {
  Library& lib = library();
  if (!lib.edition.common_modes_run_logged || lib.common_modes_run_logged.exchange(true)) return;
  Text text;
  text.add("CFRunLoopRunInMode(): the common modes are no mode that a run loop can run in");
  text.log(LogLevel::error);
}

// The source that is to have a message for `port`, retained; null when there is none or it is invalid.
CFRunLoopSourceRef source_for(CFRunLoopRef loop, const Mode* mode, mach_port_t port) {
  const seam::Lock lock(loop->lock);
  const CFRunLoopSourceRef source = mode->fed_by(port);
  return source != nullptr && CFRunLoopSourceIsValid(source) ? retain(source) : nullptr;
}

// ---- What is to be called, retained, since it may leave the mode before its turn --------------------------

// Of version 0 and signalled, by their order.
Vector<CFRunLoopSourceRef> signalled_sources(CFRunLoopRef loop, const Mode* mode) {
  Vector<CFRunLoopSourceRef> sources;
  const seam::Lock lock(loop->lock);
  for (const CFRunLoopSourceRef source : mode->sources()) {
    if (source->context.version == 0 && source->signalled) sources.push_back(retain(source));
  }
  return sources;
}

// By their order.
Vector<CFRunLoopObserverRef> observers_of(CFRunLoopRef loop, const Mode* mode, CFRunLoopActivity activity) {
  Vector<CFRunLoopObserverRef> observers;
  const seam::Lock lock(loop->lock);
  for (Attendant* attendant : mode->attendants()) {
    const CFRunLoopObserverRef observer = as_observer(attendant);
    if (observer != nullptr && (observer->activities & activity) != 0) observers.push_back(retain(observer));
  }
  return observers;
}

struct DueTimer {
  std::uint64_t due;
  CFRunLoopTimerRef timer;
};

// Those whose time has come, by their dates.
Vector<DueTimer> due_timers(CFRunLoopRef loop, const Mode* mode) {
  const std::uint64_t now = clock_now();
  Vector<DueTimer> timers;
  const seam::Lock lock(loop->lock);
  for (Attendant* attendant : mode->attendants()) {
    const CFRunLoopTimerRef timer = as_timer(attendant);
    const std::uint64_t due = timer == nullptr ? never : timer_due(timer);
    if (due > now) continue;
    timers.insert_sorted(
        DueTimer{.due = due, .timer = retain(timer)},
        [](const DueTimer& first, const DueTimer& second) { return first.due < second.due; });
  }
  return timers;
}

// The mode to run, if there is anything to wait for in it.
Mode* runnable_mode(CFRunLoopRef loop, CFStringRef name) {
  const seam::Lock lock(loop->lock);
  Mode* mode = run_loop_find_mode(loop, name);
  return mode == nullptr || run_loop_mode_is_empty(loop, mode) ? nullptr : mode;
}

}  // namespace

Run::Run(CFRunLoopRef loop, Mode* mode, CFTimeInterval seconds)
    : loop_(loop), mode_(mode), deadline_(Deadline::after(seconds)) {
  const seam::Lock lock(loop->lock);
  outer_ = loop->run;
  loop->run = this;
}

// A wake-up that came too late for the outermost run is not left for the next one.
Run::~Run() {
  const seam::Lock lock(loop_->lock);
  loop_->run = outer_;
  if (outer_ != nullptr) return;
  loop_->wake_up.answer_if_rung();
  loop_->woken = false;
}

CFRunLoopRunResult Run::until_done(bool return_after_source_handled) {
  notify(kCFRunLoopEntry);
  CFRunLoopRunResult result = 0;
  while (result == 0) {
    const bool handled = pass(return_after_source_handled);
    if (handled && return_after_source_handled) {
      result = kCFRunLoopRunHandledSource;
    } else if (deadline_.passed()) {
      result = kCFRunLoopRunTimedOut;
    } else if (is_stopped()) {
      result = kCFRunLoopRunStopped;
    } else if (has_nothing_left()) {
      result = kCFRunLoopRunFinished;
    }
  }
  notify(kCFRunLoopExit);
  return result;
}

// The signalled sources, and then one service of something else. True when a source was handled.
bool Run::pass(bool one_source) {
  notify(kCFRunLoopBeforeTimers);
  notify(kCFRunLoopBeforeSources);
  const bool performed = perform_signalled(one_source);
  return serve_one(performed || deadline_.is_now()) || performed;
}

// All the sources that are signalled now, or the first of them only. True when there was one.
bool Run::perform_signalled(bool one_source) {
  bool performed = false;
  for (const CFRunLoopSourceRef source : signalled_sources(loop_, mode_)) {
    const bool has_turn = !(performed && one_source) && still_has(source);
    if (has_turn && perform_if_signalled(source)) performed = true;
    CFRelease(source);
  }
  return performed;
}

// The main queue, one message, or the timers that are due. Waits for one of them unless the pass `polls`.
// True when a source was handled, as which the main queue counts, and timers do not.
bool Run::serve_one(bool polls) {
  if (take_main_queue_first()) return true;
  if (!polls) notify(kCFRunLoopBeforeWaiting);
  Message message;
  const Arrival arrival = wait(message, polls);
  if (!polls) notify(kCFRunLoopAfterWaiting);
  timers_last_ = arrival == Arrival::timers;
  if (arrival == Arrival::timers) fire_timers();
  return arrival == Arrival::message && handle(message);
}

// After anything but the main queue itself, the main queue goes before the next message.
bool Run::take_main_queue_first() {
  const bool look = main_queue_first_;
  main_queue_first_ = true;
  if (!look) return false;
  {
    const seam::Lock lock(loop_->lock);
    if (!run_loop_serves_main_queue(loop_, mode_)) return false;
  }
  MainQueue& queue = library().main_queue;
  if (!queue.answer_if_rung()) return false;
  main_queue_first_ = false;
  queue.drain();
  return true;
}

// Timers that are due go before messages and messages before timers in turn, so that neither starves.
Run::Arrival Run::wait(Message& message, bool polls) {
  const Deadline deadline = polls ? Deadline::after(0) : deadline_;
  loop_->waiting = !polls;
  Arrival arrival;
  do {
    const std::uint64_t due = next_timer_due();
    const bool timers_first = due <= clock_now() && !timers_last_;
    arrival = timers_first ? Arrival::timers : receive(message, deadline, due);
  } while (arrival == Arrival::again);
  loop_->waiting = false;
  return arrival;
}

// One try, until the deadline or until a timer is due. A date that changes meanwhile is heard of by the
// wake-up port.
Run::Arrival Run::receive(Message& message, const Deadline& deadline, std::uint64_t due) {
  if (!message.receive(mode_->port_set(), deadline.or_at(due))) {
    if (next_timer_due() <= clock_now()) return Arrival::timers;
    return deadline.passed() ? Arrival::nothing : Arrival::again;
  }
  if (message.receiver() != loop_->wake_up.port()) return Arrival::message;
  loop_->wake_up.answered();
  return loop_->woken.exchange(false) ? Arrival::nothing : Arrival::again;
}

bool Run::handle(Message& message) {
  const mach_port_t port = message.receiver();
  MainQueue& queue = library().main_queue;
  if (loop_->is_main && port == queue.port()) {
    main_queue_first_ = false;
    queue.drain();
    return true;
  }
  return perform(message);
}

bool Run::perform(Message& message) {
  const CFRunLoopSourceRef source = source_for(loop_, mode_, message.receiver());
  if (source == nullptr) {
    log_source_gone(message.receiver());
    if (library().edition.undeliverable_destroyed) mach_msg_destroy(message.header());
    return false;
  }
  perform_source(source, message.header());
  CFRelease(source);
  return true;
}

void Run::fire_timers() {
  for (const DueTimer& due : due_timers(loop_, mode_)) {
    if (still_has(due.timer)) fire_timer(due.timer);
    CFRelease(due.timer);
  }
}

void Run::notify(CFRunLoopActivity activity) {
  for (const CFRunLoopObserverRef observer : observers_of(loop_, mode_, activity)) {
    if (still_has(observer)) call_observer(observer, activity);
    CFRelease(observer);
  }
}

// `never` when no timer of the mode will fire.
std::uint64_t Run::next_timer_due() const {
  std::uint64_t next = never;
  const seam::Lock lock(loop_->lock);
  for (Attendant* attendant : mode_->attendants()) {
    if (const CFRunLoopTimerRef timer = as_timer(attendant)) next = std::min(next, timer_due(timer));
  }
  return next;
}

bool Run::still_has(const Attendant* attendant) const {
  const seam::Lock lock(loop_->lock);
  return mode_->contains(attendant);
}

// The very source, and not one that equals it.
bool Run::still_has(CFRunLoopSourceRef source) const {
  const seam::Lock lock(loop_->lock);
  const Vector<CFRunLoopSourceRef>& sources = mode_->sources();
  return std::find(sources.begin(), sources.end(), source) != sources.end();
}

bool Run::is_stopped() const {
  const seam::Lock lock(loop_->lock);
  return stopped_;
}

bool Run::has_nothing_left() const {
  const seam::Lock lock(loop_->lock);
  return run_loop_mode_is_empty(loop_, mode_);
}

}  // namespace portunus::cf

using namespace portunus::cf;
namespace seam = portunus::seam;

CFRunLoopRunResult CFRunLoopRunInMode(CFRunLoopMode mode, CFTimeInterval seconds,
                                      Boolean returnAfterSourceHandled) {
  if (CFEqual(mode, kCFRunLoopCommonModes)) {
    log_common_modes_run();
    return kCFRunLoopRunFinished;
  }
  const CFRunLoopRef loop = CFRunLoopGetCurrent();
  Mode* found = runnable_mode(loop, mode);
  if (found == nullptr) return kCFRunLoopRunFinished;
  Run run(loop, found, seconds);
  return run.until_done(returnAfterSourceHandled != FALSE);
}

void CFRunLoopRun() {
  constexpr CFTimeInterval for_ever = 1.0e10;
  CFRunLoopRunResult result;
  do {
    result = CFRunLoopRunInMode(kCFRunLoopDefaultMode, for_ever, FALSE);
  } while (result != kCFRunLoopRunStopped && result != kCFRunLoopRunFinished);
}

CFRunLoopMode CFRunLoopCopyCurrentMode(CFRunLoopRef rl) {
  const seam::Lock lock(rl->lock);
  return rl->run == nullptr ? nullptr : retain(rl->run->mode()->name());
}

// A loop that is not running has nobody to wake, and the call leaves nothing behind.
void CFRunLoopWakeUp(CFRunLoopRef rl) {
  const seam::Lock lock(rl->lock);
  if (rl->run == nullptr) return;
  rl->woken = true;
  rl->wake_up.ring();
}

void CFRunLoopStop(CFRunLoopRef rl) {
  const seam::Lock lock(rl->lock);
  if (rl->run == nullptr) return;
  rl->run->stop();
  rl->woken = true;
  rl->wake_up.ring();
}
