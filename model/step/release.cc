// References, the end of objects, and the rights of owned ports: facts cfmachport 5 (Rights), 6 and 13.
#include "model/step/space.h"
#include "model/step/step.h"

namespace portunus::model {
namespace {

enum Pc : std::uint8_t { begun, returning, dropping_receive, dropping_send, letting_go };

// The memory goes; what becomes of an owner's rights now is a switch, the end of its watch does the rest
// (die.cc).
void offer_freed(Moves& moves, ThreadId thread, const Frame& frame) {
  const Port& port = moves.state().ports[frame.port];
  const Label label = deallocate_label(thread, make_object(ObjectClass::port, frame.port));
  const auto offer = [&](OwnedRights way) {
    State* next = moves.observe_allocation(label, ClauseId::release_port);
    if (next == nullptr) return;
    next->ports[frame.port].life = Port::freed;
    pop(*next, thread);
    if (free_rights(*next, frame.port, way)) drop_rights(*next, thread, frame.port);
  };
  const bool no_difference = port.owned == 0 && moves.state().names[port.name].record == 0;
  if (no_difference) return offer(OwnedRights::once);
  moves.each(Switch::owned_rights, [&](int way) { offer(static_cast<OwnedRights>(way)); });
}

}  // namespace

bool free_rights(State& state, std::uint8_t index, OwnedRights way) {
  Port& port = state.ports[index];
  const bool ended = port.watch == Port::cancelled || port.watch == Port::unwatched;
  if (way == OwnedRights::by_record) {
    std::uint8_t& record = state.names[port.name].record;
    if ((record & record_present) == 0) {
      return port.owned != 0;
    }
    if ((record & record_ran) != 0) {
      record = 0;  // the watch ended before the last release: nobody drops the rights any more
    } else {
      record =
          static_cast<std::uint8_t>(record_present | record_released | (port.owned != 0 ? record_owned : 0));
    }
    return false;
  }
  if (port.owned == 0 || !ended) return false;
  if (way == OwnedRights::asynchronously) port.rights = Port::send_then_receive;
  return way == OwnedRights::once;
}

void drop_rights(State& state, ThreadId thread, std::uint8_t index) {
  Frame frame = make_frame(Op::free_port);
  frame.port = index;
  frame.pc = dropping_receive;
  push(state, thread, frame);
}

void drop_next_right(State& state, std::uint8_t index, Kernel kernel) {
  Port& port = state.ports[index];
  const Name& name = state.names[port.name];
  switch (port.rights) {
    case Port::none_due:
      return;
    case Port::send_then_receive:
      port.rights = Port::receive_last;
      // This call fails where the name is dead already: a dead-name reference stays.
      if (name.kind == Name::port) Space(state, kernel).drop_reference(port.name);
      return;
    case Port::receive_then_send:
    case Port::receive_last:
      port.rights = port.rights == Port::receive_then_send ? Port::send_last : Port::none_due;
      if (name.receive != 0) Space(state, kernel).end_receive(port.name);
      return;
    case Port::send_last:
      port.rights = Port::none_due;
      Space(state, kernel).drop_reference(port.name);
      return;
  }
}

void release_port(State& state, ThreadId thread, std::uint8_t port) {
  if (--state.ports[port].count > 0) return;
  Frame frame = make_frame(Op::free_port);
  frame.port = port;
  push(state, thread, frame);
}

void release_source(State& state, ThreadId thread, std::uint8_t source) {
  if (--state.sources[source].count > 0) return;
  Frame frame = make_frame(Op::free_source);
  frame.source = source;
  push(state, thread, frame);
}

void release_sources(State& state, ThreadId thread, std::uint8_t source, int references) {
  Frame frame = make_frame(Op::free_source);
  frame.source = source;
  frame.pc = letting_go;
  frame.x = references;
  push(state, thread, frame);
}

void count_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  const auto function = static_cast<Function>(frame.function);
  if (frame.pc == returning) return offer_return(moves, thread, frame, {}, ClauseId::release_counts);
  State* next = moves.silent(ClauseId::release_counts);
  if (next == nullptr) return;
  top(*next, thread).pc = returning;
  const bool retains = function == Function::CFRetain;
  if (frame.port != none)
    retains ? static_cast<void>(++next->ports[frame.port].count) : release_port(*next, thread, frame.port);
  if (frame.source != none)
    retains ? static_cast<void>(++next->sources[frame.source].count)
            : release_source(*next, thread, frame.source);
}

void free_port_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  if (frame.pc == begun) return offer_freed(moves, thread, frame);
  State* next = moves.silent(ClauseId::release_rights);
  if (next == nullptr) return;
  const std::uint8_t slot = next->ports[frame.port].name;
  if (frame.pc == dropping_send) {
    pop(*next, thread);
    return Space(*next, moves.rules().kernel).drop_reference(slot);
  }
  top(*next, thread).pc = dropping_send;
  if (next->names[slot].receive != 0) Space(*next, moves.rules().kernel).end_receive(slot);
}

void free_source_moves(Moves& moves, ThreadId thread, const Frame& frame) {
  if (frame.pc == letting_go) {
    if (State* next = moves.silent(ClauseId::release_source)) {
      pop(*next, thread);
      Source& source = next->sources[frame.source];
      source.count = static_cast<std::uint8_t>(source.count - (frame.x - 1));
      release_source(*next, thread, frame.source);
    }
    return;
  }
  if (frame.pc == begun) {
    if (State* next = moves.silent(ClauseId::release_source)) {
      top(*next, thread).pc = returning;
      release_port(*next, thread, next->sources[frame.source].port);
    }
    return;
  }
  const Label label = deallocate_label(thread, make_object(ObjectClass::source, frame.source));
  if (State* next = moves.observe_allocation(label, ClauseId::release_source)) {
    next->sources[frame.source].life = Source::freed;
    pop(*next, thread);
  }
}

}  // namespace portunus::model
