#include "model/state/state.h"

#include <algorithm>
#include <cstring>

namespace portunus::model {

bool operator==(const State& a, const State& b) {
  return std::memcmp(&a, &b, sizeof(State)) == 0;
}

State initial_state(ThreadId main) {
  State state;
  std::memset(static_cast<void*>(&state), 0, sizeof state);
  state.main = main;
  for (Name& name : state.names) name.handle = none;
  for (Port& port : state.ports) {
    port.name = none;
    port.source = none;
    port.info = none;
    port.callback = none;
  }
  for (Source& source : state.sources) source.port = none;
  for (Thread& thread : state.threads) {
    for (Frame& frame : thread.frames) frame = make_frame(Op::nothing);
  }
  state.threads[main].life = Thread::running;
  return state;
}

std::uint64_t hash(const State& state) {
  // Eight bytes at a time through a multiply-and-fold; the tail is padded with zeros.
  const auto* bytes = reinterpret_cast<const unsigned char*>(&state);
  std::uint64_t result = 0x9e3779b97f4a7c15u;
  for (std::size_t at = 0; at < sizeof state; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + at, std::min<std::size_t>(8, sizeof state - at));
    result = (result ^ word) * 0xff51afd7ed558ccdu;
    result ^= result >> 32;
  }
  return result;
}

void push(State& state, ThreadId thread, const Frame& frame) {
  Thread& on = state.threads[thread];
  if (on.depth == limits::frames) {
    state.exceeded = 1;
    return;
  }
  on.frames[on.depth++] = frame;
}

void pop(State& state, ThreadId thread) {
  Thread& on = state.threads[thread];
  on.frames[--on.depth] = make_frame(Op::nothing);
}

Frame& top(State& state, ThreadId thread) {
  return state.threads[thread].frames[state.threads[thread].depth - 1];
}

const Frame& top(const State& state, ThreadId thread) {
  return state.threads[thread].frames[state.threads[thread].depth - 1];
}

Frame make_frame(Op op) {
  Frame frame = {};
  frame.op = op;
  frame.bind = none;
  frame.port = none;
  frame.source = none;
  frame.name = none;
  frame.mode = none;
  frame.loop = none;
  frame.info = none;
  frame.choice = none;
  return frame;
}

bool in_client_code(const State& state, ThreadId thread) {
  const Thread& on = state.threads[thread];
  return on.life == Thread::running && (on.depth == 0 || on.frames[on.depth - 1].op == Op::client);
}

void register_port(State& state, std::uint8_t port) {
  state.registry[state.registered++] = port;
}

void unregister_port(State& state, std::uint8_t port) {
  auto* const end = state.registry + state.registered;
  auto* const kept = std::remove(state.registry, end, port);
  std::fill(kept, end, std::uint8_t{0});
  state.registered = static_cast<std::uint8_t>(kept - state.registry);
}

bool is_registered(const State& state, std::uint8_t port) {
  const auto* const end = state.registry + state.registered;
  return std::find(state.registry, end, port) != end;
}

std::uint8_t find_registered(const State& state, std::uint8_t slot) {
  for (int place = 0; place < state.registered; ++place) {
    const std::uint8_t port = state.registry[place];
    if (state.ports[port].name == slot) return port;
  }
  return none;
}

std::uint8_t find_name(const State& state, std::uint8_t handle) {
  for (std::uint8_t slot = 0; slot < name_slots; ++slot)
    if (state.names[slot].kind != Name::unused && state.names[slot].handle == handle) return slot;
  return none;
}

std::uint8_t new_name(State& state) {
  for (std::uint8_t slot = 0; slot < name_slots; ++slot)
    if (state.names[slot].kind == Name::unused) return slot;
  state.exceeded = 1;
  return 0;
}

bool denotes_port(const Name& name) {
  return name.kind == Name::port;
}

bool has_send(const Name& name) {
  return name.kind == Name::port && name.refs > 0;
}

}  // namespace portunus::model
