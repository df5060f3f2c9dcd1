#include "model/oracle/state_set.h"

#include <algorithm>

#include "model/step/step.h"

namespace portunus::model {
namespace {

std::uint64_t hash_of(const Node& node) {
  std::uint64_t result = hash(node.state);
  for (const std::uint8_t values : node.vector.values) result = (result ^ values) * 0x9e3779b97f4a7c15u;
  return result ^ result >> 29;
}

// Below this many nodes a look at each is faster than a hash.
constexpr std::size_t kSmall = 8;

// Moves what a step found into the set; notes a capacity that a state met.
void collect(StepResult& result, std::vector<Node>& found) {
  for (const Node& node : found) {
    if (node.state.exceeded != 0) {
      result.limit = "frames or background work";
      continue;
    }
    result.next.insert(node);
  }
  found.clear();
}

// What threads other than `than` have done already, that will return as `upcoming` says.
void return_early(StepResult& result, const Rules& rules, const Node& node, const Upcoming& upcoming,
                  ThreadId than, std::vector<Node>& found) {
  for (ThreadId thread = 0; thread < limits::threads; ++thread) {
    const Thread& on = node.state.threads[thread];
    if (thread == than || upcoming[thread] == nullptr || on.returned != 0 || on.depth == 0) continue;
    Moves moves = Moves::labelled_from(rules, node, *upcoming[thread], found);
    system_moves(moves, thread);
    result.consulted |= moves.consulted();
    for (Node& next : found) next.state.threads[thread].returned = 1;
    collect(result, found);
  }
}

// The states one silent move away from the node, into `found`.
void find_silent(StepResult& result, const Rules& rules, const Node& node, std::vector<Node>& found) {
  Moves moves = Moves::silent_from(rules, node, found);
  silent_moves(moves);
  result.consulted |= moves.consulted();
}

// The moves that `label` is from one node, into `result`.
void step_node(StepResult& result, const Rules& rules, const Node& node, const Label& label, bool client,
               std::vector<Node>& found) {
  if (node.state.threads[label.thread].returned != 0) {
    if (label.kind != LabelKind::return_) return;
    found.push_back(node);
    found.back().state.threads[label.thread].returned = 0;
    return collect(result, found);
  }
  Moves moves = Moves::labelled_from(rules, node, label, found);
  if (client || label.kind == LabelKind::quiescent) {
    client_move(moves, label);
  } else {
    system_moves(moves, label.thread);
  }
  result.consulted |= moves.consulted();
  if (!moves.limit().empty()) result.limit = moves.limit();
  if (!moves.unspecified().empty()) result.unspecified = moves.unspecified();
  collect(result, found);
}

// Adds what silent moves lead to from the nodes from `place` on.
void close_from(std::size_t place, StepResult& result, const Rules& rules, std::size_t states_max,
                const Upcoming* upcoming, ThreadId seen, std::vector<Node>& found) {
  for (; place < result.next.size() && result.limit.empty(); ++place) {
    find_silent(result, rules, result.next[place], found);
    collect(result, found);
    // A copy: the set grows meanwhile.
    if (upcoming != nullptr) return_early(result, rules, Node(result.next[place]), *upcoming, seen, found);
    if (result.next.size() > states_max) result.limit = "states_max";
  }
}

}  // namespace

bool StateSet::insert(const Node& node) {
  if (nodes_.size() < kSmall) {
    for (const Node& other : nodes_)
      if (other.vector == node.vector && other.state == node.state) return false;
    nodes_.push_back(node);
    return true;
  }
  if (hashes_.empty())
    for (const Node& other : nodes_) hashes_.push_back(hash_of(other));
  const std::uint64_t hash = hash_of(node);
  const auto is_same = [&](std::size_t place) {
    return hashes_[place] == hash && nodes_[place].vector == node.vector && nodes_[place].state == node.state;
  };
  if (table_.size() < nodes_.size() * 2 + 2) grow();
  for (std::size_t slot = hash & (table_.size() - 1);; slot = (slot + 1) & (table_.size() - 1)) {
    if (table_[slot] == 0) {
      table_[slot] = static_cast<std::uint32_t>(nodes_.size() + 1);
      break;
    }
    if (is_same(table_[slot] - 1)) return false;
  }
  nodes_.push_back(node);
  hashes_.push_back(hash);
  return true;
}

void StateSet::grow() {
  std::size_t size = 32;
  while (size < nodes_.size() * 4 + 4) size *= 2;
  table_.assign(size, 0);
  for (std::size_t place = 0; place < nodes_.size(); ++place) {
    std::size_t slot = hashes_[place] & (size - 1);
    while (table_[slot] != 0) slot = (slot + 1) & (size - 1);
    table_[slot] = static_cast<std::uint32_t>(place + 1);
  }
}

void StateSet::clear_clauses() {
  for (Node& node : nodes_) node.clauses.reset();
}

StepResult tau_closure(const Rules& rules, const StateSet& states, std::size_t states_max) {
  StepResult result;
  result.next = states;
  std::vector<Node> found;
  close_from(0, result, rules, states_max, nullptr, limits::threads, found);
  return result;
}

StepResult step_all(const Rules& rules, const StateSet& states, const Label& label, std::size_t states_max,
                    const Upcoming* upcoming) {
  StepResult result;
  StepResult closed;
  std::vector<Node> found;
  // What the client does commutes with silent moves, which can come later as well.
  const bool client = is_client_label(label, rules);
  // One node from which no silent move leads is its own closure, and is stepped where it is.
  const bool alone = !client && upcoming == nullptr && states.size() == 1;
  if (alone) find_silent(closed, rules, states[0], found);
  const bool open = alone ? !found.empty() : !client;
  if (open) {
    closed.next = states;
    collect(closed, found);
    close_from(alone ? 1 : 0, closed, rules, states_max, upcoming, label.thread, found);
  }
  result.limit = closed.limit;
  result.consulted = closed.consulted;
  for (const Node& node : (open ? closed.next : states).nodes())
    step_node(result, rules, node, label, client, found);
  return result;
}

std::vector<Offer> offers(const Rules& rules, const StateSet& closed, ThreadId thread) {
  std::vector<Offer> all;
  for (const Node& node : closed.nodes()) {
    std::vector<Offer> found;
    Moves moves = Moves::offers_from(rules, node, found);
    system_moves(moves, thread);
    for (const Offer& offer : found) {
      const bool known = std::ranges::any_of(all, [&](const Offer& other) {
        return other.label == offer.label && other.clause == offer.clause;
      });
      if (!known) all.push_back(offer);
    }
  }
  return all;
}

}  // namespace portunus::model
