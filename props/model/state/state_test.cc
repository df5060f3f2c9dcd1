#include "model/state/state.h"

#include <doctest/doctest.h>

#include <string>

#include "model/oracle/state_set.h"
#include "model/state/invariant.h"
#include "props/model/corpus.h"

namespace portunus::model {
namespace {

TEST_CASE("two states are equal exactly when nothing distinguishes them") {
  const State state = initial_state(0);
  State other = initial_state(0);
  CHECK(state == other);
  CHECK(hash(state) == hash(other));
  other.threads[3].depth = 1;
  other.threads[3].frames[0].y = 1;
  CHECK_FALSE(state == other);
  CHECK(hash(state) != hash(other));
  const State deeper = other;
  other.blocks_sent = 1;
  CHECK(hash(deeper) != hash(other));
}

TEST_CASE("frames that went leave no trace") {
  State state = initial_state(0);
  push(state, 0, make_frame(Op::call));
  CHECK_FALSE(in_client_code(state, 0));
  pop(state, 0);
  CHECK(state == initial_state(0));
}

TEST_CASE("one frame too many marks the state, and is not there") {
  State state = initial_state(0);
  for (int depth = 0; depth < limits::frames; ++depth) push(state, 0, make_frame(Op::client));
  CHECK(state.exceeded == 0);
  push(state, 0, make_frame(Op::client));
  CHECK(state.exceeded == 1);
  CHECK(state.threads[0].depth == limits::frames);
}

TEST_CASE("the registry keeps the order of registration") {
  State state = initial_state(0);
  for (const std::uint8_t port : std::initializer_list<std::uint8_t>{3, 1, 2}) {
    state.ports[port].name = 7;
    register_port(state, port);
  }
  CHECK(find_registered(state, 7) == 3);
  unregister_port(state, 3);
  CHECK(find_registered(state, 7) == 1);
  unregister_port(state, 2);
  CHECK_FALSE(is_registered(state, 2));
  CHECK(state.registered == 1);
  CHECK(state.registry[1] == 0);
}

TEST_CASE("the invariants hold in every state that a recorded trace can be in") {
  std::size_t looked_at = 0;
  for (const RecordedTrace& recorded : recorded_traces("accept")) {
    INFO(recorded.path);
    const Rules rules{.strict = true, .kernel = recorded.kernel};
    StateSet states;
    states.insert({initial_state(recorded.trace.main), find_variant(recorded.variant)->vector, {}});
    for (const Label& label : recorded.trace.events) {
      states = step_all(rules, states, label, 4096).next;
      REQUIRE_FALSE(states.empty());
      for (const Node& node : states.nodes()) REQUIRE(std::string(check_invariants(node.state)) == "");
      looked_at += states.size();
    }
  }
  CHECK(looked_at > 10000);
}

// Each invariant must be able to fail.
TEST_CASE("a state that breaks an invariant is told which") {
  const auto broken = [](auto change) {
    State state = initial_state(0);
    change(state);
    return std::string(check_invariants(state));
  };
  CHECK(broken([](State&) {}) == "");
  CHECK(broken([](State& s) { register_port(s, 0); }) == "a registered object is Ready");
  CHECK(broken([](State& s) { s.ports[0].life = Port::ready; }) == "a Ready object is registered");
  CHECK(broken([](State& s) {
          s.ports[0].life = Port::ready;
          register_port(s, 0);
        }) == "a Ready object has a reference");
  CHECK(broken([](State& s) {
          s.ports[0].life = Port::freed;
          s.ports[0].count = 1;
        }) == "a freed object has no references");
  CHECK(broken([](State& s) { s.ports[0].watch = Port::armed; }) ==
        "an armed watch belongs to a Ready object");
  CHECK(broken([](State& s) {
          s.ports[0].life = Port::freed;
          s.sources[0] = {.life = Source::invalid,
                          .port = 0,
                          .count = 1,
                          .unused = 0,
                          .order = 0,
                          .modes = {},
                          .listening = {}};
        }) == "a source keeps its port alive");
  CHECK(broken([](State& s) { s.sources[0].modes[0] = 1; }) == "a source that is not valid is in no mode");
  CHECK(broken([](State& s) { s.sources[0].listening[0] = 1; }) == "messages go to sources of the mode only");
  CHECK(broken([](State& s) {
          s.names[0].kind = Name::gone;
          s.names[0].refs = 1;
        }) == "a name that is gone has no right");
  CHECK(broken([](State& s) { s.names[0].kind = Name::dead; }) ==
        "a name that denotes a port or is dead has a right");
  CHECK(broken([](State& s) { enqueue(s, make_message(0)); }) == "only a living port has a queue");
  CHECK(broken([](State& s) {
          make_port(s, new_name(s));
          s.kernel_ports[0].name = none;
        }) == "a port knows the name of its receive right");
  CHECK(broken([](State& s) {
          make_port(s, new_name(s));
          s.kernel_ports[0].life = KernelPort::dead;
        }) == "nobody has a right to a dead port");
  CHECK(broken([](State& s) {
          make_port(s, new_name(s));
          s.kernel_ports[0].sets = 2;
        }) == "a member of a set has its receive right in the task");
  CHECK(broken([](State& s) { s.block_count = 1; }) == "a block waits for an object that was swept");
  CHECK(broken([](State& s) { s.blocks_sent = 1; }) == "a block that was sent is there");
  CHECK(broken([](State& s) { s.watch_queue[1].kind = WatchItem::sweep; }) ==
        "a sweep goes on at the head of its queue");
}

}  // namespace
}  // namespace portunus::model
