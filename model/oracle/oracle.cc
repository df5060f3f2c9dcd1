#include "model/oracle/oracle.h"

#include <algorithm>

#include "model/oracle/state_set.h"
#include "model/step/step.h"

namespace portunus::model {
namespace {

// The kernel that the trace was recorded on; nothing if it names one that is not known.
std::optional<Kernel> kernel_of(const Trace& trace, const JudgeOptions& options) {
  const std::string_view named = front_matter_value(trace.front_matter, "mach");
  return named.empty() ? options.kernel : find_kernel(named);
}

Rules rules_of(const Trace& trace, const JudgeOptions& options) {
  Rules rules;
  rules.strict = options.strict;
  rules.kernel = kernel_of(trace, options).value_or(options.kernel);
  rules.allocations_observed =
      front_matter_value(trace.front_matter, "lacks").find("observed-allocator") == std::string_view::npos;
  return rules;
}

// The states before the first event: one for each vector that the variant's name stands for.
StateSet first_states(const Trace& trace, std::string_view variant) {
  StateSet states;
  const State state = initial_state(trace.main);
  const Variant* named = find_variant(variant);
  if (named != nullptr) states.insert({state, named->vector, {}});
  if (variant == "hybrid") states.insert({state, all_vectors(), {}});
  if (variant == "any")
    for (const Variant& each : variants()) states.insert({state, each.vector, {}});
  return states;
}

// Where a run of the oracle over a trace ended.
struct Run {
  StateSet states;  // after the last event that was allowed
  std::size_t event = 0;
  std::uint32_t consulted = 0;  // the switches that were looked at, a bit each
  bool ended = false;           // an event was not allowed, or could not be judged
  StepResult last;              // what came of that event
};

// Of each thread the return that comes next after each event; nullptr where something else does.
std::vector<Upcoming> upcoming_returns(const Trace& trace) {
  std::vector<Upcoming> result(trace.events.size());
  Upcoming next = {};
  for (std::size_t event = trace.events.size(); event > 0; --event) {
    result[event - 1] = next;
    const Label& label = trace.events[event - 1];
    if (label.thread < limits::threads)
      next[label.thread] = label.kind == LabelKind::return_ ? &label : nullptr;
  }
  return result;
}

// With `upcoming`, a call may take effect before its return is seen.
Run run_once(const Trace& trace, const Rules& rules, const StateSet& states, std::size_t states_max,
             const std::vector<Upcoming>* upcoming, std::vector<ExplainedEvent>* explanation) {
  Run result;
  result.states = states;
  for (; result.event < trace.events.size(); ++result.event) {
    const Label& label = trace.events[result.event];
    if (label.thread >= limits::threads) {
      result.last.limit = "threads";
      result.ended = true;
      break;
    }
    if (explanation != nullptr) result.states.clear_clauses();
    const Upcoming* returns = upcoming == nullptr ? nullptr : &(*upcoming)[result.event];
    StepResult step = step_all(rules, result.states, label, states_max, returns);
    result.consulted |= step.consulted;
    if (step.next.empty() || step.limit == "states_max") {
      result.last = std::move(step);
      result.ended = true;
      break;
    }
    result.states = std::move(step.next);
    if (explanation == nullptr) continue;
    ClauseSet cited;
    for (const Node& node : result.states.nodes()) cited |= node.clauses;
    ExplainedEvent line{result.event, {}};
    for (std::size_t place = 0; place < clause_count; ++place)
      if (cited.test(place)) line.clauses.push_back(static_cast<ClauseId>(place));
    explanation->push_back(std::move(line));
  }
  return result;
}

bool has_several_threads(const Trace& trace) {
  return std::ranges::any_of(trace.events, [&](const Label& label) { return label.thread != trace.main; });
}

// That a call's effect comes before its return is rarely needed and costs many states: so it is looked for
// only where the trace is rejected without it.
Run run(const Trace& trace, const Rules& rules, const StateSet& states, std::size_t states_max,
        std::vector<ExplainedEvent>* explanation = nullptr) {
  Run result = run_once(trace, rules, states, states_max, nullptr, explanation);
  const bool rejected = result.ended && result.last.limit.empty() && result.last.unspecified.empty();
  if (!rejected || !has_several_threads(trace)) return result;
  const std::vector<Upcoming> upcoming = upcoming_returns(trace);
  if (explanation != nullptr) explanation->clear();
  return run_once(trace, rules, states, states_max, &upcoming, explanation);
}

// What cannot be judged from the first event on: beyond a limit, or of another kernel. Empty if it can.
std::string_view beyond(const Trace& trace, const JudgeOptions& options) {
  if (trace.main >= limits::threads) return "threads";
  return kernel_of(trace, options) ? std::string_view() : "mach";
}

Run run_whole(const Trace& trace, const Rules& rules, const JudgeOptions& options,
              std::vector<ExplainedEvent>* explanation = nullptr) {
  const std::string_view limit = beyond(trace, options);
  if (limit.empty())
    return run(trace, rules, first_states(trace, options.variant), options.states_max, explanation);
  Run unjudged;
  unjudged.last.limit = limit;
  unjudged.ended = true;
  return unjudged;
}

bool is_within(const SwitchVector& vector, const SwitchVector& of) {
  for (std::size_t place = 0; place < switch_count; ++place)
    if ((vector.values[place] & of.values[place]) != vector.values[place]) return false;
  return true;
}

// More switches than this are not one cause any more, and the search for them costs too much.
constexpr int kBlameMax = 3;

// A vector that a search for blame has got to, and what the oracle made of it.
struct Flipped {
  SwitchVector vector;
  std::uint32_t flipped;    // switches that differ from the variant's, a bit each
  std::uint32_t consulted;  // those that a further flip can make a difference to
};

Run run_under(const Trace& trace, const Rules& rules, const SwitchVector& vector, std::size_t states_max) {
  StateSet states;
  states.insert({initial_state(trace.main), vector, {}});
  return run(trace, rules, states, states_max);
}

std::vector<Switch> switches_of(std::uint32_t bits) {
  std::vector<Switch> result;
  for (int place = 0; place < switch_count; ++place)
    if ((bits >> place & 1) != 0) result.push_back(static_cast<Switch>(place));
  return result;
}

// The vectors one flip away from `from`: of a switch that the oracle looked at, and that is not flipped yet.
std::vector<Flipped> flips(const Flipped& from) {
  std::vector<Flipped> result;
  for (const Switch each : switches_of(from.consulted & ~from.flipped)) {
    for (int value = 0; value < info(each).value_count; ++value) {
      Flipped next = from;
      std::uint8_t& values = next.vector.values[static_cast<std::size_t>(each)];
      if (values == 1u << value) continue;
      values = static_cast<std::uint8_t>(1u << value);
      next.flipped |= 1u << static_cast<unsigned>(each);
      result.push_back(next);
    }
  }
  return result;
}

// The smallest set of switches whose flipping, from one of the variant's vectors, makes the trace accepted:
// all that can matter are tried, by number.
std::vector<Switch> blame_switches(const Trace& trace, const Rules& rules, const JudgeOptions& options) {
  std::vector<Flipped> level;
  for (const Variant& variant : variants()) {
    if (options.variant != "any" && options.variant != variant.name) continue;
    level.push_back(
        {variant.vector, 0, run_under(trace, rules, variant.vector, options.states_max).consulted});
  }
  std::vector<SwitchVector> tried;
  for (int count = 1; count <= kBlameMax; ++count) {
    std::vector<Flipped> next_level;
    for (const Flipped& from : level) {
      for (Flipped& next : flips(from)) {
        if (std::ranges::find(tried, next.vector) != tried.end()) continue;
        tried.push_back(next.vector);
        const Run outcome = run_under(trace, rules, next.vector, options.states_max);
        if (!outcome.ended) return switches_of(next.flipped);
        next.consulted = outcome.consulted;
        next_level.push_back(next);
      }
    }
    level = std::move(next_level);
  }
  return {};
}

void blame(Verdict& verdict, const Trace& trace, const Rules& rules, const JudgeOptions& options,
           const Run& failed) {
  const Label& label = trace.events[failed.event];
  const StepResult closed = tau_closure(rules, failed.states, options.states_max);
  const std::vector<Offer> on_offer = offers(rules, closed.next, label.thread);
  for (const Offer& offer : on_offer) verdict.allowed.push_back({offer.label, offer.clause});
  verdict.blamed_switches = blame_switches(trace, rules, options);
  if (!verdict.blamed_switches.empty()) return;
  const auto add = [&](ClauseId clause) {
    if (std::ranges::find(verdict.blamed_clauses, clause) == verdict.blamed_clauses.end())
      verdict.blamed_clauses.push_back(clause);
  };
  if (label.kind == LabelKind::quiescent) add(ClauseId::quiescent);
  for (const Offer& offer : on_offer)
    if (same_kind(offer.label, label)) add(clause_of_difference(offer, label));
  if (!verdict.blamed_clauses.empty()) return;
  for (const Allowed& allowed : verdict.allowed) add(allowed.clause);
}

Verdict verdict_of(const Trace& trace, const Rules& rules, const JudgeOptions& options, const Run& run) {
  Verdict verdict;
  verdict.event = run.event;
  for (const Node& node : run.states.nodes()) verdict.exercised |= node.clauses;
  if (!run.ended) {
    verdict.kind = VerdictKind::accepted;
    for (const Node& node : run.states.nodes())
      for (std::size_t place = 0; place < switch_count; ++place)
        verdict.vector.values[place] |= node.vector.values[place];
    for (const Variant& variant : variants()) {
      const bool explains = std::ranges::any_of(
          run.states.nodes(), [&](const Node& node) { return is_within(variant.vector, node.vector); });
      if (explains) verdict.variants.push_back(variant.name);
    }
    return verdict;
  }
  if (!run.last.limit.empty()) {
    verdict.kind = VerdictKind::inconclusive;
    verdict.reason = run.last.limit;
  } else if (!run.last.unspecified.empty()) {
    verdict.kind = VerdictKind::unspecified;
    verdict.reason = run.last.unspecified;
  } else {
    verdict.kind = VerdictKind::rejected;
    blame(verdict, trace, rules, options, run);
  }
  return verdict;
}

}  // namespace

Verdict judge(const Trace& trace, const JudgeOptions& options) {
  const Rules rules = rules_of(trace, options);
  return verdict_of(trace, rules, options, run_whole(trace, rules, options));
}

Explanation explain(const Trace& trace, const JudgeOptions& options) {
  Explanation explanation;
  const Rules rules = rules_of(trace, options);
  const Run ended = run_whole(trace, rules, options, &explanation.events);
  explanation.verdict = verdict_of(trace, rules, options, ended);
  if (ended.ended) explanation.events.push_back({ended.event, {}});
  for (const ExplainedEvent& line : explanation.events)
    for (const ClauseId clause : line.clauses)
      explanation.verdict.exercised.set(static_cast<std::size_t>(clause));
  return explanation;
}

bool is_variant_name(std::string_view name) {
  return name == "any" || name == "hybrid" || find_variant(name) != nullptr;
}

std::string_view name(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::accepted:
      return "accepted";
    case VerdictKind::rejected:
      return "rejected";
    case VerdictKind::inconclusive:
      return "inconclusive";
    case VerdictKind::unspecified:
      return "unspecified";
  }
  return {};
}

}  // namespace portunus::model
