#include "tool/report/text.h"

#include <algorithm>
#include <sstream>

#include "model/vocabulary/text.h"
#include "props/shrink/failure.h"
#include "tool/input.h"

namespace portunus::tool {
namespace {

constexpr std::size_t allowed_max = 12;  // allowed labels printed of one rejection

std::string plural(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void add_clause(std::ostream& out, model::ClauseId id, std::string_view indent) {
  const model::Clause& clause = model::clause(id);
  out << indent << clause.name << " (" << model::name(clause.strength) << "): " << clause.sentence << "\n";
}

void add_allowed(std::ostream& out, const model::Verdict& verdict) {
  if (verdict.allowed.empty()) {
    out << "  nothing was allowed there\n";
    return;
  }
  out << "  allowed there:\n";
  const std::size_t shown = std::min(verdict.allowed.size(), allowed_max);
  for (std::size_t at = 0; at < shown; ++at) {
    out << "    " << print(verdict.allowed[at].label) << "\n";
    add_clause(out, verdict.allowed[at].clause, "      by ");
  }
  if (shown < verdict.allowed.size()) out << "    and " << verdict.allowed.size() - shown << " more\n";
}

void add_rejection(std::ostream& out, const model::Verdict& verdict, const Trace& trace) {
  out << "  event " << verdict.event + 1 << " of " << trace.events.size() << " is not allowed:\n";
  if (verdict.event < trace.events.size()) out << "    " << print(trace.events[verdict.event]) << "\n";
  add_allowed(out, verdict);
  if (const auto failure = failure_of(verdict, trace)) out << "  blame: " << blame_words(*failure) << "\n";
  for (const model::ClauseId clause : verdict.blamed_clauses) add_clause(out, clause, "    ");
}

// Under `hybrid`: what each switch may be, where the traces tell.
void add_vector(std::ostream& out, const model::SwitchVector& vector) {
  for (const model::SwitchInfo& info : model::switches()) {
    const unsigned bits = vector.values[static_cast<std::size_t>(info.id)];
    out << "  " << info.title << ":";
    for (unsigned value = 0; value < info.value_count; ++value)
      if ((bits >> value & 1) != 0) out << " [" << info.values[value] << "]";
    out << "\n";
  }
}

void add_row(std::ostream& out, std::string_view key, const std::string& value) {
  constexpr std::size_t width = 20;
  out << key << std::string(width - key.size(), ' ') << value << "\n";
}

std::string campaign_verdict(const CampaignResult& result) {
  std::string words(model::name(result.verdict));
  if (!result.findings.empty()) words += ", " + plural(result.findings.size(), "finding");
  if (result.counts.inconclusive != 0)
    words += ", " + std::to_string(result.counts.inconclusive) + " inconclusive";
  if (result.counts.unspecified != 0)
    words += ", " + std::to_string(result.counts.unspecified) + " unspecified";
  return words;
}

std::string indented(const std::string& text, std::string_view indent) {
  std::istringstream lines(text);
  std::string line, out;
  while (std::getline(lines, line)) out += std::string(indent) + line + "\n";
  return out;
}

}  // namespace

std::string joined(const std::vector<std::string_view>& words, std::string_view separator) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += separator;
    out += word;
  }
  return out;
}

std::string verdict_words(const model::Verdict& verdict) {
  std::string words(model::name(verdict.kind));
  if (!verdict.reason.empty()) words += ": " + verdict.reason;
  if (!verdict.variants.empty()) words += ", explained by " + joined(verdict.variants, ", ");
  return words;
}

std::string verdict_text(const model::Verdict& verdict, const Trace& trace) {
  std::ostringstream out;
  out << verdict_words(verdict) << "\n";
  switch (verdict.kind) {
    case model::VerdictKind::rejected:
      add_rejection(out, verdict, trace);
      break;
    case model::VerdictKind::inconclusive:
    case model::VerdictKind::unspecified:
      out << "  at event " << verdict.event + 1 << " of " << trace.events.size() << "\n";
      break;
    case model::VerdictKind::accepted:
      break;
  }
  return out.str();
}

std::string explanation_text(const model::Explanation& explanation, const Trace& trace) {
  std::istringstream lines(print(trace));
  std::string line;
  while (std::getline(lines, line) && !line.starts_with("main ")) {
  }
  std::ostringstream out;
  for (const model::ExplainedEvent& event : explanation.events) {
    std::getline(lines, line);
    out << line;
    std::vector<std::string_view> names;
    names.reserve(event.clauses.size());
    for (const model::ClauseId id : event.clauses) names.push_back(model::clause(id).name);
    if (!names.empty()) out << "    -- " << joined(names, ", ");
    out << "\n";
  }
  return out.str();
}

std::string finding_text(const Finding& finding, std::size_t number) {
  std::ostringstream out;
  out << "finding " << number << ": " << finding.blame << "\n";
  out << "  found in " << finding.origin;
  if (finding.schedule != 0) out << ", schedule " << finding.schedule;
  // A recorded trace was not executed here, and has no script to shrink.
  if (!finding.script.empty())
    out << ", as script " << finding.at << "; shrunk from " << finding.steps_before << " steps to "
        << plural(finding.calls, "call");
  out << "\n";
  if (const Loaded<Trace> trace = load_trace(finding.trace); trace.value)
    out << indented(verdict_text(finding.verdict, *trace.value), "  ");
  if (!finding.repeated) out << "  it did not happen again when the script was run again\n";
  if (!finding.script.empty()) out << "  script: " << finding.script.string() << "\n";
  out << "  trace: " << finding.trace.string() << "\n";
  out << "  reproduce: " << finding.reproduce << "\n";
  return out.str();
}

std::string summary_text(const CampaignResult& result) {
  std::ostringstream out;
  const Counts& counts = result.counts;
  add_row(out, "suite", "portunus " + result.suite_version);
  add_row(out, "system under test", result.sut + ": " + result.identity);
  add_row(out, "judged against", result.variant + (result.strict ? ", strict" : ""));
  add_row(out, "seed", std::to_string(result.seed));
  if (result.mach_only) add_row(out, "calls", "of Mach alone");
  if (result.schedules != 1) add_row(out, "schedules", std::to_string(result.schedules));
  add_row(out, "scripts",
          std::to_string(counts.scripts) + ", of which random " + std::to_string(counts.random_scripts));
  if (counts.traces != 0) add_row(out, "recorded traces", std::to_string(counts.traces));
  add_row(out, "actions", std::to_string(counts.actions));
  add_row(out, "clauses exercised",
          std::to_string(result.exercised.count()) + " of " + std::to_string(model::clauses().size()));
  for (const std::string& reason : result.inconclusive) add_row(out, "not judged", reason);
  add_row(out, "verdict", campaign_verdict(result));
  if (!result.variants.empty()) add_row(out, "explained by", joined(result.variants, ", "));
  if (result.variant == "hybrid" && result.verdict == model::VerdictKind::accepted)
    add_vector(out, result.vector);
  return out.str();
}

}  // namespace portunus::tool
