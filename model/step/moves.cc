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

ClauseId clause_of_difference(const Offer& offer, const Label& actual) {
  // The bits of a name's type are one value; the request among them is the watch's.
  const std::int32_t bits = offer.label.values[1].number ^ actual.values[1].number;
  if (actual.function == Function::mach_port_type && bits == right_dnrequest) return ClauseId::watch_request;
  for (const Part& part : offer.parts) {
    const Value& allowed = offer.label.values[part.value];
    const bool differs = allowed.number != Value::any && allowed != actual.values[part.value];
    if (differs && part.clause != ClauseId::watch_request) return part.clause;
  }
  return offer.clause;
}

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

State* Moves::observe(const Label& label, ClauseId clause, Parts parts) {
  switch (want_) {
    case Want::silent:
      return nullptr;
    case Want::offers:
      offers_->push_back({label, clause, {parts.begin(), parts.end()}});
      return nullptr;
    case Want::labelled:
      break;
  }
  const bool matched = rules_.strict ? matches(label, *label_)
                                     : matches(without_request_bit(label), without_request_bit(*label_));
  if (!matched) return nullptr;
  State* next = take(clause);
  for (const Part& part : parts) out_->back().clauses.set(static_cast<std::size_t>(part.clause));
  return next;
}

State* Moves::observe_log(const Label& label, ClauseId clause) {
  return rules_.strict ? observe(label, clause) : silent(clause);
}

State* Moves::observe_allocation(const Label& label, ClauseId clause) {
  return rules_.allocations_observed ? observe(label, clause) : silent(clause);
}

}  // namespace portunus::model
