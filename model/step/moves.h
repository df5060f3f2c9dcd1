// The moves of the model: from a state, what may come next. A step function looks at a state and offers
// moves to a Moves object, each with the clause that allows it: a silent move (τ), or one with a label that
// an observer sees. The Moves object takes those that are wanted and hands out the state to change.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/clause/clause.h"
#include "model/clause/kernel.h"
#include "model/clause/variant.h"
#include "model/state/state.h"

namespace portunus::model {

// One possibility: a state, the switch vectors under which it is possible, and the clauses cited on the way.
struct Node {
  State state;
  SwitchVector vector;
  ClauseSet clauses;
};

// What holds for the whole of a judgement.
struct Rules {
  bool strict = false;               // incidental clauses count
  bool allocations_observed = true;  // the trace has allocate and deallocate events
  Kernel kernel = Kernel::xnu;       // whose Mach calls they are
};

// Clauses of single values of a label, where they differ from the clause of the whole.
struct Part {
  std::uint8_t value;  // its place
  ClauseId clause;
};
using Parts = std::span<const Part>;

struct Offer {
  Label label;
  ClauseId clause;
  std::vector<Part> parts;
};

// The clause that speaks of the first value in which `actual`, a label of the same kind, differs from the
// offer.
ClauseId clause_of_difference(const Offer& offer, const Label& actual);

class Moves {
 public:
  // Wants the silent moves from `node`.
  static Moves silent_from(const Rules& rules, const Node& node, std::vector<Node>& out) {
    return {rules, node, Want::silent, nullptr, &out, nullptr};
  }
  // Wants the moves from `node` whose label matches `label`.
  static Moves labelled_from(const Rules& rules, const Node& node, const Label& label,
                             std::vector<Node>& out) {
    return {rules, node, Want::labelled, &label, &out, nullptr};
  }
  // Wants no move, but the labels on offer.
  static Moves offers_from(const Rules& rules, const Node& node, std::vector<Offer>& out) {
    return {rules, node, Want::offers, nullptr, nullptr, &out};
  }

  const State& state() const { return node_.state; }
  const Rules& rules() const { return rules_; }

  // Offers a silent move. Gives the state to change if it is wanted, else nullptr.
  State* silent(ClauseId clause);
  // Offers a move that is seen as `label`. Where parts of the label have clauses of their own, `parts` says
  // which.
  State* observe(const Label& label, ClauseId clause, Parts parts = {});
  // The same, where a judgement without the `strict` clauses, or without observed allocations, sees nothing.
  State* observe_log(const Label& label, ClauseId clause);
  State* observe_allocation(const Label& label, ClauseId clause);

  bool wants_silent() const { return want_ == Want::silent; }

  // The move of the client's own label: no clause allows it, the client does as it likes.
  State* client();

  // Calls `offer(value)` for each value of the switch that is still possible; the moves offered meanwhile are
  // possible under that value only.
  template <class F>
  void each(Switch which, F offer) {
    consulted_ |= 1u << static_cast<unsigned>(which);
    const SwitchVector before = vector_;
    std::uint8_t& values = vector_.values[static_cast<std::size_t>(which)];
    for (int value = 0; value < info(which).value_count; ++value) {
      if ((before.values[static_cast<std::size_t>(which)] >> value & 1) == 0) continue;
      values = static_cast<std::uint8_t>(1u << value);
      offer(value);
    }
    vector_ = before;
  }

  // The switches that made a difference to the moves offered, a bit each.
  std::uint32_t consulted() const { return consulted_; }

  // The specification says nothing of what the client does here.
  void unspecified(std::string_view why) { unspecified_ = why; }
  std::string_view unspecified() const { return unspecified_; }
  // The label is beyond a capacity of the vocabulary.
  void limit(std::string_view which) { limit_ = which; }
  std::string_view limit() const { return limit_; }

 private:
  enum class Want : std::uint8_t { silent, labelled, offers };

  Moves(const Rules& rules, const Node& node, Want want, const Label* label, std::vector<Node>* out,
        std::vector<Offer>* offers)
      : rules_(rules),
        node_(node),
        vector_(node.vector),
        want_(want),
        label_(label),
        out_(out),
        offers_(offers) {}

  State* take(ClauseId clause);

  const Rules& rules_;
  const Node& node_;
  SwitchVector vector_;
  Want want_;
  const Label* label_;
  std::vector<Node>* out_;
  std::vector<Offer>* offers_;
  std::uint32_t consulted_ = 0;
  std::string_view unspecified_;
  std::string_view limit_;
};

}  // namespace portunus::model
