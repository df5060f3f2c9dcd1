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

MachCall no_mach_call() {
  return {.second = none, .names = {none, none, none}, .dispositions = {none, none, none}, .unused = 0};
}

bool operator==(const State& a, const State& b) {
  return std::memcmp(&a, &b, sizeof(State)) == 0;
}

State initial_state(ThreadId main) {
  State state;
  std::memset(static_cast<void*>(&state), 0, sizeof state);
  state.main = main;
  for (Name& name : state.names) {
    name.handle = none;
    name.object = none;
  }
  for (KernelPort& port : state.kernel_ports) {
    port.name = none;
    port.no_senders = none;
    port.destroyed = none;
  }
  for (Port& port : state.ports) {
    port.name = none;
    port.source = none;
    port.info = none;
    port.callback = none;
  }
  for (Source& source : state.sources) source.port = none;
  for (Thread& thread : state.threads) {
    thread.mach = no_mach_call();
    for (Frame& frame : thread.frames) frame = make_frame(Op::nothing);
  }
  state.threads[main].life = Thread::running;
  return state;
}

std::uint64_t hash(const State& state) {
  // Frames above the innermost one are all alike, and most of the bytes.
  Hasher hasher;
  hasher.add(&state.kernel_ports, sizeof state.kernel_ports);
  hasher.add(&state.names, sizeof state.names);
  hasher.add(&state.messages, state.message_count * sizeof(Message));
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
  on.mach = no_mach_call();
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

bool is_common(const State& state, ThreadId loop, std::uint8_t mode) {
  return mode == 0 || (state.common[loop] >> mode & 1) != 0;
}

bool exists(const State& state, ThreadId loop, std::uint8_t mode) {
  return mode == 0 || (state.existing[loop] >> mode & 1) != 0;
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
  return name.kind == Name::port || name.kind == Name::send_once;
}

bool has_send(const Name& name) {
  return denotes_port(name) && name.refs > 0;
}

bool is_requested(const Name& name) {
  return name.request != request_none;
}

void make_port(State& state, std::uint8_t slot) {
  std::uint8_t index = 0;
  while (index < kernel_ports_max && state.kernel_ports[index].life != KernelPort::absent) ++index;
  if (index == kernel_ports_max) {
    state.exceeded = 1;
    return;
  }
  KernelPort& port = state.kernel_ports[index];
  port.life = KernelPort::alive;
  port.name = slot;
  port.limit = limits::queue;
  Name& name = state.names[slot];
  name.kind = Name::port;
  name.object = index;
  name.receive = 1;
}

void enqueue(State& state, const Message& message) {
  if (state.message_count == messages_max) {
    state.exceeded = 1;
    return;
  }
  int place = state.message_count++;
  for (; place > 0 && state.messages[place - 1].port > message.port; --place)
    state.messages[place] = state.messages[place - 1];
  state.messages[place] = message;
}

int first_message(const State& state, std::uint8_t port) {
  for (int place = 0; place < state.message_count; ++place)
    if (state.messages[place].port == port && state.messages[place].holder == none) return place;
  return none;
}

int queued(const State& state, std::uint8_t port) {
  int count = 0;
  for (int place = 0; place < state.message_count; ++place)
    if (state.messages[place].port == port && state.messages[place].holder == none) ++count;
  return count;
}

bool is_waited_for(const State& state, std::uint8_t port) {
  for (int place = 0; place < state.message_count; ++place)
    if (state.messages[place].port == port && state.messages[place].holder != none) return true;
  return false;
}

int held_message(const State& state, ThreadId thread) {
  for (int place = 0; place < state.message_count; ++place)
    if ((state.messages[place].holder & ~holder_has_room) == thread && state.messages[place].holder != none)
      return place;
  return none;
}

void remove_message(State& state, int place) {
  --state.message_count;
  for (; place < state.message_count; ++place) state.messages[place] = state.messages[place + 1];
  std::memset(static_cast<void*>(&state.messages[state.message_count]), 0, sizeof(Message));
}

Message make_message(std::uint8_t port) {
  constexpr std::uint16_t words = 24 / 4;
  return {.id = 0,
          .words = words,
          .count = 0,
          .port = port,
          .holder = none,
          .by = Carried::send_once,
          .batch = 0,
          .reply = {Carried::null, none},
          .reply_disposition = none,
          .told = none,
          .body = {Carried::null, none},
          .body_disposition = none,
          .has_body = 0};
}

}  // namespace portunus::model
