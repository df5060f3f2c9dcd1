#include "impl/driver/calls_cf.h"

#include <cstring>

#include "impl/driver/callbacks.h"
#include "impl/driver/play.h"

namespace portunus::driver {
namespace {

// What a pointer or a flag holds before a call is to fill it in: no value that any CoreFoundation would give.
constexpr unsigned char kGarbage = 0x5a;

// ---- Arguments --------------------------------------------------------------------------------------------

CFMachPortRef port(const Call& call, int place) {
  return call.reference<CFMachPortRef>(place);
}
CFRunLoopSourceRef source(const Call& call, int place) {
  return call.reference<CFRunLoopSourceRef>(place);
}
CFRunLoopRef loop(const Call& call, int place) {
  return call.reference<CFRunLoopRef>(place);
}

CFAllocatorRef allocator(const Call& call, int place) {
  const bool failing = call.number(place) == static_cast<std::int32_t>(Allocator::failing);
  return failing ? kCFAllocatorNull : call.run.observer.allocator();
}

CFRunLoopMode mode_of(std::int32_t number) {
  if (number == Value::common) return kCFRunLoopCommonModes;
  if (number == 0) return kCFRunLoopDefaultMode;
  return number == 1 ? CFSTR("M1") : CFSTR("M2");
}
CFRunLoopMode mode(const Call& call, int place) {
  return mode_of(call.number(place));
}

// ---- Results ----------------------------------------------------------------------------------------------

std::int32_t mode_number(CFRunLoopMode mode) {
  if (mode == nullptr) return Value::null;
  for (std::int32_t number = 0; number < limits::modes; ++number)
    if (CFEqual(mode, mode_of(number))) return number;
  return CFEqual(mode, kCFRunLoopCommonModes) ? Value::common : Value::other;
}

// A run loop goes with its thread, and another may get its address.
std::int32_t loop_number(const Run& run, CFRunLoopRef loop) {
  for (const Thread& thread : run.threads)
    if (loop != nullptr && thread.loop.load() == loop && thread.state.load() != Thread::State::ended)
      return thread.id;
  return Value::other;
}

// ---- CFMachPort -----------------------------------------------------------------------------------------

// The two creating functions differ in where the name comes from. `first` is the place of the callout.
template <class Create>
void create_port(Call& call, int first, Create create) {
  CFMachPortContext context = {};
  const bool with_context = !call.is_null(first + 1);
  if (with_context) {
    const Value info = make_value(Type::info, unpack(call.arguments[first + 1]).info);
    context = make_context(call.arguments[first + 1], call.run.info_pointer(info));
  }
  Boolean flag = kGarbage;
  const bool with_flag = !call.is_null(first + 2);
  const CFMachPortRef port = create(callout_function(call.arguments[first]),
                                    with_context ? &context : nullptr, with_flag ? &flag : nullptr);
  call.made_object(0, port);
  call.result(1, !with_flag ? Value::absent : flag <= 1 ? flag : Value::other);
}

void port_create(Call& call) {
  create_port(call, 1, [&](auto... rest) { return CFMachPortCreate(allocator(call, 0), rest...); });
}

void port_create_with_port(Call& call) {
  create_port(call, 2, [&](auto... rest) {
    return CFMachPortCreateWithPort(allocator(call, 0), call.name(1), rest...);
  });
}

void port_invalidate(Call& call) {
  CFMachPortInvalidate(port(call, 0));
}

void port_create_source(Call& call) {
  call.made_object(0, CFMachPortCreateRunLoopSource(allocator(call, 0), port(call, 1), call.number(2)));
}

void port_set_invalidation(Call& call) {
  CFMachPortSetInvalidationCallBack(port(call, 0), invalidation_function(call.arguments[1]));
}

void port_get_invalidation(Call& call) {
  call.result(0, invalidation_value(CFMachPortGetInvalidationCallBack(port(call, 0))));
}

void port_get_context(Call& call) {
  CFMachPortContext context;
  std::memset(&context, kGarbage, sizeof context);
  CFMachPortGetContext(port(call, 0), &context);
  call.result(0, integer_value(context.version));
  call.result(1, call.run.info_value(context.info));
  call.result(2, context_function_value(context.retain));
  call.result(3, context_function_value(context.release));
  call.result(4, context_function_value(context.copyDescription));
}

void port_get_port(Call& call) {
  call.made_name(0, CFMachPortGetPort(port(call, 0)), call.bind);
}
void port_is_valid(Call& call) {
  call.result(0, CFMachPortIsValid(port(call, 0)) != FALSE);
}

void port_get_queued(Call& call) {
  call.result(0, integer_value(CFMachPortGetQueuedMessageCount(port(call, 0))));
}

// ---- All objects ----------------------------------------------------------------------------------------

void object_retain(Call& call) {
  CFRetain(call.reference<CFTypeRef>(0));
  call.run.ledger.own(as_handle(call.arguments[0]));
}

// The ledger has let go of the reference when the call was admitted.
void object_release(Call& call) {
  CFRelease(call.reference<CFTypeRef>(0));
}

void object_retain_count(Call& call) {
  call.result(0, integer_value(CFGetRetainCount(call.reference<CFTypeRef>(0))));
}

void objects_equal(Call& call) {
  call.result(0, CFEqual(call.reference<CFTypeRef>(0), call.reference<CFTypeRef>(1)) != FALSE);
}
void objects_hash(Call& call) {
  call.result(0, CFHash(call.reference<CFTypeRef>(0)) == CFHash(call.reference<CFTypeRef>(1)));
}

void object_describe(Call& call) {
  const CFStringRef text = CFCopyDescription(call.reference<CFTypeRef>(0));
  call.result(0, text != nullptr);
  if (text != nullptr) CFRelease(text);
}

void object_type(Call& call) {
  call.result(0, CFGetTypeID(call.reference<CFTypeRef>(0)) == CFMachPortGetTypeID());
}

// ---- CFRunLoop ------------------------------------------------------------------------------------------

void loop_add(Call& call) {
  CFRunLoopAddSource(loop(call, 0), source(call, 1), mode(call, 2));
}
void loop_remove(Call& call) {
  CFRunLoopRemoveSource(loop(call, 0), source(call, 1), mode(call, 2));
}

void loop_contains(Call& call) {
  call.result(0, CFRunLoopContainsSource(loop(call, 0), source(call, 1), mode(call, 2)) != FALSE);
}

void source_is_valid(Call& call) {
  call.result(0, CFRunLoopSourceIsValid(source(call, 0)) != FALSE);
}

void source_invalidate(Call& call) {
  CFRunLoopSourceInvalidate(source(call, 0));
}
void source_get_order(Call& call) {
  call.result(0, integer_value(CFRunLoopSourceGetOrder(source(call, 0))));
}

void loop_run(Call& call) {
  const CFTimeInterval seconds = call.number(1) / 1000.0;
  const CFRunLoopRunResult result =
      CFRunLoopRunInMode(mode(call, 0), seconds, static_cast<Boolean>(call.number(2)));
  const bool known = result >= kCFRunLoopRunFinished && result <= kCFRunLoopRunHandledSource;
  call.result(0, known ? result - kCFRunLoopRunFinished : Value::other);
}

void loop_stop(Call& call) {
  CFRunLoopStop(loop(call, 0));
}
void loop_wake_up(Call& call) {
  CFRunLoopWakeUp(loop(call, 0));
}
void loop_is_waiting(Call& call) {
  call.result(0, CFRunLoopIsWaiting(loop(call, 0)) != FALSE);
}

void loop_current_mode(Call& call) {
  const CFRunLoopMode current = CFRunLoopCopyCurrentMode(loop(call, 0));
  call.result(0, mode_number(current));
  if (current != nullptr) CFRelease(current);
}

void loop_add_common_mode(Call& call) {
  CFRunLoopAddCommonMode(loop(call, 0), mode(call, 1));
}
void loop_get_current(Call& call) {
  call.result(0, loop_number(call.run, CFRunLoopGetCurrent()));
}
void loop_get_main(Call& call) {
  call.result(0, loop_number(call.run, CFRunLoopGetMain()));
}

// ---- The table ------------------------------------------------------------------------------------------

constexpr Row kRows[] = {
    {Function::CFMachPortCreate, port_create},
    {Function::CFMachPortCreateWithPort, port_create_with_port, NameRule::ours},
    {Function::CFMachPortInvalidate, port_invalidate},
    {Function::CFMachPortCreateRunLoopSource, port_create_source},
    {Function::CFMachPortSetInvalidationCallBack, port_set_invalidation},
    {Function::CFMachPortGetInvalidationCallBack, port_get_invalidation},
    {Function::CFMachPortGetContext, port_get_context},
    {Function::CFMachPortGetPort, port_get_port},
    {Function::CFMachPortIsValid, port_is_valid},
    {Function::CFRetain, object_retain},
    {Function::CFRelease, object_release},
    {Function::CFGetRetainCount, object_retain_count, NameRule::any, &Capabilities::retain_counts},
    {Function::CFRunLoopAddSource, loop_add},
    {Function::CFRunLoopRemoveSource, loop_remove},
    {Function::CFRunLoopContainsSource, loop_contains},
    {Function::CFRunLoopSourceIsValid, source_is_valid},
    {Function::CFRunLoopRunInMode, loop_run},
    {Function::CFEqual, objects_equal},
    {Function::CFHash, objects_hash},
    {Function::CFCopyDescription, object_describe},
    {Function::CFGetTypeID, object_type},
    {Function::CFMachPortGetQueuedMessageCount, port_get_queued},
    {Function::CFRunLoopSourceInvalidate, source_invalidate},
    {Function::CFRunLoopSourceGetOrder, source_get_order},
    {Function::CFRunLoopStop, loop_stop},
    {Function::CFRunLoopWakeUp, loop_wake_up},
    {Function::CFRunLoopIsWaiting, loop_is_waiting},
    {Function::CFRunLoopCopyCurrentMode, loop_current_mode},
    {Function::CFRunLoopAddCommonMode, loop_add_common_mode},
    {Function::CFRunLoopGetCurrent, loop_get_current},
    {Function::CFRunLoopGetMain, loop_get_main},
};
static_assert(rows_in_order(kRows, first_cf_function, last_cf_function));

}  // namespace

std::span<const Row> cf_rows() {
  return kRows;
}

}  // namespace portunus::driver
