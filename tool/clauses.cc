// `portunus clauses`: the specification's clauses, and what covers each.

#include <cstdio>
#include <optional>

#include "model/clause/clause.h"
#include "props/campaign/coverage.h"
#include "tool/flags.h"
#include "tool/input.h"
#include "tool/report/json.h"
#include "tool/suite.h"
#include "tool/verb.h"

namespace portunus::tool {
namespace {

struct ClausesOptions {
  bool coverage = false;
  std::string json;
};

void define(CLI::App& verb, ClausesOptions& options) {
  verb.add_flag("--coverage", options.coverage,
                "Also the recorded traces that keep and that break each; 1 if one has not both");
  verb.add_option("--json", options.json, "Write the clauses, the switches and the variants to this file");
}

void print_clause(const model::Clause& clause) {
  std::string line = std::string(clause.name) + " (" + std::string(model::name(clause.strength));
  if (!clause.variants.empty()) line += "; " + std::string(clause.variants);
  if (clause.kernel) line += "; on " + std::string(model::name(*clause.kernel));
  std::printf("%s)\n    %s\n", line.c_str(), std::string(clause.sentence).c_str());
}

// Gives how many are not covered.
std::size_t print_coverage(const CorpusCoverage& coverage) {
  std::size_t uncovered = 0;
  for (const model::Clause& clause : model::clauses()) {
    const ClauseCoverage& by = coverage.clauses[static_cast<std::size_t>(clause.id)];
    print_clause(clause);
    std::printf("    kept by %zu traces, broken by %zu%s\n", by.accepted.size(), by.rejected.size(),
                is_covered(by) ? "" : ": not covered");
    if (!is_covered(by)) ++uncovered;
  }
  std::printf("\n%zu of %zu clauses are covered\n", coverage.clauses.size() - uncovered,
              coverage.clauses.size());
  return uncovered;
}

ExitStatus write_json(const ClausesOptions& options, const CorpusCoverage* coverage) {
  const std::string error = write_file(options.json, json_clauses(coverage));
  if (error.empty()) return ExitStatus::conforms;
  complain(error);
  return ExitStatus::usage;
}

ExitStatus run(const ClausesOptions& options) {
  std::optional<CorpusCoverage> coverage;
  if (options.coverage) coverage = corpus_coverage(PORTUNUS_CORPUS);
  if (coverage && coverage->error) {
    complain(error_words(*coverage->error));
    return ExitStatus::usage;
  }
  if (!options.json.empty())
    if (const ExitStatus status = write_json(options, coverage ? &*coverage : nullptr);
        status != ExitStatus::conforms)
      return status;
  if (coverage) return print_coverage(*coverage) == 0 ? ExitStatus::conforms : ExitStatus::violates;
  if (options.json.empty())
    for (const model::Clause& clause : model::clauses()) print_clause(clause);
  return ExitStatus::conforms;
}

}  // namespace

void add_clauses(CLI::App& app, Work& chosen) {
  add_verb<ClausesOptions>(app, chosen, "clauses", "List the clauses of the specification", define, run);
}

}  // namespace portunus::tool
