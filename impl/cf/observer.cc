#include "impl/cf/observer.h"

#include "impl/cf/text.h"

namespace portunus::cf {
namespace {

void finalize_observer(Instance* instance) {
  auto* observer = static_cast<__CFRunLoopObserver*>(instance);
  attendant_finalize(observer);
  observer->~__CFRunLoopObserver();
}

CFStringRef describe_observer(const Instance* instance) {
  const auto* observer = static_cast<const __CFRunLoopObserver*>(instance);
  Text text;
  attendant_begin_text(text, "CFRunLoopObserver", observer);
  text.add("activities = 0x").hex(observer->activities);
  text.add(", repeats = ").add(observer->repeats ? "Yes" : "No").add(", ");
  attendant_end_text(text, observer);
  return text.copy_string();
}

}  // namespace

constinit const Class observer_class = {.type = type_run_loop_observer,
                                        .finalize = finalize_observer,
                                        .equal = nullptr,
                                        .hash = nullptr,
                                        .describe = describe_observer};

CFRunLoopObserverRef as_observer(Attendant* attendant) {
  return attendant->isa == &observer_class ? static_cast<CFRunLoopObserverRef>(attendant) : nullptr;
}

void call_observer(CFRunLoopObserverRef observer, CFRunLoopActivity activity) {
  if (!observer->valid || observer->called.exchange(true)) return;
  observer->callout(observer, activity, attendant_info(observer));
  if (!observer->repeats) attendant_invalidate(observer);
  observer->called = false;
}

}  // namespace portunus::cf

using namespace portunus::cf;

CFTypeID CFRunLoopObserverGetTypeID() {
  return type_run_loop_observer;
}

CFRunLoopObserverRef CFRunLoopObserverCreate(CFAllocatorRef allocator, CFOptionFlags activities,
                                             Boolean repeats, CFIndex order,
                                             CFRunLoopObserverCallBack callout,
                                             CFRunLoopObserverContext* context) {
  auto* observer = create_instance<__CFRunLoopObserver>(allocator);
  if (observer == nullptr) return nullptr;
  observer->activities = activities;
  observer->repeats = repeats != FALSE;
  observer->order = order;
  observer->callout = callout;
  attendant_take_context(observer, context);
  return observer;
}

CFOptionFlags CFRunLoopObserverGetActivities(CFRunLoopObserverRef observer) {
  return observer->activities;
}

Boolean CFRunLoopObserverDoesRepeat(CFRunLoopObserverRef observer) {
  return observer->repeats;
}

CFIndex CFRunLoopObserverGetOrder(CFRunLoopObserverRef observer) {
  return observer->order;
}

void CFRunLoopObserverInvalidate(CFRunLoopObserverRef observer) {
  CFRetain(observer);
  attendant_invalidate(observer);
  CFRelease(observer);
}

Boolean CFRunLoopObserverIsValid(CFRunLoopObserverRef observer) {
  return observer->valid;
}

void CFRunLoopObserverGetContext(CFRunLoopObserverRef observer, CFRunLoopObserverContext* context) {
  attendant_give_context(observer, context);
}
