#include "impl/driver/callbacks.h"

#include "impl/driver/play.h"
#include "impl/driver/run.h"

namespace portunus::driver {
namespace {

Value as_integer(CFIndex number) {
  return integer_value(number);
}

// ---- Context callbacks ----------------------------------------------------------------------------------

// The client's retain function, which answers with `answer`.
const void* retain(const void* info, const void* answer) {
  Run* run = Run::current();
  if (run == nullptr || run->over()) return answer;
  const Value result = run->info_value(answer);
  play_callback(*run, Callback::retain, {run->info_value(info)}, {&result, 1});
  return answer;
}

const void* retain_same(const void* info) {
  return retain(info, info);
}
const void* retain_null(const void* info) {
  return retain(info, nullptr);
}

template <std::int32_t index>
const void* retain_other(const void* info) {
  Run* run = Run::current();
  return retain(info, run == nullptr ? info : run->info_pointer(make_value(Type::info, index)));
}

using Retain = const void* (*)(const void*);

constexpr Retain kRetainOther[] = {retain_other<0>, retain_other<1>, retain_other<2>, retain_other<3>,
                                   retain_other<4>, retain_other<5>, retain_other<6>, retain_other<7>};
static_assert(std::size(kRetainOther) == limits::infos);

Retain retain_function(const Context& context) {
  switch (context.retain) {
    case Context::Retain::none:
      return nullptr;
    case Context::Retain::same:
      return retain_same;
    case Context::Retain::null:
      return retain_null;
    case Context::Retain::other:
      break;
  }
  return kRetainOther[context.retained];
}

void release(const void* info) {
  Run* run = Run::current();
  if (run == nullptr || run->over()) return;
  play_callback(*run, Callback::release, {run->info_value(info)}, {});
}

CFStringRef copy_description(const void* info) {
  Run* run = Run::current();
  if (run != nullptr && !run->over())
    play_callback(*run, Callback::copyDescription, {run->info_value(info)}, {});
  return CFStringCreateWithCString(kCFAllocatorSystemDefault, "a client's info", kCFStringEncodingASCII);
}

// ---- Port callbacks -------------------------------------------------------------------------------------

void message_callout(CFMachPortRef port, void* message, CFIndex size, void* info) {
  Run* run = Run::current();
  if (run == nullptr || run->over()) return;
  const auto* header = static_cast<const mach_msg_header_t*>(message);
  play_callback(*run, Callback::message,
                {run->handles.object(Type::port, port), as_integer(header->msgh_id), as_integer(size),
                 run->info_value(info)},
                {});
}

void invalidated(Invalidation which, CFMachPortRef port, void* info) {
  Run* run = Run::current();
  if (run == nullptr || run->over()) return;
  play_callback(*run, Callback::invalidation,
                {make_value(Type::invalidation, static_cast<std::int32_t>(which)),
                 run->handles.object(Type::port, port), run->info_value(info)},
                {});
}

void invalidation_1(CFMachPortRef port, void* info) {
  invalidated(Invalidation::inv, port, info);
}
void invalidation_2(CFMachPortRef port, void* info) {
  invalidated(Invalidation::inv2, port, info);
}

// ---- What GetContext shows ------------------------------------------------------------------------------

// What CFMachPort shows in place of a client's functions, as far as a pointer holds it (facts cfmachport 1).
constexpr std::uint64_t kRetainSentinel = 0xAAAAAAAAAACCCAAA;
constexpr std::uint64_t kReleaseSentinel = 0xAAAAAAAAAABBBAAA;

template <class Function>
Value function_value(Function function, std::uint64_t sentinel, bool given) {
  std::int32_t number = Value::other;
  if (function == nullptr) number = Value::null;
  if (given) number = static_cast<std::int32_t>(ContextFunction::given);
  if (reinterpret_cast<std::uintptr_t>(function) == static_cast<std::uintptr_t>(sentinel))
    number = static_cast<std::int32_t>(ContextFunction::sentinel);
  return make_value(Type::context_function, number);
}

bool is_ours(Retain function) {
  for (const Retain ours : kRetainOther)
    if (function == ours) return true;
  return function == retain_same || function == retain_null;
}

}  // namespace

CFMachPortCallBack callout_function(Value callout) {
  return callout.number == Value::null ? nullptr : message_callout;
}

CFMachPortInvalidationCallBack invalidation_function(Value invalidation) {
  if (invalidation.number == Value::null) return nullptr;
  return invalidation.number == static_cast<std::int32_t>(Invalidation::inv) ? invalidation_1
                                                                             : invalidation_2;
}

Value invalidation_value(CFMachPortInvalidationCallBack function) {
  std::int32_t number = Value::other;
  if (function == nullptr) number = Value::null;
  if (function == invalidation_1) number = static_cast<std::int32_t>(Invalidation::inv);
  if (function == invalidation_2) number = static_cast<std::int32_t>(Invalidation::inv2);
  return make_value(Type::invalidation, number);
}

CFMachPortContext make_context(Value value, void* info) {
  const Context context = unpack(value);
  return {.version = context.version,
          .info = info,
          .retain = retain_function(context),
          .release = context.release ? release : nullptr,
          .copyDescription = context.copy_description ? copy_description : nullptr};
}

Value context_function_value(const void* (*function)(const void*)) {
  return function_value(function, kRetainSentinel, is_ours(function));
}

Value context_function_value(void (*function)(const void*)) {
  return function_value(function, kReleaseSentinel, function == release);
}

// There is no sentinel for it: a value that no function has.
Value context_function_value(CFStringRef (*function)(const void*)) {
  return function_value(function, UINTPTR_MAX, function == copy_description);
}

}  // namespace portunus::driver
