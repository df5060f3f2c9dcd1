#include "model/step/step.h"

#include <optional>
#include <utility>

namespace portunus::model {
namespace {

void call_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (static_cast<Function>(frame.function)) {
    case Function::CFMachPortCreate:
    case Function::CFMachPortCreateWithPort:
      return create_moves(moves, thread, frame);
    case Function::CFMachPortInvalidate:
      return invalidate_call_moves(moves, thread, frame);
    case Function::CFMachPortSetInvalidationCallBack:
      return set_callback_moves(moves, thread, frame);
    case Function::CFMachPortGetInvalidationCallBack:
    case Function::CFMachPortGetContext:
    case Function::CFMachPortGetPort:
    case Function::CFMachPortIsValid:
    case Function::CFGetRetainCount:
    case Function::CFMachPortGetQueuedMessageCount:
      return query_moves(moves, thread, frame);
    case Function::CFEqual:
    case Function::CFHash:
    case Function::CFGetTypeID:
    case Function::CFCopyDescription:
      return object_moves(moves, thread, frame);
    case Function::CFRetain:
    case Function::CFRelease:
      return count_moves(moves, thread, frame);
    case Function::CFMachPortCreateRunLoopSource:
    case Function::CFRunLoopAddSource:
    case Function::CFRunLoopRemoveSource:
    case Function::CFRunLoopContainsSource:
    case Function::CFRunLoopSourceIsValid:
    case Function::CFRunLoopSourceInvalidate:
    case Function::CFRunLoopSourceGetOrder:
    case Function::CFRunLoopAddCommonMode:
      return attach_moves(moves, thread, frame);
    case Function::CFRunLoopRunInMode:
      return run_moves(moves, thread, frame);
    case Function::CFRunLoopStop:
    case Function::CFRunLoopWakeUp:
    case Function::CFRunLoopIsWaiting:
    case Function::CFRunLoopCopyCurrentMode:
    case Function::CFRunLoopGetCurrent:
    case Function::CFRunLoopGetMain:
      return loop_moves(moves, thread, frame);
    default:
      return mach_moves(moves, thread, frame);
  }
}

void thread_moves(Moves& moves, ThreadId thread) {
  const State& state = moves.state();
  const Thread& on = state.threads[thread];
  if (on.life == Thread::finished && on.depth == 0) return loop_end_moves(moves, thread);
  if (on.life == Thread::unstarted || on.depth == 0) return;
  const Frame& frame = top(state, thread);
  switch (frame.op) {
    case Op::nothing:
    case Op::client:
      return;
    case Op::call:
      return call_moves(moves, thread, frame);
    case Op::invalidate:
      return invalidate_moves(moves, thread, frame);
    case Op::deliver:
      return deliver_moves(moves, thread, frame);
    case Op::drain:
      return drain_moves(moves, thread, frame);
    case Op::free_port:
      return free_port_moves(moves, thread, frame);
    case Op::free_source:
      return free_source_moves(moves, thread, frame);
  }
}

// Turns the arguments of a call into its frame.
class CallReader {
 public:
  CallReader(Moves& moves, const Label& label)
      : moves_(moves), state_(moves.state()), frame_(make_frame(Op::call)), mach_(no_mach_call()) {
    frame_.function = static_cast<std::uint8_t>(label.function);
  }

  // The frame; empty if the call is beyond a limit or outside what the specification speaks of, which is then
  // said.
  std::optional<Frame> read(const Label& label) {
    const FunctionInfo& row = info(label.function);
    if (row.bind != Type::none) frame_.bind = bind(label.bind);
    if (row.second != Type::none) mach_.second = bind(label.second);
    for (int place = 0; place < row.argument_count && ok_; ++place) argument(label.values[place]);
    return ok_ ? std::optional(frame_) : std::nullopt;
  }

  const MachCall& mach() const { return mach_; }

 private:
  void fail(std::string_view why) {
    ok_ = false;
    moves_.unspecified(why);
  }

  // Whether the handle is within the vocabulary's limits.
  bool within(std::int32_t index, int count, std::string_view which) {
    if (index >= 0 && index < count) return true;
    ok_ = false;
    index >= count ? moves_.limit(which)
                   : moves_.unspecified("a NULL, or what no handle stands for, as an argument");
    return false;
  }

  std::uint8_t bind(Value handle) {
    const auto index = static_cast<std::uint8_t>(handle.number);
    if (handle.type == Type::port && within(handle.number, limits::ports, "ports") &&
        state_.ports[handle.number].life != Port::absent)
      fail("a handle that stands for something already");
    if (handle.type == Type::source && within(handle.number, limits::sources, "sources") &&
        state_.sources[handle.number].life != Source::absent)
      fail("a handle that stands for something already");
    if (handle.type == Type::name && within(handle.number, limits::names, "names") &&
        find_name(state_, index) != none)
      fail("a handle that stands for something already");
    return index;
  }

  void port(std::int32_t index) {
    if (!within(index, limits::ports, "ports")) return;
    frame_.port = static_cast<std::uint8_t>(index);
    const Port::Life life = state_.ports[index].life;
    if (life == Port::absent || life == Port::creating || life == Port::freed)
      fail("a call on a port that is not there");
  }

  void source(std::int32_t index) {
    if (!within(index, limits::sources, "sources")) return;
    frame_.source = static_cast<std::uint8_t>(index);
    const Source::Life life = state_.sources[index].life;
    if (life == Source::absent || life == Source::freed) fail("a call on a source that is not there");
  }

  void loop(std::int32_t index) {
    if (within(index, limits::threads, "threads")) frame_.loop = static_cast<std::uint8_t>(index);
  }

  // Of a second object the frame keeps the number alone.
  void object(Value value) {
    if (value.number < 0) return fail("a NULL object");
    const Frame before = frame_;
    switch (class_of(value)) {
      case ObjectClass::port:
        port(index_of(value));
        break;
      case ObjectClass::source:
        source(index_of(value));
        break;
      case ObjectClass::loop:
        loop(index_of(value));
        break;
    }
    if (!std::exchange(object_read_, true)) return;
    frame_ = before;
    frame_.x = value.number;
  }

  void name(std::int32_t index) {
    const int place = named_++;
    std::uint8_t slot = none;
    if (index == Value::dead) frame_.flags |= static_cast<std::uint8_t>(name_is_dead >> place);
    if (index != Value::null && index != Value::dead) {
      if (!within(index, limits::names, "names")) return;
      slot = find_name(state_, static_cast<std::uint8_t>(index));
      if (slot == none) return fail("a name that nothing has given");
    }
    if (place == 0) frame_.name = slot;
    mach_.names[place] = slot;
  }

  void context(Value value) {
    if (value.number == Value::null) return;
    const Context context = unpack(value);
    if (context.info != Value::null && !within(context.info, limits::infos, "infos")) return;
    frame_.info = context.info == Value::null ? none : static_cast<std::uint8_t>(context.info);
    frame_.x = context_given | (context.retain != Context::Retain::none ? context_retain : 0) |
               (context.release ? context_release : 0) | (context.copy_description ? context_copy : 0) |
               context.version << 8;
  }

  void integer(std::int32_t value) { (std::exchange(counted_, true) ? frame_.y : frame_.x) = value; }

  void argument(Value value) {
    const bool given = value.number != Value::null;
    switch (value.type) {
      case Type::port:
        return port(value.number);
      case Type::source:
        return source(value.number);
      case Type::loop:
        return loop(value.number);
      case Type::object:
        return object(value);
      case Type::name:
        return name(value.number);
      case Type::context:
        return context(value);
      case Type::integer:
        return integer(value.number);
      case Type::milliseconds:
        if (frame_.function == static_cast<std::uint8_t>(Function::CFRunLoopRunInMode))
          frame_.x = value.number;
        else if (value.number > 0)
          frame_.flags |= mach_waits;
        return;
      case Type::mode:
        if (value.number == Value::common)
          frame_.mode = mode_common;
        else if (within(value.number, limits::modes, "modes"))
          frame_.mode = static_cast<std::uint8_t>(value.number);
        return;
      case Type::callout:
        if (given) frame_.flags |= create_callout;
        return;
      case Type::out:
        if (given) frame_.flags |= create_out;
        return;
      case Type::boolean:
      case Type::invalidation:
      case Type::allocator:
      case Type::right:
      case Type::notification:
        frame_.choice = given ? static_cast<std::uint8_t>(value.number) : none;
        return;
      case Type::disposition:
        mach_.dispositions[disposed_++] = given ? static_cast<std::uint8_t>(value.number) : none;
        return;
      default:
        return fail("an argument of an unknown type");
    }
  }

  Moves& moves_;
  const State& state_;
  Frame frame_;
  MachCall mach_;
  bool ok_ = true;
  int named_ = 0;
  int disposed_ = 0;
  bool counted_ = false;
  bool object_read_ = false;
};

void client_call(Moves& moves, const Label& label) {
  if (!in_client_code(moves.state(), label.thread)) return;
  CallReader reader(moves, label);
  const std::optional<Frame> frame = reader.read(label);
  if (!frame) return;
  if (State* next = moves.client()) {
    push(*next, label.thread, *frame);
    next->threads[label.thread].mach = reader.mach();
  }
}

void client_exit(Moves& moves, const Label& label) {
  const State& state = moves.state();
  if (!in_client_code(state, label.thread) || state.threads[label.thread].depth == 0) return;
  if (top(state, label.thread).function != static_cast<std::uint8_t>(label.callback)) return;
  if (label.callback == Callback::retain && label.values[0].number == Value::other)
    return moves.unspecified("a retain that returns what no handle stands for");
  if (State* next = moves.client()) {
    pop(*next, label.thread);
    if (label.callback == Callback::retain)
      top(*next, label.thread).info =
          label.values[0].number == Value::null ? none : static_cast<std::uint8_t>(label.values[0].number);
  }
}

void client_start(Moves& moves, ThreadId thread) {
  if (moves.state().threads[thread].life != Thread::unstarted) return;
  if (State* next = moves.client()) next->threads[thread].life = Thread::running;
}

void client_finish(Moves& moves, ThreadId thread) {
  const Thread& ending = moves.state().threads[thread];
  if (ending.life != Thread::running || ending.depth > 0) return;
  if (State* next = moves.client()) next->threads[thread].life = Thread::finished;
}

// Nothing more happens: no background work is left, and each thread is the client's or waits for something.
void offer_quiescence(Moves& moves, const Label& label) {
  const State& state = moves.state();
  if (!in_client_code(state, label.thread)) return;
  // What waits for the registry, which the client itself keeps locked, waits for the client.
  bool locked_out = false;
  for (ThreadId thread = 0; thread < limits::threads; ++thread) {
    if (ends_loop(state, thread)) return;
    if (state.threads[thread].life != Thread::running) continue;
    if (in_client_code(state, thread) || waits_in_run(state, thread) || waits_in_mach(state, thread))
      continue;
    if (waits_for_port(state, thread)) continue;
    if (!waits_for_registry(state, thread)) return;
    locked_out = true;
  }
  if (!background_is_idle(state)) {
    if (!sweep_waits_for_registry(state)) return;
    locked_out = true;
  }
  const auto offer = [&] {
    if (State* next = moves.observe(label, ClauseId::quiescent))
      finish_background(*next, moves.rules().kernel);
  };
  if (!locked_out) return offer();
  moves.each(Switch::retain_under_registry_lock, [&](int value) {
    if (value == 1) offer();
  });
}

}  // namespace

void silent_moves(Moves& moves) {
  for (ThreadId thread = 0; thread < limits::threads; ++thread) thread_moves(moves, thread);
  background_moves(moves);
}

void system_moves(Moves& moves, ThreadId thread) {
  thread_moves(moves, thread);
}

bool is_client_label(const Label& label, const Rules& rules) {
  switch (label.kind) {
    case LabelKind::call:
    case LabelKind::exit:
    case LabelKind::skip:
    case LabelKind::start:
    case LabelKind::finish:
      return true;
    case LabelKind::log:
      return !rules.strict;
    default:
      return false;
  }
}

void client_move(Moves& moves, const Label& label) {
  switch (label.kind) {
    case LabelKind::call:
      return client_call(moves, label);
    case LabelKind::exit:
      return client_exit(moves, label);
    case LabelKind::start:
      return client_start(moves, label.thread);
    case LabelKind::finish:
      return client_finish(moves, label.thread);
    case LabelKind::quiescent:
      return offer_quiescence(moves, label);
    case LabelKind::skip:
    case LabelKind::log:
      moves.client();
      return;
    default:
      return;
  }
}

Value info_value(std::uint8_t info) {
  return make_value(Type::info, info == none ? Value::null : info);
}
Value port_value(std::uint8_t port) {
  return make_value(Type::port, port == none ? Value::null : port);
}
Value source_value(std::uint8_t source) {
  return make_value(Type::source, source == none ? Value::null : source);
}
Value boolean_value(bool value) {
  return make_value(Type::boolean, value ? 1 : 0);
}
Value invalidation_value(std::uint8_t callback) {
  return make_value(Type::invalidation, callback == none ? Value::null : callback);
}

void enter_client(State& state, ThreadId thread, Callback callback, std::uint8_t pc) {
  top(state, thread).pc = pc;
  Frame frame = make_frame(Op::client);
  frame.function = static_cast<std::uint8_t>(callback);
  push(state, thread, frame);
}

void offer_return(Moves& moves, ThreadId thread, const Frame& frame, std::span<const Value> results,
                  ClauseId clause, Parts parts) {
  const Label label = return_label(thread, static_cast<Function>(frame.function), results);
  if (State* next = moves.observe(label, clause, parts)) pop(*next, thread);
}

}  // namespace portunus::model
