#include "model/state/state.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace portunus::model {

namespace {

// Eight bytes at a time through a multiply-and-fold, in lanes that do not wait for one another; a tail is
// padded with zeros.
class Hasher {
 public:
  void add(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    std::uint64_t words[lane_count];
    for (; size >= sizeof words; bytes += sizeof words, size -= sizeof words) {
      std::memcpy(words, bytes, sizeof words);
      for (std::size_t lane = 0; lane < lane_count; ++lane) lanes_[lane] = fold(lanes_[lane], words[lane]);
    }
    if (size == 0) return;
    std::memset(words, 0, sizeof words);
    std::memcpy(words, bytes, size);
    for (std::size_t lane = 0; lane < lane_count; ++lane) lanes_[lane] = fold(lanes_[lane], words[lane]);
  }

  std::uint64_t result() const {
    std::uint64_t all = lanes_[0];
    for (std::size_t lane = 1; lane < lane_count; ++lane) all = fold(all, lanes_[lane]);
    return all;
  }

 private:
  static constexpr std::size_t lane_count = 4;

  static std::uint64_t fold(std::uint64_t lane, std::uint64_t word) {
    lane = (lane ^ word) * 0xff51afd7ed558ccdu;
    return lane ^ lane >> 32;
  }

  std::uint64_t lanes_[lane_count] = {0x9e3779b97f4a7c15u, 0xbf58476d1ce4e5b9u, 0x94d049bb133111ebu,
                                      0xd6e8feb86659fd93u};
};

}  // namespace

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
  // Frames above the innermost one are all alike, and most of the bytes.
  Hasher hasher;
  hasher.add(&state.names, sizeof state.names);
  hasher.add(&state.ports, sizeof state.ports);
  hasher.add(&state.sources, sizeof state.sources);
  for (const Thread& thread : state.threads)
    hasher.add(&thread, offsetof(Thread, frames) + thread.depth * sizeof(Frame));
  const auto* const rest = reinterpret_cast<const unsigned char*>(&state) + offsetof(State, registry);
  hasher.add(rest, sizeof state - offsetof(State, registry));
  return hasher.result();
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
