// The set of states a system under test may be in: nodes without duplicates, in a fixed order.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/step/moves.h"
#include "model/vocabulary/limits.h"

namespace portunus::model {

class StateSet {
 public:
  const std::vector<Node>& nodes() const { return nodes_; }
  bool empty() const { return nodes_.empty(); }
  std::size_t size() const { return nodes_.size(); }
  const Node& operator[](std::size_t place) const { return nodes_[place]; }

  // Adds the node unless one of the same state and vector is there. False if it was.
  bool insert(const Node& node);
  // Forgets which clauses were cited so far.
  void clear_clauses();

 private:
  void grow();

  std::vector<Node> nodes_;
  std::vector<std::uint64_t> hashes_;  // of the nodes, once they are too many to look at each
  std::vector<std::uint32_t> table_;   // open addressing: a node's place + 1, or 0
};

// What a step of the set came to.
struct StepResult {
  StateSet next;
  std::string_view limit;        // a capacity that was met, or empty
  std::uint32_t consulted = 0;   // the switches that were looked at, a bit each
  std::string_view unspecified;  // why the specification says nothing, or empty
};

// For each thread the return that is the next to be heard of it; nullptr where that is something else. A call
// takes effect at some moment before its return is seen, and where threads are preempted others may see it
// first.
using Upcoming = std::array<const Label*, limits::threads>;

// All states that silent moves lead to, those given included. Stops at `states_max` nodes and says so.
StepResult tau_closure(const Rules& rules, const StateSet& states, std::size_t states_max);
// The states after `label`, silent moves before it included: with `upcoming`, also what other threads have
// done before their returns tell it.
StepResult step_all(const Rules& rules, const StateSet& states, const Label& label, std::size_t states_max,
                    const Upcoming* upcoming = nullptr);
// The labels on offer to the thread, without duplicates.
std::vector<Offer> offers(const Rules& rules, const StateSet& closed, ThreadId thread);

}  // namespace portunus::model
