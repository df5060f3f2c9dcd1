#include "impl/driver/invoke.h"

#include "impl/driver/call.h"
#include "impl/driver/calls_cf.h"
#include "impl/driver/calls_mach.h"
#include "impl/driver/play.h"
#include "model/vocabulary/word.h"

namespace portunus::driver {
namespace {

static_assert(static_cast<int>(first_mach_function) == static_cast<int>(last_cf_function) + 1,
              "every function has a row");

const Row& row_of(Function function) {
  if (function <= last_cf_function) return cf_rows()[static_cast<std::size_t>(function)];
  return mach_rows()[static_cast<std::size_t>(function) - static_cast<std::size_t>(first_mach_function)];
}

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

// A call on the run loop of a thread begins, which the thread's end waits for; false where it has ended.
bool use_loop(Thread& thread) {
  thread.loop_users.fetch_add(1);
  if (thread.state.load() == Thread::State::running) return true;
  thread.loop_users.fetch_sub(1);
  return false;
}

Reason admit_object(Call& call, int place) {
  const Value handle = as_handle(call.arguments[place]);
  if (handle.number == Value::null) return SkipReason::null;
  if (handle.number < 0) return SkipReason::unbound;
  if (handle.type == Type::loop && call.run.threads[handle.number].loop.load() == nullptr)
    return SkipReason::unbound;
  if (call.row.function == Function::CFRelease)
    return call.run.ledger.disown(handle, call.thread.id) ? Reason{} : SkipReason::released;
  if (handle.type == Type::loop && use_loop(call.run.threads[handle.number])) {
    call.used[place] = true;
    return {};
  }
  if (handle.type == Type::port && inside_callback_of(call.thread, handle) &&
      !call.run.ledger.is_freed(handle))
    return {};
  call.borrowed[place] = call.run.ledger.borrow(handle, call.thread.id);
  return call.borrowed[place] ? Reason{} : SkipReason::released;
}

Reason admit_name(Call& call, int place, NameRule rule) {
  const Value name = call.arguments[place];
  if (name.number >= 0 && !call.run.handles.known(name)) return SkipReason::foreign;
  if (rule == NameRule::any || name.number < 0 || !call.run.capabilities.kernel_probes) return {};
  const bool was_gone = call.run.ledger.is_gone(name);
  if (was_gone && exists(call.name(place))) return SkipReason::foreign;  // somebody else's by now
  if (rule == NameRule::ours) return {};
  if (!was_gone && !exists(call.name(place))) call.run.ledger.gone(name);
  return call.run.ledger.is_gone(name) ? SkipReason::foreign : Reason{};
}

Reason admit(Call& call) {
  const Row& row = row_of(call.row.function);
  if (row.fits != nullptr && !row.fits(call)) return SkipReason::limit;
  for (int place = 0; place < call.row.argument_count; ++place) {
    Reason reason;
    if (is_object(call.row.arguments[place])) reason = admit_object(call, place);
    if (call.row.arguments[place] == Type::mode && call.is_null(place)) reason = SkipReason::null;
    if (call.row.arguments[place] == Type::name) reason = admit_name(call, place, row.names);
    if (reason) return reason;
  }
  return {};
}

void give_back(Call& call) {
  for (int place = 0; place < call.row.argument_count; ++place) {
    const Value handle = as_handle(call.arguments[place]);
    if (call.borrowed[place]) call.run.ledger.give_back(handle, call.thread.id);
    if (call.used[place]) call.run.threads[handle.number].loop_users.fetch_sub(1);
  }
}

// ---- Making ----------------------------------------------------------------------------------------------

// Whether the thread has room for the call and for a callback in it.
Reason check_call(const Call& call) {
  const auto needs = row_of(call.row.function).needs;
  if (needs != nullptr && !(call.run.capabilities.*needs)) return SkipReason::unable;
  if (call.thread.depth + 2 > limits::frames) return SkipReason::limit;
  return {};
}

// Whether a function that binds a handle of this type (none: it binds nothing) can bind the variable.
bool is_bindable(Type type, Value variable) {
  return type == Type::none || (variable.number >= 0 && variable.number < handle_count(type));
}

Reason resolve_arguments(Call& call, const Step& step) {
  for (int place = 0; place < call.row.argument_count; ++place)
    if (const Reason reason = resolve(call.run, step.arguments[place], call.arguments[place])) return reason;
  const bool bindable = is_bindable(call.row.bind, step.bind) && is_bindable(call.row.second, step.second);
  return bindable ? Reason{} : SkipReason::limit;
}

// Claims the variables that the call is to bind: both or none.
bool reserve(Call& call) {
  Handles& handles = call.run.handles;
  if (call.row.bind == Type::none) return true;
  if (!handles.reserve(call.bind)) return false;
  if (call.row.second == Type::none || handles.reserve(call.second)) return true;
  handles.cancel(call.bind);
  return false;
}

void make(Call& call) {
  Thread& thread = call.thread;
  const Value outer = thread.making;
  thread.making = call.row.bind == Type::name ? Value{} : as_object(call.bind);
  ++thread.depth;
  call.run.emit(call_label(thread.id, call.row.function, call.bind, {call.arguments, call.row.argument_count},
                           call.second));
  row_of(call.row.function).make(call);
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
  Call call(thread, step.function, step.bind, step.second);
  Reason reason = check_call(call);
  if (!reason) reason = resolve_arguments(call, step);
  if (!reason) reason = admit(call);
  if (!reason && !reserve(call)) reason = SkipReason::bound;
  if (reason) {
    skip(call, *reason);
  } else {
    make(call);
  }
  give_back(call);
}

void invoke(Thread& thread, Function function, std::initializer_list<Value> arguments) {
  if (thread.run->over()) return;
  Call call(thread, function, {}, {});
  int place = 0;
  for (const Value& argument : arguments) call.arguments[place++] = argument;
  const Reason reason = admit(call);
  if (!reason) make(call);
  give_back(call);
}

}  // namespace portunus::driver
