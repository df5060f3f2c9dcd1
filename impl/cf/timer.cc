#include "impl/cf/timer.h"

#include <algorithm>

#include "impl/cf/clock.h"
#include "impl/cf/membership.h"
#include "impl/cf/text.h"

namespace portunus::cf {
namespace {

void finalize_timer(Instance* instance) {
  auto* timer = static_cast<__CFRunLoopTimer*>(instance);
  attendant_finalize(timer);
  timer->~__CFRunLoopTimer();
}

CFStringRef describe_timer(const Instance* instance) {
  const auto* timer = static_cast<const __CFRunLoopTimer*>(instance);
  Text text;
  attendant_begin_text(text, "CFRunLoopTimer", timer);
  text.add("repeats = ").add(timer->interval > 0 ? "Yes" : "No").add(", ");
  attendant_end_text(text, timer);
  return text.copy_string();
}

// The first date of the timer after `now`, counted from the one that was due. Dates that were missed are not
// made up for.
std::uint64_t next_date(std::uint64_t due, CFTimeInterval interval, std::uint64_t now) {
  const std::uint64_t step = std::max<std::uint64_t>(nanoseconds(interval), 1);
  if (step == never) return never;
  const std::uint64_t missed = now < due ? 0 : (now - due) / step;
  return due + (missed + 1) * step;
}

// `due` is the date that it has fired for.
void reschedule(CFRunLoopTimerRef timer, std::uint64_t due) {
  const seam::Lock lock(timer->lock);
  if (timer->due == due) timer->due = next_date(due, timer->interval, clock_now());
}

}  // namespace

constinit const Class timer_class = {.type = type_run_loop_timer,
                                     .finalize = finalize_timer,
                                     .equal = nullptr,
                                     .hash = nullptr,
                                     .describe = describe_timer};

CFRunLoopTimerRef as_timer(Attendant* attendant) {
  return attendant->isa == &timer_class ? static_cast<CFRunLoopTimerRef>(attendant) : nullptr;
}

std::uint64_t timer_due(CFRunLoopTimerRef timer) {
  const seam::Lock lock(timer->lock);
  return timer->valid && !timer->called ? timer->due : never;
}

void fire_timer(CFRunLoopTimerRef timer) {
  const std::uint64_t due = timer_due(timer);
  if (due > clock_now() || timer->called.exchange(true)) return;
  timer->callout(timer, attendant_info(timer));
  if (timer->interval > 0) {
    reschedule(timer, due);
  } else {
    attendant_invalidate(timer);
  }
  timer->called = false;
}

}  // namespace portunus::cf

using namespace portunus::cf;
namespace seam = portunus::seam;

CFTypeID CFRunLoopTimerGetTypeID() {
  return type_run_loop_timer;
}

CFRunLoopTimerRef CFRunLoopTimerCreate(CFAllocatorRef allocator, CFAbsoluteTime fireDate,
                                       CFTimeInterval interval, CFOptionFlags, CFIndex order,
                                       CFRunLoopTimerCallBack callout, CFRunLoopTimerContext* context) {
  auto* timer = create_instance<__CFRunLoopTimer>(allocator);
  if (timer == nullptr) return nullptr;
  timer->due = nanoseconds(fireDate);
  timer->interval = interval > 0 ? interval : 0;
  timer->order = order;
  timer->callout = callout;
  attendant_take_context(timer, context);
  return timer;
}

CFAbsoluteTime CFRunLoopTimerGetNextFireDate(CFRunLoopTimerRef timer) {
  const seam::Lock lock(timer->lock);
  return timer->valid ? seconds(timer->due) : 0;
}

// A loop that sleeps until the old date is told.
void CFRunLoopTimerSetNextFireDate(CFRunLoopTimerRef timer, CFAbsoluteTime fireDate) {
  CFRunLoopRef loop = nullptr;
  {
    const seam::Lock lock(timer->lock);
    if (!timer->valid) return;
    timer->due = nanoseconds(fireDate);
    if (timer->loop != nullptr) loop = retain(timer->loop);
  }
  if (loop == nullptr) return;
  run_loop_timers_changed(loop);
  CFRelease(loop);
}

CFTimeInterval CFRunLoopTimerGetInterval(CFRunLoopTimerRef timer) {
  return timer->interval;
}

Boolean CFRunLoopTimerDoesRepeat(CFRunLoopTimerRef timer) {
  return timer->interval > 0;
}

CFIndex CFRunLoopTimerGetOrder(CFRunLoopTimerRef timer) {
  return timer->order;
}

void CFRunLoopTimerInvalidate(CFRunLoopTimerRef timer) {
  CFRetain(timer);
  attendant_invalidate(timer);
  CFRelease(timer);
}

Boolean CFRunLoopTimerIsValid(CFRunLoopTimerRef timer) {
  return timer->valid;
}

void CFRunLoopTimerGetContext(CFRunLoopTimerRef timer, CFRunLoopTimerContext* context) {
  attendant_give_context(timer, context);
}
