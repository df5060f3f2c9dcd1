#include "model/oracle/state_set.h"

#include <doctest/doctest.h>

namespace portunus::model {
namespace {

Node node_of(int number) {
  Node node{initial_state(0), variants()[0].vector, {}};
  node.state.threads[1].frames[0].x = number;
  return node;
}

TEST_CASE("a set keeps each node once, in the order of arrival, few or many") {
  StateSet states;
  for (int round = 0; round < 2; ++round)
    for (int number = 0; number < 100; ++number) CHECK(states.insert(node_of(number)) == (round == 0));
  REQUIRE(states.size() == 100);
  for (int number = 0; number < 100; ++number)
    CHECK(states[static_cast<std::size_t>(number)].state == node_of(number).state);
}

TEST_CASE("one state under two vectors is two nodes") {
  StateSet states;
  Node node = node_of(0);
  CHECK(states.insert(node));
  node.vector = variants()[1].vector;
  CHECK(states.insert(node));
  CHECK_FALSE(states.insert(node));
}

TEST_CASE("a closure that grows beyond its bound says so") {
  StateSet states;
  Node node = node_of(0);
  // Two kernel notifications that nobody waits for come one after the other: two more states.
  node.state.notice_count = 2;
  node.state.notices[1] = {1, 0};
  states.insert(node);
  const Rules rules;
  CHECK(tau_closure(rules, states, 100).next.size() == 3);
  CHECK(tau_closure(rules, states, 100).limit.empty());
  CHECK(tau_closure(rules, states, 2).limit == "states_max");
}

TEST_CASE("rights that are due go in any order where somebody looks at them, and else not at all") {
  Node node = node_of(0);
  for (int port : {0, 1}) {
    node.state.ports[port].life = Port::freed;
    node.state.ports[port].rights = Port::receive_last;
    node.state.ports[port].name = static_cast<std::uint8_t>(port);
    make_port(node.state, static_cast<std::uint8_t>(port));
    node.state.names[port].refs = 1;
  }
  const auto reached = [&] {
    StateSet states;
    states.insert(node);
    return tau_closure(Rules{}, states, 100).next.size();
  };
  CHECK(reached() == 1);
  Frame frame = make_frame(Op::call);
  frame.function = static_cast<std::uint8_t>(Function::mach_port_type);
  frame.name = 0;
  push(node.state, 0, frame);
  CHECK(reached() == 2);
  frame.name = 1;
  node.state.threads[1].life = Thread::running;
  push(node.state, 1, frame);
  CHECK(reached() == 4);
}

}  // namespace
}  // namespace portunus::model
