// What a rejection is about, so that two of them can be called the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/oracle/oracle.h"

namespace portunus {

// The verdict's kind and its blame: switches, or else clauses, or else the kind of the event itself.
struct Failure {
  model::VerdictKind kind = model::VerdictKind::rejected;
  std::vector<model::Switch> switches = {};   // sorted
  std::vector<model::ClauseId> clauses = {};  // sorted; empty where there are switches
  std::string event = {};                     // only where both are empty: the event without its values
  std::string reason = {};                    // of what is not a rejection

  friend bool operator==(const Failure&, const Failure&) = default;
};

// Nothing for an accepted trace.
std::optional<Failure> failure_of(const model::Verdict& verdict, const Trace& trace);

// The blame in words, for reports: titles of switches, or names of clauses, or the event.
std::string blame_words(const Failure& failure);

}  // namespace portunus
