// `portunus explain`: what happened in a trace, what was allowed, and by which clauses.

#include <cstdio>

#include "tool/flags.h"
#include "tool/input.h"
#include "tool/report/text.h"
#include "tool/verb.h"

namespace portunus::tool {
namespace {

struct ExplainVerb {
  std::string file;
  JudgeFlags judge;
};

void define(CLI::App& verb, ExplainVerb& options) {
  verb.add_option("TRACE", options.file, "A recorded trace")->required();
  options.judge.add_to(verb);
}

// Each clause that allowed something, once, in the order of the specification.
void print_clauses(const model::Verdict& verdict) {
  std::printf("\nclauses:\n");
  for (const model::Clause& clause : model::clauses()) {
    if (!verdict.exercised.test(static_cast<std::size_t>(clause.id))) continue;
    std::printf("  %s: %s\n", std::string(clause.name).c_str(), std::string(clause.sentence).c_str());
  }
}

ExitStatus run(const ExplainVerb& options) {
  const Loaded<Trace> trace = load_trace(options.file);
  if (!trace.value) {
    complain(trace.error);
    return ExitStatus::usage;
  }
  const auto judge = options_for(options.file, *trace.value, options.judge);
  if (!judge) return ExitStatus::usage;
  const model::Explanation explanation = model::explain(*trace.value, *judge);
  std::printf("%s", explanation_text(explanation, *trace.value).c_str());
  print_clauses(explanation.verdict);
  std::printf("\n%s", verdict_text(explanation.verdict, *trace.value).c_str());
  return status_of(explanation.verdict.kind);
}

}  // namespace

void add_explain(CLI::App& app, Work& chosen) {
  add_verb<ExplainVerb>(app, chosen, "explain", "Tell what happened in a trace, and which clauses allowed it",
                        define, run);
}

}  // namespace portunus::tool
