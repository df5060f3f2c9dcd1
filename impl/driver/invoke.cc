#include "impl/driver/invoke.h"

#include <cstring>

#include "impl/driver/callbacks.h"
#include "impl/driver/mach_words.h"
#include "impl/driver/play.h"
#include "model/vocabulary/word.h"

namespace portunus::driver {
namespace {

// A message of the script: a header, and zeros behind it.
alignas(8) std::byte messages[limits::threads][limits::message_size];

// What a pointer or a flag holds before a call is to fill it in: no value that any CoreFoundation would give.
constexpr unsigned char kGarbage = 0x5a;

// ---- A call while it is being made ----------------------------------------------------------------------

struct Call {
  Thread& thread;
  Run& run;
  const FunctionInfo& row;
  Value bind;                           // the variable to bind
  Value arguments[arguments_max] = {};  // identities
  Value results[results_max] = {};
  bool borrowed[arguments_max] = {};

  Call(Thread& the_thread, Function function, Value the_bind)
      : thread(the_thread), run(*the_thread.run), row(info(function)), bind(the_bind) {}

  std::int32_t number(int place) const { return arguments[place].number; }
  bool is_null(int place) const { return number(place) == Value::null; }

  // What CoreFoundation calls an object: any of its references is made from the pointer that it gave us.
  template <class Reference>
  Reference reference(int place) const {
    return static_cast<Reference>(const_cast<void*>(pointer(as_handle(arguments[place]))));
  }
  CFMachPortRef port(int place) const { return reference<CFMachPortRef>(place); }
  CFRunLoopSourceRef source(int place) const { return reference<CFRunLoopSourceRef>(place); }
  CFRunLoopRef loop(int place) const { return reference<CFRunLoopRef>(place); }
  mach_port_name_t name(int place) const { return run.handles.number(arguments[place]); }
  CFAllocatorRef allocator(int place) const {
    const bool failing = number(place) == static_cast<std::int32_t>(Allocator::failing);
    return failing ? kCFAllocatorNull : run.observer.allocator();
  }
  CFRunLoopMode mode(int place) const {
    if (number(place) == Value::common) return kCFRunLoopCommonModes;
    if (number(place) == 0) return kCFRunLoopDefaultMode;
    return number(place) == 1 ? CFSTR("M1") : CFSTR("M2");
  }
  Right right(int place) const { return static_cast<Right>(number(place)); }
  Disposition disposition(int place) const { return static_cast<Disposition>(number(place)); }

  void result(int place, Value value) { results[place] = value; }
  void result(int place, std::int32_t number) { result(place, make_value(row.results[place], number)); }

  // The call gave back an object with a reference for the caller, or a name.
  void made_object(int place, const void* pointer);
  void made_name(int place, mach_port_name_t name);

 private:
  const void* pointer(Value handle) const {
    if (handle.type == Type::loop) return run.threads[handle.number].loop.load();
    return run.handles.pointer(handle);
  }
};

void Call::made_object(int place, const void* pointer) {
  const Value identity = run.handles.object(row.bind, pointer, bind);
  if (identity.number >= 0) run.ledger.own(identity);
  run.handles.bind(bind, identity);
  result(place, identity);
}

void Call::made_name(int place, mach_port_name_t name) {
  const Value identity = run.handles.name(name, bind);
  if (identity.number >= 0) run.ledger.seen(identity);
  run.handles.bind(bind, identity);
  result(place, identity);
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
  create_port(call, 1, [&](auto... rest) { return CFMachPortCreate(call.allocator(0), rest...); });
}

void port_create_with_port(Call& call) {
  create_port(call, 2, [&](auto... rest) {
    return CFMachPortCreateWithPort(call.allocator(0), call.name(1), rest...);
  });
}

void port_invalidate(Call& call) {
  CFMachPortInvalidate(call.port(0));
}

void port_create_source(Call& call) {
  call.made_object(0, CFMachPortCreateRunLoopSource(call.allocator(0), call.port(1), call.number(2)));
}

void port_set_invalidation(Call& call) {
  CFMachPortSetInvalidationCallBack(call.port(0), invalidation_function(call.arguments[1]));
}

void port_get_invalidation(Call& call) {
  call.result(0, invalidation_value(CFMachPortGetInvalidationCallBack(call.port(0))));
}

void port_get_context(Call& call) {
  CFMachPortContext context;
  std::memset(&context, kGarbage, sizeof context);
  CFMachPortGetContext(call.port(0), &context);
  call.result(0, integer_value(context.version));
  call.result(1, call.run.info_value(context.info));
  call.result(2, context_function_value(context.retain));
  call.result(3, context_function_value(context.release));
  call.result(4, context_function_value(context.copyDescription));
}

void port_get_port(Call& call) {
  call.made_name(0, CFMachPortGetPort(call.port(0)));
}
void port_is_valid(Call& call) {
  call.result(0, CFMachPortIsValid(call.port(0)) != FALSE);
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

// ---- CFRunLoop ------------------------------------------------------------------------------------------

void loop_add(Call& call) {
  CFRunLoopAddSource(call.loop(0), call.source(1), call.mode(2));
}
void loop_remove(Call& call) {
  CFRunLoopRemoveSource(call.loop(0), call.source(1), call.mode(2));
}

void loop_contains(Call& call) {
  call.result(0, CFRunLoopContainsSource(call.loop(0), call.source(1), call.mode(2)) != FALSE);
}

void source_is_valid(Call& call) {
  call.result(0, CFRunLoopSourceIsValid(call.source(0)) != FALSE);
}

void loop_run(Call& call) {
  const CFTimeInterval seconds = call.number(1) / 1000.0;
  const CFRunLoopRunResult result =
      CFRunLoopRunInMode(call.mode(0), seconds, static_cast<Boolean>(call.number(2)));
  const bool known = result >= kCFRunLoopRunFinished && result <= kCFRunLoopRunHandledSource;
  call.result(0, known ? result - kCFRunLoopRunFinished : Value::other);
}

// ---- Mach -----------------------------------------------------------------------------------------------

bool exists(mach_port_name_t name) {
  mach_port_type_t bits = 0;
  return mach_port_type(mach_task_self(), name, &bits) != KERN_INVALID_NAME;
}

// After a call that may have used up the last right under the name.
void note_rights(Call& call, int place) {
  const Value name = call.arguments[place];
  if (name.number >= 0 && call.run.capabilities.kernel_probes && !exists(call.name(place)))
    call.run.ledger.gone(name);
}

void name_allocate(Call& call) {
  mach_port_name_t name = MACH_PORT_NULL;
  const kern_return_t code = mach_port_allocate(mach_task_self(), mach_right(call.right(0)), &name);
  call.result(0, kern_return_value(code));
  if (code == KERN_SUCCESS) return call.made_name(1, name);
  call.run.handles.bind(call.bind, make_value(Type::name, Value::null));
  call.result(1, Value::absent);
}

void name_insert_right(Call& call) {
  const kern_return_t code = mach_port_insert_right(mach_task_self(), call.name(0), call.name(1),
                                                    mach_disposition(call.disposition(2)));
  call.result(0, kern_return_value(code));
  note_rights(call, 1);
}

void name_mod_refs(Call& call) {
  const kern_return_t code =
      mach_port_mod_refs(mach_task_self(), call.name(0), mach_right(call.right(1)), call.number(2));
  call.result(0, kern_return_value(code));
  note_rights(call, 0);
}

void name_deallocate(Call& call) {
  call.result(0, kern_return_value(mach_port_deallocate(mach_task_self(), call.name(0))));
  note_rights(call, 0);
}

void name_destroy(Call& call) {
  call.result(0, kern_return_value(mach_port_destroy(mach_task_self(), call.name(0))));
  note_rights(call, 0);
}

void name_type(Call& call) {
  mach_port_type_t bits = 0;
  const kern_return_t code = mach_port_type(mach_task_self(), call.name(0), &bits);
  call.result(0, kern_return_value(code));
  call.result(1, code == KERN_SUCCESS ? rights_value(bits) : make_value(Type::rights, Value::absent));
  if (code == KERN_INVALID_NAME && call.number(0) >= 0) call.run.ledger.gone(call.arguments[0]);
}

void name_get_refs(Call& call) {
  mach_port_urefs_t references = 0;
  const kern_return_t code =
      mach_port_get_refs(mach_task_self(), call.name(0), mach_right(call.right(1)), &references);
  call.result(0, kern_return_value(code));
  call.result(1, code == KERN_SUCCESS ? integer_value(references) : make_value(Type::integer, Value::absent));
}

void message_send(Call& call) {
  auto* header = reinterpret_cast<mach_msg_header_t*>(messages[call.thread.id]);
  const auto size = static_cast<mach_msg_size_t>(call.number(3));
  *header = {};
  header->msgh_bits = MACH_MSGH_BITS(mach_disposition(call.disposition(1)), 0);
  header->msgh_size = size;
  header->msgh_remote_port = call.name(0);
  header->msgh_id = call.number(2);
  const mach_msg_return_t code = mach_msg(header, MACH_SEND_MSG | MACH_SEND_TIMEOUT, size, 0, MACH_PORT_NULL,
                                          static_cast<mach_msg_timeout_t>(call.number(4)), MACH_PORT_NULL);
  call.result(0, kern_return_value(code));
}

// ---- The table ------------------------------------------------------------------------------------------

// What a name must be for a call on it. A kernel answers a call on a name that does not exist with an error;
// yet by the time it comes, the name may be somebody else's. So the driver looks first, where looking is
// harmless.
enum class NameRule : std::uint8_t {
  any,      // only looks at the name
  present,  // changes rights: the name exists, and is the script's
  ours,     // as `present`, but a name that does not exist will do. (Looking at a name that still does would
            // turn a right to a dead port into a dead name: facts mach-xnu 2.)
};

struct Row {
  Function function;
  void (*make)(Call& call);
  NameRule names = NameRule::any;
  bool Capabilities::* needs = nullptr;
};

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
    {Function::mach_port_allocate, name_allocate},
    {Function::mach_port_insert_right, name_insert_right, NameRule::present},
    {Function::mach_port_mod_refs, name_mod_refs, NameRule::present},
    {Function::mach_port_deallocate, name_deallocate, NameRule::present},
    {Function::mach_port_destroy, name_destroy, NameRule::present},
    {Function::mach_port_type, name_type, NameRule::any, &Capabilities::kernel_probes},
    {Function::mach_port_get_refs, name_get_refs, NameRule::any, &Capabilities::kernel_probes},
    {Function::mach_msg_send, message_send, NameRule::ours},
};

constexpr bool rows_in_order() {
  for (std::size_t place = 0; place < std::size(kRows); ++place)
    if (static_cast<std::size_t>(kRows[place].function) != place) return false;
  return true;
}
static_assert(rows_in_order(), "a row's place is its function's number");

// ---- Resolving: from variables to identities ------------------------------------------------------------

using Reason = std::optional<SkipReason>;

// Whether a plain value is one that its type has: a word of its list, a count that is not negative.
Reason check_plain(Value value) {
  const std::size_t words_of_type = words(value.type).size();
  const bool negative = value.number < 0;
  if (words_of_type > 0 && (negative || static_cast<std::size_t>(value.number) >= words_of_type))
    return SkipReason::limit;
  if (value.type == Type::milliseconds && negative) return SkipReason::limit;
  return {};
}

Reason check_context(Value value) {
  const Context context = unpack(value);
  const bool fits =
      (context.info == Value::null || context.info < limits::infos) && context.retained < limits::infos;
  return fits ? Reason{} : SkipReason::limit;
}

Reason resolve(const Run& run, Value variable, Value& identity) {
  identity = variable;
  if (variable.type == Type::object) {
    const Reason reason = resolve(run, as_handle(variable), identity);
    identity = as_object(identity);
    return reason;
  }
  if (variable.number == Value::null) return may_be_null(variable.type) ? Reason{} : SkipReason::null;
  if (variable.number == Value::dead && variable.type == Type::name) return {};
  if (variable.number <= Value::any) return SkipReason::unbound;
  if (variable.type == Type::context) return check_context(variable);
  if (variable.type == Type::mode && variable.number == Value::common) return {};
  const int count = handle_count(variable.type);
  if (count == 0) return check_plain(variable);
  if (variable.number < 0 || variable.number >= count) return SkipReason::limit;
  if (variable.type == Type::loop || variable.type == Type::mode || variable.type == Type::info) return {};
  const auto bound = run.handles.resolve(variable);
  if (!bound) return SkipReason::unbound;
  identity = *bound;
  return {};
}

// ---- Admitting: what the ledger has to say ---------------------------------------------------------------

bool is_object(Type type) {
  return type == Type::port || type == Type::source || type == Type::loop || type == Type::object;
}

Reason admit_object(Call& call, int place) {
  const Value handle = as_handle(call.arguments[place]);
  if (handle.number == Value::null) return SkipReason::null;
  if (handle.number < 0) return SkipReason::unbound;
  if (handle.type == Type::loop && call.run.threads[handle.number].loop.load() == nullptr)
    return SkipReason::unbound;
  if (call.row.function == Function::CFRelease)
    return call.run.ledger.disown(handle, call.thread.id) ? Reason{} : SkipReason::released;
  if (handle.type == Type::loop && call.run.threads[handle.number].state.load() == Thread::State::running)
    return {};
  if (handle.type == Type::port && inside_callback_of(call.thread, handle) &&
      !call.run.ledger.is_freed(handle))
    return {};
  call.borrowed[place] = call.run.ledger.borrow(handle, call.thread.id);
  return call.borrowed[place] ? Reason{} : SkipReason::released;
}

Reason admit_name(Call& call, int place, NameRule rule) {
  const Value name = call.arguments[place];
  if (rule == NameRule::any || name.number < 0 || !call.run.capabilities.kernel_probes) return {};
  const bool was_gone = call.run.ledger.is_gone(name);
  if (was_gone && exists(call.name(place))) return SkipReason::foreign;  // somebody else's by now
  if (rule == NameRule::ours) return {};
  if (!was_gone && !exists(call.name(place))) call.run.ledger.gone(name);
  return call.run.ledger.is_gone(name) ? SkipReason::foreign : Reason{};
}

Reason admit_message(const Call& call) {
  const std::int32_t id = call.number(2);
  const std::int32_t size = call.number(3);
  const auto least = static_cast<std::int32_t>(sizeof(mach_msg_header_t));
  const bool within = id >= 0 && id <= limits::message_id && size >= least && size <= limits::message_size;
  return !within || size % 4 != 0 ? SkipReason::limit : Reason{};
}

Reason admit(Call& call) {
  if (call.row.function == Function::mach_msg_send)
    if (const Reason reason = admit_message(call)) return reason;
  const NameRule rule = kRows[static_cast<std::size_t>(call.row.function)].names;
  for (int place = 0; place < call.row.argument_count; ++place) {
    Reason reason;
    if (is_object(call.row.arguments[place])) reason = admit_object(call, place);
    if (call.row.arguments[place] == Type::name) reason = admit_name(call, place, rule);
    if (reason) return reason;
  }
  return {};
}

void give_back(Call& call) {
  for (int place = 0; place < call.row.argument_count; ++place)
    if (call.borrowed[place]) call.run.ledger.give_back(as_handle(call.arguments[place]), call.thread.id);
}

// ---- Making ----------------------------------------------------------------------------------------------

// Whether the thread has room for the call and for a callback in it.
Reason check_call(const Call& call) {
  const auto needs = kRows[static_cast<std::size_t>(call.row.function)].needs;
  if (needs != nullptr && !(call.run.capabilities.*needs)) return SkipReason::unable;
  if (call.thread.depth + 2 > limits::frames) return SkipReason::limit;
  return {};
}

Reason resolve_arguments(Call& call, const Step& step) {
  for (int place = 0; place < call.row.argument_count; ++place)
    if (const Reason reason = resolve(call.run, step.arguments[place], call.arguments[place])) return reason;
  if (call.row.bind != Type::none &&
      (step.bind.number < 0 || step.bind.number >= handle_count(call.row.bind)))
    return SkipReason::limit;
  return {};
}

void make(Call& call) {
  Thread& thread = call.thread;
  const Value outer = thread.making;
  thread.making = call.row.bind == Type::name ? Value{} : as_object(call.bind);
  ++thread.depth;
  call.run.emit(
      call_label(thread.id, call.row.function, call.bind, {call.arguments, call.row.argument_count}));
  kRows[static_cast<std::size_t>(call.row.function)].make(call);
  call.run.emit(return_label(thread.id, call.row.function, {call.results, call.row.result_count}));
  --thread.depth;
  thread.making = outer;
}

void skip(const Call& call, SkipReason reason) {
  call.run.emit(skip_label(call.thread.id, call.row.function, reason));
}

}  // namespace

void invoke_step(Thread& thread, const Step& step) {
  if (thread.run->over()) return;
  Call call(thread, step.function, step.bind);
  Reason reason = check_call(call);
  if (!reason) reason = resolve_arguments(call, step);
  if (!reason) reason = admit(call);
  if (!reason && call.row.bind != Type::none && !thread.run->handles.reserve(call.bind))
    reason = SkipReason::bound;
  if (reason) {
    skip(call, *reason);
  } else {
    make(call);
  }
  give_back(call);
}

void invoke(Thread& thread, Function function, std::initializer_list<Value> arguments) {
  if (thread.run->over()) return;
  Call call(thread, function, {});
  int place = 0;
  for (const Value& argument : arguments) call.arguments[place++] = argument;
  const Reason reason = admit(call);
  if (!reason) make(call);
  give_back(call);
}

}  // namespace portunus::driver
