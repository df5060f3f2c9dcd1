#include "props/generate/author.h"

#include <algorithm>
#include <numeric>

#include "props/generate/canonical.h"
#include "props/generate/handle.h"

namespace portunus {
namespace {

constexpr Value word(Allocator allocator) {
  return make_value(Type::allocator, static_cast<std::int32_t>(allocator));
}
constexpr Value word(Right right) {
  return make_value(Type::right, static_cast<std::int32_t>(right));
}
constexpr Value word(Disposition disposition) {
  return make_value(Type::disposition, static_cast<std::int32_t>(disposition));
}
constexpr Value word(Invalidation callback) {
  return make_value(Type::invalidation, static_cast<std::int32_t>(callback));
}
constexpr Value number(std::int32_t number) {
  return make_value(Type::integer, number);
}
constexpr Value milliseconds(std::int32_t number) {
  return make_value(Type::milliseconds, number);
}
constexpr Value boolean(bool truth) {
  return make_value(Type::boolean, truth ? 1 : 0);
}
constexpr Value null_of(Type type) {
  return make_value(type, Value::null);
}

// An object handle for a port or a source.
Value as_object(Value handle) {
  return make_object(handle.type == Type::port ? ObjectClass::port : ObjectClass::source, handle.number);
}

// Whether an action in a body that runs each time can cause at most a bounded number of further callbacks. A
// send in a message callback, or a creation in a retain callback, would go on for ever.
bool is_bounded(Action action) {
  switch (action) {
    case Action::create:
    case Action::wrap:
    case Action::listen:
    case Action::set_callback:
    case Action::send:
    case Action::wild:
      return false;
    default:
      return true;
  }
}

struct ContextForm {
  Context::Retain retain;
  bool release, copy_description;
};

// The plain form first.
constexpr ContextForm kContextForms[] = {
    {Context::Retain::same, true, false},  {Context::Retain::same, true, true},
    {Context::Retain::none, false, false}, {Context::Retain::none, true, false},
    {Context::Retain::same, false, true},  {Context::Retain::other, true, false},
    {Context::Retain::null, true, true},   {Context::Retain::none, false, true},
};

constexpr std::int32_t kMessageSizes[] = {0, 4, 64, 3000, 4000};  // a run loop's own buffer holds 3 KiB
constexpr std::int32_t kTimeouts[] = {0, 0, 1, 100};

}  // namespace

Author::Author(Entropy& entropy, const GeneratorOptions& options) : entropy_(entropy), options_(options) {
  options_.steps_max = std::min(options_.steps_max, static_cast<std::uint32_t>(limits::steps / 2));
  options_.depth_max = std::min(options_.depth_max, static_cast<std::uint32_t>(limits::depth - 2));
}

Script Author::write() {
  while (!full() && !entropy_.exhausted()) act();
  join_all();
  return canonical(std::move(script_));
}

// --- actions ---

void Author::act() {
  if (perform(choose_action())) return;
  // There is nothing to do it with, or enough of it: look at what there is, or else make something.
  if (!picture_.ports.empty() && perform(Action::probe)) return;
  if (!place_.repeated && perform(Action::create)) return;
  perform(Action::settle);
}

Action Author::choose_action() {
  Weights weights = options_.weights;
  const auto weight = [&](Action action) -> std::uint8_t& {
    return weights[static_cast<std::size_t>(action)];
  };
  if (!options_.threads || place_.depth > 0) weight(Action::thread) = 0;
  if (place_.depth >= options_.depth_max) weight(Action::react) = 0;
  for (int at = 0; place_.repeated && at < action_count; ++at)
    if (const auto action = static_cast<Action>(at); !is_bounded(action)) weight(action) = 0;

  const auto sum = std::accumulate(weights.begin(), weights.end(), 0u);
  if (sum == 0) return Action::probe;
  std::uint32_t choice = entropy_.below(sum);
  int at = 0;
  while (choice >= weights[static_cast<std::size_t>(at)]) choice -= weights[static_cast<std::size_t>(at++)];
  return static_cast<Action>(at);
}

bool Author::perform(Action action) {
  switch (action) {
    case Action::probe:
      return probe();
    case Action::create:
      return create();
    case Action::allocate:
      return allocate();
    case Action::wrap:
      return wrap();
    case Action::listen:
      return listen();
    case Action::get_port:
      return get_port();
    case Action::source:
      return source();
    case Action::add:
      return add();
    case Action::remove:
      return remove();
    case Action::invalidate:
      return invalidate();
    case Action::set_callback:
      return set_callback();
    case Action::send:
      return send();
    case Action::run:
      return run();
    case Action::retain:
      return retain();
    case Action::release:
      return release();
    case Action::kill:
      return kill();
    case Action::drop:
      return drop();
    case Action::add_right:
      return add_right();
    case Action::settle:
      return settle();
    case Action::react:
      return react();
    case Action::wild:
      return wild();
    case Action::thread:
      return thread();
  }
  return false;
}

bool Author::create() {
  const auto port = fresh(Type::port);
  if (!port || crowded(picture_.ports.size())) return false;
  const Value allocator = word(chance(24) ? Allocator::failing : Allocator::observed);
  emit(call_step(Function::CFMachPortCreate, {allocator, callout(true), context(), out_flag()}, *port));
  return true;
}

bool Author::allocate() {
  const auto name = fresh(Type::name);
  if (!name || crowded(picture_.names.size())) return false;
  constexpr Right rights[] = {Right::receive, Right::receive, Right::receive,  Right::receive,
                              Right::receive, Right::receive, Right::port_set, Right::dead_name};
  emit(call_step(Function::mach_port_allocate, {word(rights[entropy_.below(std::size(rights))])}, *name));
  if (picture_.names.back().receive && !chance(4))
    emit(call_step(Function::mach_port_insert_right, {*name, *name, word(Disposition::make_send)}));
  return true;
}

bool Author::wrap() {
  const auto port = fresh(Type::port);
  if (!port) return false;
  if (picture_.names.empty() && !(picture_.ports.empty() ? allocate() : get_port())) return false;
  const Value name = chance(24) ? null_of(Type::name) : *known(Type::name);
  const bool used = name.number >= 0 && picture_.names[static_cast<std::size_t>(name.number)].used;
  const Value allocator = word(chance(24) ? Allocator::failing : Allocator::observed);
  const Value flag = out_flag();
  emit(call_step(Function::CFMachPortCreateWithPort, {allocator, name, callout(!used), context(), flag},
                 *port));
  return true;
}

bool Author::listen() {
  const auto port = known(Type::port);
  if (!port) return false;
  const bool has_source = picture_.source_of(port->number).has_value();
  if (!has_source && !make_source(*port)) return false;
  const auto source = static_cast<std::int32_t>(picture_.sources.size()) - 1;
  const Value listener = make_value(Type::source, picture_.source_of(port->number).value_or(source));
  emit(call_step(Function::CFRunLoopAddSource, {loop(), listener, mode()}));
  return true;
}

// A port's name is asked for once: a second handle for it would stand for nothing.
bool Author::get_port() {
  const auto port = known(Type::port);
  const auto name = fresh(Type::name);
  if (!port || !name || picture_.ports[static_cast<std::size_t>(port->number)].name) return false;
  emit(call_step(Function::CFMachPortGetPort, {*port}, *name));
  return true;
}

// A port has one source while both are valid: asking again gives no new handle something to stand for.
bool Author::source() {
  const auto port = known(Type::port);
  if (!port || (picture_.source_of(port->number) && !chance(6))) return false;
  return make_source(*port);
}

bool Author::make_source(Value port) {
  const auto source = fresh(Type::source);
  if (!source) return false;
  const Value allocator = word(chance(24) ? Allocator::failing : Allocator::observed);
  const Value order = number(chance(4) ? 1 : 0);
  emit(call_step(Function::CFMachPortCreateRunLoopSource, {allocator, port, order}, *source));
  return true;
}

bool Author::add() {
  const auto source = known(Type::source);
  if (!source) return false;
  emit(call_step(Function::CFRunLoopAddSource, {loop(), *source, mode()}));
  return true;
}

bool Author::remove() {
  const auto source = known(Type::source);
  if (!source) return false;
  emit(call_step(Function::CFRunLoopRemoveSource, {loop(), *source, mode()}));
  return true;
}

bool Author::invalidate() {
  const auto port = known(Type::port);
  if (!port) return false;
  emit(call_step(Function::CFMachPortInvalidate, {*port}));
  return true;
}

bool Author::set_callback() {
  const auto port = known(Type::port);
  if (!port) return false;
  const Value callbacks[] = {word(Invalidation::inv), word(Invalidation::inv), word(Invalidation::inv2),
                             null_of(Type::invalidation)};
  emit(call_step(Function::CFMachPortSetInvalidationCallBack, {*port, callbacks[entropy_.below(4)]}));
  return true;
}

bool Author::send() {
  auto name = known(Type::name);
  if (!name && get_port()) name = known(Type::name);
  if (!name || picture_.names[static_cast<std::size_t>(name->number)].mute) return false;
  const Picture::Name& known_as = picture_.names[static_cast<std::size_t>(name->number)];
  const Disposition plain = known_as.receive ? Disposition::make_send : Disposition::copy_send;
  constexpr Disposition odd[] = {Disposition::copy_send, Disposition::make_send_once, Disposition::move_send,
                                 Disposition::move_send_once};
  const Value disposition = word(chance(6) ? odd[entropy_.below(std::size(odd))] : plain);
  const Value id = number(static_cast<std::int32_t>(entropy_.below(4)));
  const Value size = number(kMessageSizes[entropy_.below(std::size(kMessageSizes))]);
  emit(call_step(Function::mach_msg_send, {*name, disposition, id, size, milliseconds(0)}));
  return true;
}

bool Author::run() {
  const Value timeout = milliseconds(kTimeouts[entropy_.below(std::size(kTimeouts))]);
  const Value mode_run = mode();
  emit(call_step(Function::CFRunLoopRunInMode, {mode_run, timeout, boolean(!chance(2))}));
  return true;
}

bool Author::retain() {
  const auto target = object();
  if (!target) return false;
  emit(call_step(Function::CFRetain, {*target}));
  return true;
}

bool Author::release() {
  const auto target = object();
  if (!target) return false;
  const auto index = static_cast<std::size_t>(index_of(*target));
  const int references = class_of(*target) == ObjectClass::port ? picture_.ports[index].references
                                                                : picture_.sources[index].references;
  if (references <= 0 && !chance(4)) return false;
  emit(call_step(Function::CFRelease, {*target}));
  return true;
}

bool Author::kill() {
  const auto name = known(Type::name);
  if (!name) return false;
  if (chance(3)) {
    emit(call_step(Function::mach_port_destroy, {*name}));
  } else {
    emit(call_step(Function::mach_port_mod_refs, {*name, word(Right::receive), number(-1)}));
  }
  return true;
}

bool Author::drop() {
  const auto name = known(Type::name);
  if (!name) return false;
  if (chance(2)) {
    emit(call_step(Function::mach_port_mod_refs, {*name, word(Right::send), number(-1)}));
  } else {
    emit(call_step(Function::mach_port_deallocate, {*name}));
  }
  return true;
}

bool Author::add_right() {
  const auto name = known(Type::name);
  if (!name) return false;
  const bool receive = picture_.names[static_cast<std::size_t>(name->number)].receive;
  const Disposition disposition = receive ? Disposition::make_send : Disposition::copy_send;
  emit(call_step(Function::mach_port_insert_right, {*name, *name, word(disposition)}));
  return true;
}

bool Author::settle() {
  emit(Step{.kind = StepKind::settle});
  return true;
}

// --- probes ---

bool Author::probe() {
  const std::uint32_t kind = entropy_.below(8);
  const Type type = kind < 4 ? Type::port : kind < 6 ? Type::source : Type::name;
  const auto handle = known(type);
  if (!handle) return false;
  return type == Type::port     ? probe_port(*handle)
         : type == Type::source ? probe_source(*handle)
                                : probe_name(*handle);
}

bool Author::probe_port(Value port) {
  switch (entropy_.below(4)) {
    case 0:
      emit(call_step(Function::CFMachPortIsValid, {port}));
      break;
    case 1:
      emit(call_step(Function::CFMachPortGetContext, {port}));
      break;
    case 2:
      emit(call_step(Function::CFMachPortGetInvalidationCallBack, {port}));
      break;
    default:
      emit(call_step(Function::CFGetRetainCount, {as_object(port)}));
      break;
  }
  return true;
}

bool Author::probe_source(Value source) {
  switch (entropy_.below(3)) {
    case 0:
      emit(call_step(Function::CFRunLoopSourceIsValid, {source}));
      break;
    case 1:
      emit(call_step(Function::CFRunLoopContainsSource, {loop(), source, mode()}));
      break;
    default:
      emit(call_step(Function::CFGetRetainCount, {as_object(source)}));
      break;
  }
  return true;
}

bool Author::probe_name(Value name) {
  const std::uint32_t kind = entropy_.below(4);
  if (kind == 0) {
    emit(call_step(Function::mach_port_type, {name}));
  } else {
    constexpr Right rights[] = {Right::send, Right::receive, Right::dead_name};
    emit(call_step(Function::mach_port_get_refs, {name, word(rights[kind - 1])}));
  }
  return true;
}

// --- blocks ---

bool Author::react() {
  constexpr Callback callbacks[] = {Callback::invalidation, Callback::invalidation, Callback::message,
                                    Callback::message,      Callback::release,      Callback::retain};
  Step head{.kind = StepKind::on, .callback = callbacks[entropy_.below(std::size(callbacks))]};
  const Type type = info(head.callback).subject;
  // What is to come can be spoken of, too: `on retain(I0)` stands before the call that gives I0.
  const auto next = fresh(type);
  const auto latest = known(type);
  if (!chance(10)) {
    if (next && (!latest || chance(4)))
      head.subject = *next;
    else if (latest)
      head.subject = *latest;
  }
  Place inside = place_;
  ++inside.depth;
  if (chance(3)) {
    inside.repeated = true;
  } else {
    head.occurrence = static_cast<std::uint16_t>(1 + (chance(4) ? 1 + entropy_.below(2) : 0));
  }
  write_block(head, inside, 1 + entropy_.below(4));
  return true;
}

void Author::write_block(Step head, Place place, std::uint32_t actions) {
  const std::size_t at = script_.steps.size();
  const Picture before = picture_;
  const Place outside = place_;
  script_.steps.push_back(head);
  place_ = place;
  for (std::uint32_t done = 0; done < actions && !full(); ++done) act();
  place_ = outside;
  picture_.forget_since(before);
  script_.steps[at].size = static_cast<std::uint32_t>(script_.steps.size() - at - 1);
}

bool Author::thread() {
  const std::uint32_t choice = entropy_.below(4);
  for (ThreadId id = 1; id < limits::threads && choice > 1; ++id) {
    if (!running_[id]) continue;
    Step step{.kind = choice == 2 ? StepKind::join : StepKind::await, .thread = id};
    if (step.kind == StepKind::join) {
      running_[id] = false;
    } else {
      step.callback = chance(2) ? Callback::invalidation : Callback::message;
      if (const auto port = known(Type::port)) step.subject = *port;
    }
    emit(step);
    return true;
  }
  return start_thread();
}

bool Author::start_thread() {
  ThreadId id = 1;
  while (id < limits::threads && running_[id]) ++id;
  if (id == limits::threads) return false;
  running_[id] = true;
  Place inside = place_;
  ++inside.depth;
  inside.thread = id;
  write_block(Step{.kind = StepKind::start, .thread = id}, inside, 1 + entropy_.below(6));
  return true;
}

void Author::join_all() {
  for (ThreadId id = 1; id < limits::threads; ++id)
    if (running_[id]) emit(Step{.kind = StepKind::join, .thread = id});
}

// --- anything ---

bool Author::wild() {
  const auto all = functions();
  const FunctionInfo& row = all[entropy_.below(static_cast<std::uint32_t>(all.size()))];
  Step step{.kind = StepKind::call, .function = row.function};
  for (int at = 0; at < row.argument_count; ++at) {
    step.arguments[at] = any_value(row.arguments[at]);
    if (step.arguments[at].type == Type::none) return false;
  }
  // These know which names they may be about.
  if (row.function == Function::mach_msg_send) return send();
  if (row.function == Function::CFMachPortGetPort) return get_port();
  if (row.bind != Type::none) {
    const auto bind = fresh(row.bind);
    if (!bind) return false;
    step.bind = *bind;
  }
  emit(step);
  return true;
}

// A value of type none where there is none to be had.
Value Author::any_value(Type type) {
  switch (type) {
    case Type::boolean:
      return boolean(chance(2));
    case Type::integer:
      return number(static_cast<std::int32_t>(entropy_.below(4)) - 2);
    case Type::milliseconds:
      return milliseconds(kTimeouts[entropy_.below(std::size(kTimeouts))]);
    case Type::object:
      return object().value_or(Value{});
    case Type::loop:
      return loop();
    case Type::mode:
      return mode();
    case Type::context:
      return context();
    case Type::callout:
      return callout(false);
    case Type::out:
      return out_flag();
    case Type::allocator:
      return word(chance(2) ? Allocator::failing : Allocator::observed);
    case Type::invalidation:
      return word(chance(2) ? Invalidation::inv2 : Invalidation::inv);
    case Type::right:
      return make_value(type, static_cast<std::int32_t>(entropy_.below(5)));
    case Type::disposition:
      return make_value(type, static_cast<std::int32_t>(entropy_.below(6)));
    case Type::name:
      if (chance(4)) return make_value(type, chance(2) ? Value::dead : Value::null);
      return known(type).value_or(null_of(type));
    default:
      return known(type).value_or(Value{});
  }
}

// --- handles and words ---

// Few objects that much is done to find more than many that little is done to.
bool Author::crowded(std::size_t count) {
  return count >= 3 && !chance(4);
}

void Author::emit(const Step& step) {
  script_.steps.push_back(step);
  picture_.note(step);
}

std::optional<Value> Author::known(Type type) {
  const std::size_t count = handles_made(type);
  if (count == 0) return std::nullopt;
  // What may stand for nothing gets less of a chance.
  for (int tries = 0;; ++tries) {
    const std::size_t index = count - 1 - entropy_.below(static_cast<std::uint32_t>(count));
    const bool doubtful = (type == Type::port && picture_.ports[index].doubtful) ||
                          (type == Type::source && picture_.sources[index].doubtful);
    if (!doubtful || tries == 2) return make_value(type, static_cast<std::int32_t>(index));
  }
}

std::optional<Value> Author::fresh(Type type) const {
  const Value next = make_value(type, static_cast<std::int32_t>(handles_made(type)));
  if (next.number >= capacity(handle_class(next))) return std::nullopt;
  return next;
}

std::size_t Author::handles_made(Type type) const {
  switch (type) {
    case Type::port:
      return picture_.ports.size();
    case Type::source:
      return picture_.sources.size();
    case Type::name:
      return picture_.names.size();
    case Type::info:
      return static_cast<std::size_t>(picture_.infos);
    default:
      return 0;
  }
}

std::optional<Value> Author::object() {
  const auto handle = known(!picture_.sources.empty() && chance(3) ? Type::source : Type::port);
  return handle ? std::optional(as_object(*handle)) : std::nullopt;
}

Value Author::callout(bool may_be_null) {
  return may_be_null && chance(16) ? null_of(Type::callout) : make_value(Type::callout, 0);
}

Value Author::context() {
  if (chance(8)) return null_of(Type::context);
  const ContextForm& form = kContextForms[entropy_.below(std::size(kContextForms))];
  Context context{.retain = form.retain, .release = form.release, .copy_description = form.copy_description};
  const auto next = fresh(Type::info);
  const auto latest = known(Type::info);
  if (!chance(12)) context.info = (next && !(latest && chance(4)) ? *next : *latest).number;
  if (context.retain == Context::Retain::other) {
    context.retained = latest ? latest->number : 0;
    if (context.retained == context.info) context.retain = Context::Retain::same, context.retained = 0;
  }
  if (chance(32)) context.version = static_cast<std::int32_t>(entropy_.below(16));
  return pack(context);
}

Value Author::out_flag() {
  return chance(8) ? null_of(Type::out) : make_value(Type::out, 0);
}

Value Author::loop() {
  const bool other = options_.threads && chance(4);
  const auto thread = other ? static_cast<std::int32_t>(entropy_.below(limits::threads)) : place_.thread;
  return make_value(Type::loop, thread);
}

Value Author::mode() {
  constexpr std::int32_t modes[] = {0, 0, 0, 0, 0, Value::common, 1, 2};
  return make_value(Type::mode, modes[entropy_.below(std::size(modes))]);
}

}  // namespace portunus
