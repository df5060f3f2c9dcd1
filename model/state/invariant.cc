#include "model/state/invariant.h"

#include <algorithm>

namespace portunus::model {
namespace {

bool registered_are_ready(const State& state) {
  return std::all_of(state.registry, state.registry + state.registered,
                     [&](std::uint8_t port) { return state.ports[port].life == Port::ready; });
}

bool ready_are_registered(const State& state) {
  for (std::uint8_t port = 0; port < limits::ports; ++port)
    if (state.ports[port].life == Port::ready && !is_registered(state, port)) return false;
  return true;
}

bool ready_are_held(const State& state) {
  return std::all_of(std::begin(state.ports), std::end(state.ports),
                     [](const Port& port) { return port.life != Port::ready || port.count >= 1; });
}

bool freed_have_no_references(const State& state) {
  return std::all_of(std::begin(state.ports), std::end(state.ports),
                     [](const Port& port) { return port.life != Port::freed || port.count == 0; });
}

bool only_ready_watches_are_armed(const State& state) {
  return std::all_of(std::begin(state.ports), std::end(state.ports),
                     [](const Port& port) { return port.watch != Port::armed || port.life == Port::ready; });
}

bool living_sources_have_living_ports(const State& state) {
  return std::all_of(std::begin(state.sources), std::end(state.sources), [&](const Source& source) {
    const bool lives = source.life == Source::valid || source.life == Source::invalid;
    return !lives || source.count == 0 || state.ports[source.port].life != Port::freed;
  });
}

bool invalid_sources_are_nowhere(const State& state) {
  return std::all_of(std::begin(state.sources), std::end(state.sources), [](const Source& source) {
    const bool somewhere =
        std::any_of(std::begin(source.modes), std::end(source.modes), [](auto modes) { return modes != 0; });
    return source.life == Source::valid || !somewhere;
  });
}

bool listening_sources_are_in_the_mode(const State& state) {
  for (const Source& source : state.sources)
    for (int loop = 0; loop < limits::threads; ++loop)
      if ((source.listening[loop] & ~source.modes[loop]) != 0) return false;
  return true;
}

bool gone_names_have_no_rights(const State& state) {
  return std::all_of(std::begin(state.names), std::end(state.names), [](const Name& name) {
    const bool empty = name.refs == 0 && name.receive == 0 && !is_requested(name);
    return (name.kind != Name::gone && name.kind != Name::unused) || empty;
  });
}

bool living_names_have_a_right(const State& state) {
  return std::all_of(std::begin(state.names), std::end(state.names), [](const Name& name) {
    const bool right = name.refs > 0 || name.receive != 0;
    return (!denotes_port(name) && name.kind != Name::dead) || right;
  });
}

bool receive_rights_are_where_their_ports_say(const State& state) {
  for (std::uint8_t slot = 0; slot < name_slots; ++slot) {
    const Name& name = state.names[slot];
    if (name.receive != 0 && state.kernel_ports[name.object].name != slot) return false;
  }
  return std::all_of(
      std::begin(state.kernel_ports), std::end(state.kernel_ports), [&](const KernelPort& port) {
        return port.life != KernelPort::alive || port.name == none || state.names[port.name].receive != 0;
      });
}

bool dead_ports_have_no_rights(const State& state) {
  return std::all_of(std::begin(state.names), std::end(state.names), [&](const Name& name) {
    return !denotes_port(name) || state.kernel_ports[name.object].life == KernelPort::alive;
  });
}

bool queued_messages_have_living_ports(const State& state) {
  return std::all_of(state.messages, state.messages + state.message_count, [&](const Message& message) {
    return message.holder != none || state.kernel_ports[message.port].life == KernelPort::alive;
  });
}

bool members_are_received_here(const State& state) {
  for (const KernelPort& port : state.kernel_ports) {
    if (port.sets != 0 && port.name == none) return false;
    for (int slot = 0; slot < name_slots; ++slot)
      if ((port.sets >> slot & 1) != 0 && state.names[slot].kind != Name::port_set) return false;
  }
  return true;
}

bool blocks_are_for_swept_objects(const State& state) {
  return std::all_of(state.blocks, state.blocks + state.block_count,
                     [&](std::uint8_t port) { return state.ports[port].life == Port::invalidating; });
}

bool sent_blocks_are_there(const State& state) {
  return state.blocks_sent <= state.block_count;
}

bool only_the_head_is_begun(const State& state) {
  return std::none_of(std::begin(state.watch_queue) + 1, std::end(state.watch_queue),
                      [](const WatchItem& item) {
                        return item.kind == WatchItem::sweep || item.kind == WatchItem::sweeping;
                      });
}

struct Invariant {
  bool (*holds)(const State&);
  std::string_view claim;
};

constexpr Invariant kInvariants[] = {
    {registered_are_ready, "a registered object is Ready"},
    {ready_are_registered, "a Ready object is registered"},
    {ready_are_held, "a Ready object has a reference"},
    {freed_have_no_references, "a freed object has no references"},
    {only_ready_watches_are_armed, "an armed watch belongs to a Ready object"},
    {living_sources_have_living_ports, "a source keeps its port alive"},
    {invalid_sources_are_nowhere, "a source that is not valid is in no mode"},
    {listening_sources_are_in_the_mode, "messages go to sources of the mode only"},
    {gone_names_have_no_rights, "a name that is gone has no right"},
    {living_names_have_a_right, "a name that denotes a port or is dead has a right"},
    {receive_rights_are_where_their_ports_say, "a port knows the name of its receive right"},
    {dead_ports_have_no_rights, "nobody has a right to a dead port"},
    {queued_messages_have_living_ports, "only a living port has a queue"},
    {members_are_received_here, "a member of a set has its receive right in the task"},
    {blocks_are_for_swept_objects, "a block waits for an object that was swept"},
    {sent_blocks_are_there, "a block that was sent is there"},
    {only_the_head_is_begun, "a sweep goes on at the head of its queue"},
};

}  // namespace

std::string_view check_invariants(const State& state) {
  for (const Invariant& invariant : kInvariants)
    if (!invariant.holds(state)) return invariant.claim;
  return {};
}

}  // namespace portunus::model
