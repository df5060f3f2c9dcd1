// What every object has: equality, a hash, a type and a description. Facts cfmachport 4.
#include "model/step/step.h"

namespace portunus::model {
namespace {

// How far a description has come. In its frame's `flags`: 1, the object is retained meanwhile.
enum Pc : std::uint8_t { begun, looked, described, port_released, returning };

// An object of a call.
struct Object {
  ObjectClass of;
  std::uint8_t index;
};

bool operator==(Object a, Object b) {
  return a.of == b.of && a.index == b.index;
}

Object first_object(const Frame& frame) {
  if (frame.port != none) return {ObjectClass::port, frame.port};
  if (frame.source != none) return {ObjectClass::source, frame.source};
  return {ObjectClass::loop, frame.loop};
}

// Of a call with two objects.
Object second_object(const Frame& frame) {
  const Value object = make_value(Type::object, frame.x);
  return {class_of(object), static_cast<std::uint8_t>(index_of(object))};
}

// The slot of the name that the object is about; none for a run loop.
std::uint8_t name_of(const State& state, Object object) {
  switch (object.of) {
    case ObjectClass::port:
      return state.ports[object.index].name;
    case ObjectClass::source:
      return state.ports[state.sources[object.index].port].name;
    case ObjectClass::loop:
      break;
  }
  return none;
}

void offer_truth(Moves& moves, ThreadId thread, const Frame& frame, bool truth, ClauseId clause) {
  const Value results[] = {boolean_value(truth)};
  offer_return(moves, thread, frame, results, clause);
}

void offer_equal(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const Object a = first_object(frame);
  const Object b = second_object(frame);
  if (a == b || a.of != b.of || a.of == ObjectClass::loop)
    return offer_truth(moves, thread, frame, a == b, ClauseId::equal_same);
  if (a.of == ObjectClass::port)
    return offer_truth(moves, thread, frame, name_of(state, a) == name_of(state, b), ClauseId::equal_ports);
  offer_truth(moves, thread, frame, are_equal_sources(state, a.index, b.index), ClauseId::equal_sources);
}

void offer_hash(Moves& moves, ThreadId thread, const Frame& frame) {
  const State& state = moves.state();
  const Object a = first_object(frame);
  const Object b = second_object(frame);
  const std::uint8_t name = name_of(state, a);
  if (a == b || (name != none && name == name_of(state, b)))
    return offer_truth(moves, thread, frame, true, ClauseId::equal_hash);
  // Two objects may always share a hash; and nobody says what a run loop's is.
  const bool told = moves.rules().strict && a.of != ObjectClass::loop && b.of != ObjectClass::loop;
  const Value results[] = {make_value(Type::boolean, told ? 0 : Value::any)};
  offer_return(moves, thread, frame, results, ClauseId::equal_hash_differs);
}

// The description of a source is that of its port, and something more.
void offer_look(Moves& moves, ThreadId thread, const Frame& frame) {
  if (frame.loop != none) return offer_truth(moves, thread, frame, true, ClauseId::describe_text);
  moves.each(Switch::held_during_description, [&](int held) {
    State* next = moves.silent(held != 0 ? ClauseId::describe_held : ClauseId::describe_text);
    if (next == nullptr) return;
    Frame& own = top(*next, thread);
    own.pc = looked;
    if (frame.source != none) own.port = next->sources[frame.source].port;
    if (held == 0) return;
    own.flags = 1;
    ++next->ports[own.port].count;
    if (frame.source != none) ++next->sources[frame.source].count;
  });
}

void offer_info(Moves& moves, ThreadId thread, const Frame& frame) {
  const Port& port = moves.state().ports[frame.port];
  if (port.info == none || (port.context & context_copy) == 0) {
    if (State* next = moves.silent(ClauseId::describe_text)) top(*next, thread).pc = described;
    return;
  }
  const Value arguments[] = {info_value(port.info)};
  if (State* next =
          moves.observe(enter_label(thread, Callback::copyDescription, arguments), ClauseId::describe_info))
    enter_client(*next, thread, Callback::copyDescription, described);
}

// Whether the object of the description was freed by its own copyDescription.
bool is_gone(const State& state, const Frame& frame) {
  return state.ports[frame.port].life == Port::freed ||
         (frame.source != none && state.sources[frame.source].life == Source::freed);
}

void offer_description(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (frame.pc) {
    case begun:
      return offer_look(moves, thread, frame);
    case looked:
      return offer_info(moves, thread, frame);
    case described:
      if (frame.flags == 0) {
        if (is_gone(moves.state(), frame))
          return moves.unspecified("the description of an object that its own copyDescription has freed");
        return offer_truth(moves, thread, frame, true, ClauseId::describe_text);
      }
      if (State* next = moves.silent(ClauseId::describe_held)) {
        top(*next, thread).pc = port_released;
        release_port(*next, thread, frame.port);
      }
      return;
    case port_released:
      if (State* next = moves.silent(ClauseId::describe_held)) {
        top(*next, thread).pc = returning;
        if (frame.source != none) release_source(*next, thread, frame.source);
      }
      return;
    default:
      return offer_truth(moves, thread, frame, true, ClauseId::describe_text);
  }
}

}  // namespace

void object_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  switch (static_cast<Function>(frame.function)) {
    case Function::CFEqual:
      return offer_equal(moves, thread, frame);
    case Function::CFHash:
      return offer_hash(moves, thread, frame);
    case Function::CFGetTypeID:
      return offer_truth(moves, thread, frame, frame.port != none, ClauseId::object_type);
    case Function::CFCopyDescription:
      return offer_description(moves, thread, frame);
    default:
      return;
  }
}

}  // namespace portunus::model
