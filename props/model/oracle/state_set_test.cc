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
  // Two owners whose rights are due can be served in either order: three more states.
  for (int port : {0, 1}) {
    node.state.ports[port].life = Port::freed;
    node.state.ports[port].rights = Port::receive_last;
    node.state.ports[port].name = static_cast<std::uint8_t>(port);
    node.state.names[port].kind = Name::port;
    node.state.names[port].receive = 1;
    node.state.names[port].refs = 1;
  }
  states.insert(node);
  const Rules rules;
  CHECK(tau_closure(rules, states, 100).next.size() == 4);
  CHECK(tau_closure(rules, states, 100).limit.empty());
  CHECK(tau_closure(rules, states, 2).limit == "states_max");
}

}  // namespace
}  // namespace portunus::model
