#include "props/generate/author.h"

#include <algorithm>

#include "props/generate/call_step.h"
#include "props/generate/canonical.h"
#include "props/generate/values.h"

namespace portunus {
namespace {

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
    case Action::describe:
      return false;
    default:
      return true;
  }
}

// The functions that scripts about CFMachPort call: those behind them are for scripts of Mach alone.
constexpr auto kFunctions = static_cast<std::uint32_t>(Function::mach_port_unused_name);

// A run loop has a buffer of its own for 3 KiB.
constexpr std::int32_t kMessageSizes[] = {message_size_min, 28, 64, 3000, 4000};

}  // namespace

Author::Author(Entropy& entropy, const GeneratorOptions& options)
    : entropy_(entropy), options_(options), choices_(entropy, picture_) {
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

  static_assert(static_cast<int>(Action::probe) == 0, "what is done where nothing has a weight");
  return static_cast<Action>(choices_.weighted(weights));
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
    case Action::steer:
      return steer();
    case Action::ask_loop:
      return ask_loop();
    case Action::declare:
      return declare();
    case Action::end_source:
      return end_source();
    case Action::compare:
      return compare();
    case Action::describe:
      return describe();
    case Action::thread:
      return thread();
  }
  return false;
}

bool Author::create() {
  const auto port = choices_.fresh(Type::port);
  if (!port || choices_.crowded(Type::port)) return false;
  const Value allocator = choices_.allocator();
  emit(call_step(Function::CFMachPortCreate,
                 {allocator, choices_.callout(true), choices_.context(), choices_.flag()}, *port));
  return true;
}

bool Author::allocate() {
  const auto name = choices_.fresh(Type::name);
  if (!name || choices_.crowded(Type::name)) return false;
  constexpr Right rights[] = {Right::receive, Right::receive, Right::receive,  Right::receive,
                              Right::receive, Right::receive, Right::port_set, Right::dead_name};
  emit(call_step(Function::mach_port_allocate, {word(choices_.one_of(rights))}, *name));
  if (picture_.names.back().receive && !choices_.chance(4))
    emit(call_step(Function::mach_port_insert_right, {*name, *name, word(Disposition::make_send)}));
  return true;
}

bool Author::wrap() {
  const auto port = choices_.fresh(Type::port);
  auto name = choices_.known(Type::name);
  if (!name && (allocate() || get_port())) name = latest_name();
  if (choices_.chance(24)) name = null_of(Type::name);
  if (!port || !name) return false;
  const bool used = name->number >= 0 && picture_.names[static_cast<std::size_t>(name->number)].used;
  const Value allocator = choices_.allocator();
  const Value callout = choices_.callout(!used);
  emit(call_step(Function::CFMachPortCreateWithPort,
                 {allocator, *name, callout, choices_.context(), choices_.flag()}, *port));
  return true;
}

bool Author::listen() {
  const auto port = choices_.known(Type::port);
  if (!port) return false;
  const auto source = picture_.source_of(port->number);
  return source ? add_source(*source) : make_source(*port) && add_latest_source();
}

bool Author::add_latest_source() {
  return add_source(static_cast<int>(picture_.sources.size()) - 1);
}

bool Author::add_source(int source) {
  emit(call_step(Function::CFRunLoopAddSource, {loop(), make_value(Type::source, source), choices_.mode()}));
  return true;
}

// A port's name is asked for once: a second handle for it would stand for nothing.
bool Author::get_port() {
  const auto port = choices_.known(Type::port);
  if (!port || picture_.ports[static_cast<std::size_t>(port->number)].name) return false;
  return name_of(*port).has_value();
}

// A port has one source while both are valid: asking again gives no new handle something to stand for.
bool Author::source() {
  const auto port = choices_.known(Type::port);
  if (!port || (picture_.source_of(port->number) && !choices_.chance(6))) return false;
  return make_source(*port);
}

bool Author::make_source(Value port) {
  const auto source = choices_.fresh(Type::source);
  if (!source) return false;
  const Value allocator = choices_.allocator();
  const Value order = number(choices_.chance(4) ? 1 : 0);
  emit(call_step(Function::CFMachPortCreateRunLoopSource, {allocator, port, order}, *source));
  return true;
}

bool Author::add() {
  const auto source = choices_.known(Type::source);
  if (!source) return false;
  emit(call_step(Function::CFRunLoopAddSource, {loop(), *source, choices_.mode()}));
  return true;
}

bool Author::remove() {
  const auto source = choices_.known(Type::source);
  if (!source) return false;
  emit(call_step(Function::CFRunLoopRemoveSource, {loop(), *source, choices_.mode()}));
  return true;
}

bool Author::steer() {
  emit(call_step(choices_.chance(3) ? Function::CFRunLoopWakeUp : Function::CFRunLoopStop, {loop()}));
  return true;
}

bool Author::ask_loop() {
  switch (choices_.below(6)) {
    case 0:
      emit(call_step(Function::CFRunLoopGetCurrent, {}));
      break;
    case 1:
      emit(call_step(Function::CFRunLoopGetMain, {}));
      break;
    case 2:
    case 3:
      emit(call_step(Function::CFRunLoopIsWaiting, {loop()}));
      break;
    default:
      emit(call_step(Function::CFRunLoopCopyCurrentMode, {loop()}));
      break;
  }
  return true;
}

bool Author::declare() {
  emit(call_step(Function::CFRunLoopAddCommonMode,
                 {loop(), make_value(Type::mode, choices_.chance(2) ? 1 : 2)}));
  return true;
}

bool Author::end_source() {
  const auto source = choices_.known(Type::source);
  if (!source) return false;
  emit(call_step(Function::CFRunLoopSourceInvalidate, {*source}));
  return true;
}

bool Author::invalidate() {
  const auto port = choices_.known(Type::port);
  if (!port) return false;
  if (!choices_.chance(3)) ensure_callback(*port);
  emit(call_step(Function::CFMachPortInvalidate, {*port}));
  return true;
}

// An invalidation without a callback shows little of itself.
void Author::ensure_callback(Value port) {
  if (place_.repeated || picture_.ports[static_cast<std::size_t>(port.number)].callback) return;
  emit(call_step(Function::CFMachPortSetInvalidationCallBack, {port, word(Invalidation::inv)}));
}

bool Author::set_callback() {
  const auto port = choices_.known(Type::port);
  if (!port) return false;
  const Value callbacks[] = {word(Invalidation::inv), word(Invalidation::inv), word(Invalidation::inv2),
                             null_of(Type::invalidation)};
  emit(call_step(Function::CFMachPortSetInvalidationCallBack, {*port, choices_.one_of(callbacks)}));
  return true;
}

// Mostly to a port that hears of it, and then its loop is run.
bool Author::send() {
  if (!choices_.chance(4)) return converse();
  auto name = choices_.known(Type::name);
  if (!name && get_port()) name = latest_name();
  return name && send_to(*name);
}

bool Author::converse() {
  const auto port = choices_.known(Type::port);
  if (!port) return false;
  if (!picture_.source_of(port->number) && !(make_source(*port) && add_latest_source())) return false;
  const auto name = name_of(*port);
  if (!name || !send_to(*name)) return false;
  const auto source = picture_.source_of(port->number);
  return run_in(source ? picture_.sources[static_cast<std::size_t>(*source)].mode : std::nullopt);
}

// The port's name, which is asked for if it is not known.
std::optional<Value> Author::name_of(Value port) {
  if (const auto name = picture_.ports[static_cast<std::size_t>(port.number)].name)
    return make_value(Type::name, *name);
  const auto name = choices_.fresh(Type::name);
  if (name) emit(call_step(Function::CFMachPortGetPort, {port}, *name));
  return name;
}

bool Author::send_to(Value name) {
  const Picture::Name& known_as = picture_.names[static_cast<std::size_t>(name.number)];
  if (known_as.mute) return false;
  const Disposition plain = known_as.receive ? Disposition::make_send : Disposition::copy_send;
  constexpr Disposition odd[] = {Disposition::copy_send, Disposition::make_send_once, Disposition::move_send,
                                 Disposition::move_send_once};
  const Value disposition = word(choices_.chance(8) ? choices_.one_of(odd) : plain);
  const Value id = number(static_cast<std::int32_t>(choices_.below(4)));
  const Value size = number(choices_.one_of(kMessageSizes));
  emit(call_step(Function::mach_msg_send, {name, disposition, id, size, milliseconds(0)}));
  return true;
}

bool Author::run() {
  return run_in(std::nullopt);
}

// In the mode that is wanted, if any, most of the time.
bool Author::run_in(std::optional<int> wanted) {
  Value mode = choices_.mode();
  if (wanted && *wanted != Value::common && !choices_.chance(8)) mode = make_value(Type::mode, *wanted);
  const Value timeout = choices_.timeout();
  emit(call_step(Function::CFRunLoopRunInMode, {mode, timeout, boolean(!choices_.chance(2))}));
  return true;
}

bool Author::retain() {
  const auto target = choices_.object();
  if (!target) return false;
  emit(call_step(Function::CFRetain, {*target}));
  return true;
}

bool Author::release() {
  const auto target = choices_.object();
  if (!target) return false;
  const auto index = static_cast<std::size_t>(index_of(*target));
  const int references = class_of(*target) == ObjectClass::port ? picture_.ports[index].references
                                                                : picture_.sources[index].references;
  if (references <= 0 && !choices_.chance(4)) return false;
  emit(call_step(Function::CFRelease, {*target}));
  return true;
}

bool Author::kill() {
  const auto name = choices_.known(Type::name);
  if (!name) return false;
  if (choices_.chance(3)) {
    emit(call_step(Function::mach_port_destroy, {*name}));
  } else {
    emit(call_step(Function::mach_port_mod_refs, {*name, word(Right::receive), number(-1)}));
  }
  return true;
}

bool Author::drop() {
  const auto name = choices_.known(Type::name);
  if (!name) return false;
  if (choices_.chance(2)) {
    emit(call_step(Function::mach_port_mod_refs, {*name, word(Right::send), number(-1)}));
  } else {
    emit(call_step(Function::mach_port_deallocate, {*name}));
  }
  return true;
}

bool Author::add_right() {
  const auto name = choices_.known(Type::name);
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
  // What a callback sees of its own port's source tells in which order things are done.
  const auto own_source = place_.port ? picture_.source_of(*place_.port) : std::nullopt;
  if (own_source && !choices_.chance(2)) return probe_source(make_value(Type::source, *own_source));
  const std::uint32_t kind = choices_.below(8);
  const Type type = kind < 4 ? Type::port : kind < 6 ? Type::source : Type::name;
  const auto handle = choices_.known(type);
  if (!handle) return false;
  if (type == Type::port) return probe_port(*handle);
  return type == Type::source ? probe_source(*handle) : probe_name(*handle);
}

bool Author::probe_port(Value port) {
  switch (choices_.below(6)) {
    case 0:
      emit(call_step(Function::CFMachPortIsValid, {port}));
      break;
    case 1:
      emit(call_step(Function::CFMachPortGetContext, {port}));
      break;
    case 2:
      emit(call_step(Function::CFMachPortGetInvalidationCallBack, {port}));
      break;
    case 3:
      emit(call_step(Function::CFMachPortGetQueuedMessageCount, {port}));
      break;
    case 4:
      emit(call_step(Function::CFGetTypeID, {as_object(port)}));
      break;
    default:
      emit(call_step(Function::CFGetRetainCount, {as_object(port)}));
      break;
  }
  return true;
}

bool Author::probe_source(Value source) {
  const auto added_to = picture_.sources[static_cast<std::size_t>(source.number)].mode;
  const bool there = added_to && !choices_.chance(3);
  switch (choices_.below(4)) {
    case 0:
      emit(call_step(Function::CFRunLoopSourceIsValid, {source}));
      break;
    case 2:
      emit(call_step(Function::CFRunLoopSourceGetOrder, {source}));
      break;
    case 1:
      emit(call_step(Function::CFRunLoopContainsSource,
                     {loop(), source, there ? make_value(Type::mode, *added_to) : choices_.mode()}));
      break;
    default:
      emit(call_step(Function::CFGetRetainCount, {as_object(source)}));
      break;
  }
  return true;
}

bool Author::probe_name(Value name) {
  const std::uint32_t kind = choices_.below(4);
  if (kind == 0) {
    emit(call_step(Function::mach_port_type, {name}));
  } else {
    constexpr Right rights[] = {Right::send, Right::receive, Right::dead_name};
    emit(call_step(Function::mach_port_get_refs, {name, word(rights[kind - 1])}));
  }
  return true;
}

// Two objects that have something to do with each other, where the script made such.
bool Author::compare() {
  const auto first = choices_.object();
  const auto second = choices_.object();
  if (!first || !second) return false;
  emit(call_step(choices_.chance(2) ? Function::CFHash : Function::CFEqual, {*first, *second}));
  return true;
}

bool Author::describe() {
  const auto target = choices_.object();
  if (!target) return false;
  emit(call_step(Function::CFCopyDescription, {*target}));
  return true;
}

// --- blocks ---

bool Author::react() {
  constexpr Callback callbacks[] = {Callback::invalidation,   Callback::invalidation, Callback::message,
                                    Callback::message,        Callback::release,      Callback::retain,
                                    Callback::copyDescription};
  Step head{.kind = StepKind::on, .callback = choices_.one_of(callbacks)};
  const Type type = info(head.callback).subject;
  // What is to come can be spoken of, too: `on retain(I0)` stands before the call that gives I0.
  const auto next = choices_.fresh(type);
  const auto latest = choices_.known(type);
  if (!choices_.chance(10)) {
    if (next && (!latest || choices_.chance(4)))
      head.subject = *next;
    else if (latest)
      head.subject = *latest;
  }
  Place inside = place_;
  ++inside.depth;
  if (head.subject.type == Type::port) inside.port = head.subject.number;
  if (choices_.chance(3)) {
    inside.repeated = true;
  } else {
    head.occurrence = static_cast<std::uint16_t>(1 + (choices_.chance(4) ? 1 + choices_.below(2) : 0));
  }
  write_block(head, inside, 1 + choices_.below(4));
  if (head.callback == Callback::invalidation && latest && head.subject == *latest && !choices_.chance(3))
    ensure_callback(*latest);
  return true;
}

void Author::write_block(Step head, Place place, std::uint32_t actions) {
  const std::size_t at = script_.steps.size();
  const Picture before = picture_;
  const Place outside = place_;
  script_.steps.push_back(head);
  place_ = place;
  if (place.port) probe();
  for (std::uint32_t done = 0; done < actions && !full(); ++done) act();
  place_ = outside;
  picture_.forget_since(before);
  script_.steps[at].size = static_cast<std::uint32_t>(script_.steps.size() - at - 1);
}

bool Author::thread() {
  const std::uint32_t choice = choices_.below(4);
  for (ThreadId id = 1; id < limits::threads && choice > 1; ++id) {
    if (!running_[id]) continue;
    Step step{.kind = choice == 2 ? StepKind::join : StepKind::await, .thread = id};
    if (step.kind == StepKind::join) {
      running_[id] = false;
    } else {
      step.callback = choices_.chance(2) ? Callback::invalidation : Callback::message;
      if (const auto port = choices_.known(Type::port)) step.subject = *port;
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
  write_block(Step{.kind = StepKind::start, .thread = id}, inside, 1 + choices_.below(6));
  return true;
}

void Author::join_all() {
  for (ThreadId id = 1; id < limits::threads; ++id)
    if (running_[id]) emit(Step{.kind = StepKind::join, .thread = id});
}

// --- anything ---

bool Author::wild() {
  const FunctionInfo& row = functions()[choices_.below(kFunctions)];
  Step step{.kind = StepKind::call, .function = row.function};
  for (int at = 0; at < row.argument_count; ++at) {
    step.arguments[at] = choices_.any(row.arguments[at], place_.thread);
    if (step.arguments[at].type == Type::none) return false;
  }
  // These know which names they may be about.
  if (row.function == Function::mach_msg_send) return send();
  if (row.function == Function::CFMachPortGetPort) return get_port();
  if (row.bind != Type::none) {
    const auto bind = choices_.fresh(row.bind);
    if (!bind) return false;
    step.bind = *bind;
  }
  emit(step);
  return true;
}

// Requires that there is one.
Value Author::latest_name() const {
  return make_value(Type::name, static_cast<std::int32_t>(picture_.names.size()) - 1);
}

Value Author::loop() {
  std::int32_t thread = place_.thread;
  for (ThreadId id = 1; id < limits::threads; ++id)
    if (running_[id] && choices_.chance(8)) thread = id;
  return make_value(Type::loop, thread);
}

void Author::emit(const Step& step) {
  script_.steps.push_back(step);
  picture_.note(step);
}

}  // namespace portunus
