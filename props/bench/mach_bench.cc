// The hosted kernel: what its calls cost, and how that grows.
#include <benchmark/benchmark.h>
#include <mach/mach.h>

#include <atomic>
#include <functional>
#include <vector>

#include "impl/mach/hosted/require.h"
#include "impl/mach/hosted/world.h"

namespace portunus {
namespace {

using hosted::World;
using hosted::WorldOptions;

void must(kern_return_t code) {
  hosted::require(code == KERN_SUCCESS, "a call of a benchmark failed");
}

void in_world(const WorldOptions& options, const std::function<void(World&)>& main) {
  struct Context {
    World world;
    const std::function<void(World&)>& main;
  } context{World(options), main};
  context.world.run(
      [](void* argument) {
        auto& run = *static_cast<Context*>(argument);
        run.main(run.world);
      },
      &context);
}

mach_port_t make_port() {
  mach_port_t port = MACH_PORT_NULL;
  must(mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port));
  must(mach_port_insert_right(mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND));
  return port;
}

void make_ports(std::int64_t count, std::vector<mach_port_t>& ports) {
  for (std::int64_t made = 0; made < count; ++made) ports.push_back(make_port());
}

void send(mach_port_t port) {
  mach_msg_header_t message = {};
  message.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_COPY_SEND, 0);
  message.msgh_size = sizeof message;
  message.msgh_remote_port = port;
  must(mach_msg(&message, MACH_SEND_MSG, sizeof message, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL));
}

void receive(mach_port_t from) {
  mach_msg_empty_rcv_t message;
  must(mach_msg(&message.header, MACH_RCV_MSG, 0, sizeof message, from, 0, MACH_PORT_NULL));
}

// A message to oneself, in a space with so many other ports.
void mach_send_receive(benchmark::State& state) {
  state.SetComplexityN(state.range(0));
  in_world({}, [&](World&) {
    std::vector<mach_port_t> others;
    make_ports(state.range(0), others);
    const mach_port_t port = make_port();
    for (auto _ : state) {
      send(port);
      receive(port);
    }
  });
}
BENCHMARK(mach_send_receive)->RangeMultiplier(10)->Range(1, 100'000)->Complexity();

// The same, behind so many messages that are queued already.
void mach_send_receive_queued(benchmark::State& state) {
  state.SetComplexityN(state.range(0));
  in_world({}, [&](World&) {
    const mach_port_t port = make_port();
    mach_port_limits_t limits = {.mpl_qlimit = MACH_PORT_QLIMIT_LARGE};
    must(mach_port_set_attributes(mach_task_self(), port, MACH_PORT_LIMITS_INFO,
                                  reinterpret_cast<mach_port_info_t>(&limits), MACH_PORT_LIMITS_INFO_COUNT));
    for (std::int64_t queued = 0; queued < state.range(0); ++queued) send(port);
    for (auto _ : state) {
      send(port);
      receive(port);
    }
  });
}
BENCHMARK(mach_send_receive_queued)->RangeMultiplier(10)->Range(1, 1'000)->Complexity();

void mach_allocate_destroy(benchmark::State& state) {
  state.SetComplexityN(state.range(0));
  in_world({}, [&](World&) {
    std::vector<mach_port_t> others;
    make_ports(state.range(0), others);
    for (auto _ : state) {
      mach_port_t port = MACH_PORT_NULL;
      must(mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port));
      must(mach_port_destroy(mach_task_self(), port));
    }
  });
}
BENCHMARK(mach_allocate_destroy)->RangeMultiplier(10)->Range(1, 100'000)->Complexity();

// A message to one of a set's members in turn, and its reception from the set.
void mach_receive_from_set(benchmark::State& state) {
  state.SetComplexityN(state.range(0));
  in_world({}, [&](World&) {
    mach_port_t set = MACH_PORT_NULL;
    must(mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set));
    std::vector<mach_port_t> members;
    make_ports(state.range(0), members);
    for (const mach_port_t member : members) must(mach_port_insert_member(mach_task_self(), member, set));
    std::size_t turn = 0;
    for (auto _ : state) {
      send(members[turn++ % members.size()]);
      receive(set);
    }
  });
}
BENCHMARK(mach_receive_from_set)->RangeMultiplier(10)->Range(1, 1'000)->Complexity();

// There and back between two threads, while so many others are blocked in a receive.
struct Pair {
  mach_port_t there = MACH_PORT_NULL;
  mach_port_t back = MACH_PORT_NULL;
  std::atomic<bool> over{false};
};

void answer(void* argument) {
  auto& pair = *static_cast<Pair*>(argument);
  for (;;) {
    receive(pair.there);
    const bool over = pair.over.load();
    send(pair.back);
    if (over) return;
  }
}

void wait_for_ever(void* argument) {
  receive(*static_cast<const mach_port_t*>(argument));
}

void round_trip(benchmark::State& state, bool free_running) {
  in_world({.free_running = free_running, .threads_max = 128}, [&](World& world) {
    static Pair pair;
    pair.there = make_port();
    pair.back = make_port();
    pair.over = false;
    static std::vector<mach_port_t> others;
    others.clear();
    make_ports(state.range(0), others);
    for (mach_port_t& other : others)
      hosted::require(world.start_thread(2, wait_for_ever, &other), "no thread for a benchmark");
    hosted::require(world.start_thread(1, answer, &pair), "no thread for a benchmark");
    for (auto _ : state) {
      send(pair.there);
      receive(pair.back);
    }
    pair.over = true;
    send(pair.there);
    receive(pair.back);
    for (const mach_port_t other : others) send(other);
  });
}

void mach_round_trip_of_fibers(benchmark::State& state) {
  round_trip(state, false);
}
BENCHMARK(mach_round_trip_of_fibers)->Arg(0)->Arg(10)->Arg(100);

void mach_round_trip_of_threads(benchmark::State& state) {
  round_trip(state, true);
}
BENCHMARK(mach_round_trip_of_threads)->Arg(0)->Arg(10)->Arg(100)->UseRealTime();

// So many threads that send to one, each as fast as the queue lets it; the time of one message.
void flood(void* argument) {
  const mach_port_t port = *static_cast<const mach_port_t*>(argument);
  for (;;) send(port);
}

void mach_many_senders_of_threads(benchmark::State& state) {
  in_world({.free_running = true}, [&](World& world) {
    static mach_port_t port;
    port = make_port();
    for (std::int64_t sender = 0; sender < state.range(0); ++sender)
      hosted::require(world.start_thread(1, flood, &port), "no thread for a benchmark");
    for (auto _ : state) receive(port);
  });
}
BENCHMARK(mach_many_senders_of_threads)->RangeMultiplier(4)->Range(1, 16)->UseRealTime();

}  // namespace
}  // namespace portunus
