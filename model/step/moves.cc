#include "model/step/moves.h"

namespace portunus::model {
namespace {

// Without `strict` a dead-name request on a name is the system's own business.
Label without_request_bit(Label label) {
  if (label.kind == LabelKind::return_ && label.function == Function::mach_port_type &&
      label.values[1].number > 0)
    label.values[1].number &= ~right_dnrequest;
  return label;
}

}  // namespace

State* Moves::client() {
  out_->push_back({node_.state, vector_, node_.clauses});
  return &out_->back().state;
}

State* Moves::take(ClauseId clause) {
  State* next = client();
  out_->back().clauses.set(static_cast<std::size_t>(clause));
  return next;
}

State* Moves::silent(ClauseId clause) {
  return want_ == Want::silent ? take(clause) : nullptr;
}

State* Moves::observe(const Label& label, ClauseId clause) {
  switch (want_) {
    case Want::silent:
      return nullptr;
    case Want::offers:
      offers_->push_back({label, clause});
      return nullptr;
    case Want::labelled:
      break;
  }
  const bool matched = rules_.strict ? matches(label, *label_)
                                     : matches(without_request_bit(label), without_request_bit(*label_));
  return matched ? take(clause) : nullptr;
}

State* Moves::observe_log(const Label& label, ClauseId clause) {
  return rules_.strict ? observe(label, clause) : silent(clause);
}

State* Moves::observe_allocation(const Label& label, ClauseId clause) {
  return rules_.allocations_observed ? observe(label, clause) : silent(clause);
}

}  // namespace portunus::model
