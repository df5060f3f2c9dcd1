// The oracle: the states that a system under test may still be in, given what was seen. Judging touches no
// system under test; a verdict is a function of the trace and the options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/clause/clause.h"
#include "model/clause/kernel.h"
#include "model/clause/variant.h"
#include "model/vocabulary/trace.h"

namespace portunus::model {

enum class VerdictKind : std::uint8_t {
  accepted,
  rejected,
  inconclusive,  // a limit was met: `reason` names it
  unspecified,   // the specification says nothing of this behaviour
};

// A label that the specification allowed at the point of a rejection. Values it leaves open are Value::any.
struct Allowed {
  Label label;
  ClauseId clause;

  friend bool operator==(const Allowed&, const Allowed&) = default;
};

struct Verdict {
  VerdictKind kind = VerdictKind::accepted;
  std::size_t event =
      0;  // index of the event that was not allowed, or not judged; the trace's size if accepted
  std::vector<Allowed> allowed;  // rejected: what was allowed there instead
  std::vector<Switch>
      blamed_switches;  // rejected: the smallest set of switches whose flipping makes the trace accepted
  std::vector<ClauseId>
      blamed_clauses;   // rejected, and no such set: the clauses of `allowed` labels of the same kind
  std::string reason;   // inconclusive, unspecified
  ClauseSet exercised;  // the clauses cited on the way
  std::vector<std::string_view> variants;  // accepted: which of the named variants explain the trace
  SwitchVector vector;  // accepted under `hybrid`: the union of the vectors that explain it
};

struct JudgeOptions {
  std::string_view variant = "intended";  // a named variant, `any` or `hybrid`
  bool strict = false;                    // incidental clauses count too
  Kernel kernel = Kernel::xnu;            // of a trace whose front matter names none with the key `mach`
  std::size_t states_max = 16384;         // more possible states than this: inconclusive
};

// Requires: `options.variant` is one of those. A trace of a kernel that is not known is inconclusive.
Verdict judge(const Trace& trace, const JudgeOptions& options);
bool is_variant_name(std::string_view name);

// One line of an explanation: an event, and by which clauses it was allowed.
struct ExplainedEvent {
  std::size_t event;
  std::vector<ClauseId>
      clauses;  // empty for what the client does of its own accord, and where it was not allowed
};
struct Explanation {
  Verdict verdict;
  std::vector<ExplainedEvent> events;  // up to and with the rejected one
};
Explanation explain(const Trace& trace, const JudgeOptions& options);

std::string_view name(VerdictKind kind);

}  // namespace portunus::model
