#include "impl/cf/run.h"

#include "impl/cf/library.h"
#include "impl/cf/run_loop_source.h"
#include "impl/cf/text.h"

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
  if (outer_ == nullptr) loop_->wake_up.answer_if_rung();
}

CFRunLoopRunResult Run::until_done(bool return_after_source_handled) {
  for (;;) {
    const bool handled = pass();
    if (handled && return_after_source_handled) return kCFRunLoopRunHandledSource;
    if (deadline_.passed()) return kCFRunLoopRunTimedOut;
    if (is_stopped()) return kCFRunLoopRunStopped;
    if (has_nothing_left()) return kCFRunLoopRunFinished;
  }
}

// Serves the main queue, or waits for one message and serves that. True when something was handled.
bool Run::pass() {
  if (take_main_queue_first()) return true;
  Message message;
  return receive(message) && handle(message);
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

bool Run::receive(Message& message) {
  loop_->waiting = !deadline_.is_now();
  const bool received = message.receive(mode_->port_set(), deadline_);
  loop_->waiting = false;
  return received;
}

bool Run::handle(Message& message) {
  const mach_port_t port = message.receiver();
  if (port == loop_->wake_up.port()) {
    loop_->wake_up.answered();
    return false;
  }
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
  if (rl->run != nullptr) rl->wake_up.ring();
}

void CFRunLoopStop(CFRunLoopRef rl) {
  const seam::Lock lock(rl->lock);
  if (rl->run == nullptr) return;
  rl->run->stop();
  rl->wake_up.ring();
}
