// The death of a native port, the sweep, and the end of watches: facts cfmachport 9 and 10. All of it is
// background work: silent, at any time, in the order of its queues.
#include <algorithm>

#include "model/step/space.h"
#include "model/step/step.h"

namespace portunus::model {
namespace {

void enqueue(State& state, WatchItem::Kind kind, std::uint8_t index) {
  if (state.watch_count == watch_items_max) {
    state.exceeded = 1;
    return;
  }
  state.watch_queue[state.watch_count++] = {kind, index};
}

WatchItem dequeue(State& state) {
  const WatchItem item = state.watch_queue[0];
  --state.watch_count;
  for (int place = 0; place < state.watch_count; ++place)
    state.watch_queue[place] = state.watch_queue[place + 1];
  state.watch_queue[state.watch_count] = {};
  return item;
}

bool is_watched(const State& state, std::uint8_t slot) {
  for (const Port& port : state.ports)
    if (port.name == slot && (port.watch == Port::armed || port.watch == Port::cancelling)) return true;
  return false;
}

// A port whose death the notification of a vanished name tells: one that had its receive right there.
bool tells_death(const State& state, std::uint8_t slot) {
  for (const Port& port : state.ports)
    if (port.name == slot && port.watch == Port::armed && port.had_receive != 0) return true;
  return false;
}

Notice take_notice(State& state) {
  const Notice notice = state.notices[0];
  --state.notice_count;
  for (int place = 0; place < state.notice_count; ++place) state.notices[place] = state.notices[place + 1];
  state.notices[state.notice_count] = {};
  return notice;
}

void offer_notice(Moves& moves) {
  if (moves.state().notices[0].deleted == 0) {
    if (State* next = moves.silent(ClauseId::death_notice)) {
      const Notice notice = take_notice(*next);
      Space(*next, moves.rules().kernel).drop_reference(notice.slot);
      if (is_watched(*next, notice.slot)) enqueue(*next, WatchItem::event, notice.slot);
    }
    return;
  }
  const bool tells = tells_death(moves.state(), moves.state().notices[0].slot);
  const auto offer = [&](bool noticed) {
    if (State* next = moves.silent(ClauseId::death_notice)) {
      const Notice notice = take_notice(*next);
      if (noticed) enqueue(*next, WatchItem::event, notice.slot);
    }
  };
  if (!tells) return offer(false);
  moves.each(Switch::receive_only_watch, [&](int noticed) { offer(noticed != 0); });
}

// The place in the registry of the next object that the sweep takes, or how many are registered.
std::uint8_t next_swept(const State& state, bool takes_unreferenced) {
  const WatchItem& item = state.watch_queue[0];
  std::uint8_t place = item.kind == WatchItem::sweeping ? item.index : 0;
  for (; place < state.registered; ++place) {
    const Port& port = state.ports[state.registry[place]];
    if (!denotes_port(state.names[port.name]) || (takes_unreferenced && port.count == 1)) break;
  }
  return place;
}

void take_swept(State& state, std::uint8_t place) {
  const std::uint8_t index = state.registry[place];
  unregister_port(state, index);
  state.ports[index].life = Port::invalidating;
  cancel_watch(state, index);
  state.blocks[state.block_count++] = index;
  state.watch_queue[0] = {WatchItem::sweeping, place};
}

bool starts_sweep(const State& state, std::uint8_t slot) {
  for (std::uint8_t index = 0; index < limits::ports; ++index)
    if (state.ports[index].name == slot && state.ports[index].watch == Port::armed &&
        is_registered(state, index))
      return true;
  return false;
}

// A watch that is still armed starts a sweep; whatever is invalidated after this look does not stop it.
void offer_event(Moves& moves, std::uint8_t slot) {
  if (!starts_sweep(moves.state(), slot)) {
    if (State* next = moves.silent(ClauseId::death_cancelled)) dequeue(*next);
    return;
  }
  if (State* next = moves.silent(ClauseId::death_sweep)) next->watch_queue[0] = {WatchItem::sweep, 0};
}

// One object after the other, in the order of registration: what is released meanwhile, and still to come, is
// taken too.
void offer_sweep(Moves& moves) {
  moves.each(Switch::sweep_of_unreferenced, [&](int spared) {
    const std::uint8_t place = next_swept(moves.state(), spared == 0);
    State* next = moves.silent(ClauseId::death_sweep);
    if (next == nullptr) return;
    if (place < next->registered)
      take_swept(*next, place);
    else
      dequeue(*next);
  });
}

// The end of an owner's watch, as the variants see it: what happens to rights whose object is freed already.
void end_rights(State& state, std::uint8_t index, OwnedRights way) {
  Port& port = state.ports[index];
  if (way == OwnedRights::by_record) {
    std::uint8_t& record = state.names[port.name].record;
    if ((record & record_present) == 0) return;
    if ((record & record_released) == 0) {
      record |= record_ran;
      return;
    }
    const bool owned = (record & record_owned) != 0;
    record = 0;
    if (owned) port.rights = Port::receive_then_send;
    return;
  }
  if (port.owned == 0 || port.life != Port::freed) return;
  port.rights = way == OwnedRights::once ? Port::receive_then_send : Port::send_then_receive;
}

void offer_cancellation(Moves& moves, std::uint8_t index) {
  const Port& port = moves.state().ports[index];
  const auto offer = [&](OwnedRights way) {
    State* next = moves.silent(ClauseId::watch_cancelled);
    if (next == nullptr) return;
    dequeue(*next);
    next->ports[index].watch = Port::cancelled;
    if (!is_watched(*next, port.name)) next->names[port.name].request = request_none;
    end_rights(*next, index, way);
  };
  const bool no_difference = port.owned == 0 && moves.state().names[port.name].record == 0;
  if (no_difference) return offer(OwnedRights::once);
  moves.each(Switch::owned_rights, [&](int way) { offer(static_cast<OwnedRights>(way)); });
}

// Whether the name of the freed port matters to what somebody is doing now: to the innermost frame of a
// thread, to another object, or to a request.
bool is_looked_at(const State& state, std::uint8_t freed) {
  const std::uint8_t slot = state.ports[freed].name;
  const auto is_of_name = [&](std::uint8_t port) {
    return port != none && port != freed && state.ports[port].name == slot;
  };
  for (const Port& port : state.ports)
    if (port.life != Port::absent && port.life != Port::freed && port.name == slot) return true;
  for (const Thread& thread : state.threads) {
    if (thread.depth == 0) continue;
    const Frame& frame = thread.frames[thread.depth - 1];
    const auto& names = thread.mach.names;
    const bool is_named =
        frame.name == slot || std::find(std::begin(names), std::end(names), slot) != std::end(names);
    if (is_named || is_of_name(frame.port)) return true;
  }
  return is_requested(state.names[slot]);
}

// What nobody looks at waits until somebody does, or there would be a state for each order of things.
void offer_rights(Moves& moves) {
  for (std::uint8_t index = 0; index < limits::ports; ++index) {
    if (moves.state().ports[index].rights == Port::none_due || !is_looked_at(moves.state(), index)) continue;
    if (State* next = moves.silent(ClauseId::release_rights))
      drop_next_right(*next, index, moves.rules().kernel);
  }
}

bool rights_are_looked_at(const State& state) {
  for (std::uint8_t index = 0; index < limits::ports; ++index)
    if (state.ports[index].rights != Port::none_due && is_looked_at(state, index)) return true;
  return false;
}

bool registry_is_locked(const State& state) {
  for (ThreadId thread = 0; thread < limits::threads; ++thread)
    if (creates_under_lock(state, thread)) return true;
  return false;
}

void offer_watch_item(Moves& moves, const WatchItem& item) {
  if (item.kind == WatchItem::cancel) return offer_cancellation(moves, item.index);
  if (item.kind == WatchItem::event) return offer_event(moves, item.index);
  // A sweep needs the registry: it waits where a creation holds it.
  if (!registry_is_locked(moves.state())) return offer_sweep(moves);
  moves.each(Switch::retain_under_registry_lock, [&](int value) {
    if (value != 1) offer_sweep(moves);
  });
}

}  // namespace

void cancel_watch(State& state, std::uint8_t port) {
  if (state.ports[port].watch != Port::armed) return;
  state.ports[port].watch = Port::cancelling;
  enqueue(state, WatchItem::cancel, port);
}

void background_moves(Moves& moves) {
  const State& state = moves.state();
  if (state.notice_count > 0) offer_notice(moves);
  offer_rights(moves);
  // The sweep sends its blocks one by one, and the queue goes on after the last.
  const bool sends = state.blocks_sent < state.block_count;
  if (sends)
    if (State* next = moves.silent(ClauseId::death_sweep)) ++next->blocks_sent;
  if (sends && !sweep_keeps_registry(state)) return;
  if (state.watch_count > 0) offer_watch_item(moves, state.watch_queue[0]);
}

void finish_background(State& state, Kernel kernel) {
  for (std::uint8_t index = 0; index < limits::ports; ++index)
    while (state.ports[index].rights != Port::none_due) drop_next_right(state, index, kernel);
  for (ThreadId thread = 0; thread < limits::threads; ++thread) finish_loop_end(state, thread);
}

bool sweep_keeps_registry(const State& state) {
  return state.watch_queue[0].kind == WatchItem::sweeping;
}

bool sweep_waits_for_registry(const State& state) {
  const bool sweep_next = state.watch_count > 0 && state.watch_queue[0].kind == WatchItem::sweep;
  const bool rest_is_idle = state.notice_count == 0 && state.blocks_sent == state.block_count;
  return sweep_next && rest_is_idle && !rights_are_looked_at(state) && registry_is_locked(state);
}

bool waits_for_registry(const State& state, ThreadId thread) {
  const Thread& on = state.threads[thread];
  if (on.depth == 0 || on.frames[on.depth - 1].op != Op::call || on.frames[on.depth - 1].pc != 0)
    return false;
  switch (static_cast<Function>(on.frames[on.depth - 1].function)) {
    case Function::CFMachPortCreate:
    case Function::CFMachPortCreateWithPort:
    case Function::CFMachPortInvalidate:
      return registry_is_locked(state);
    default:
      return false;
  }
}

bool background_is_idle(const State& state) {
  return state.notice_count == 0 && state.watch_count == 0 && state.blocks_sent == state.block_count &&
         !rights_are_looked_at(state);
}

}  // namespace portunus::model
