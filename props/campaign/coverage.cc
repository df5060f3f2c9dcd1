#include "props/campaign/coverage.h"

namespace portunus {
namespace {

using model::VerdictKind;

// Broken clauses stand in the front matter, since blame may name several.
void note_rejected(const CorpusTrace& item, CorpusCoverage& coverage) {
  const auto broken = model::find_clause(front_matter_value(item.trace.front_matter, "clause"));
  if (broken) coverage.clauses[static_cast<std::size_t>(*broken)].rejected.push_back(item.origin);
}

void note_accepted(const CorpusTrace& item, const model::ClauseSet& exercised, CorpusCoverage& coverage) {
  for (std::size_t id = 0; id < coverage.clauses.size(); ++id)
    if (exercised.test(id)) coverage.clauses[id].accepted.push_back(item.origin);
}

}  // namespace

bool is_covered(const ClauseCoverage& clause) {
  return !clause.accepted.empty() && !clause.rejected.empty();
}

CorpusCoverage corpus_coverage(const std::filesystem::path& directory) {
  CorpusCoverage coverage;
  coverage.clauses.resize(model::clause_count);
  const Corpus corpus = read_corpus(directory, "any");
  coverage.error = corpus.error;
  if (coverage.error) return coverage;
  for (const CorpusTrace& item : corpus.traces) {
    const model::Verdict verdict = model::judge(item.trace, {.variant = item.variant, .strict = true});
    if (verdict.kind != item.verdict) {
      coverage.error = {.file = item.file, .message = "is " + std::string(model::name(verdict.kind))};
      return coverage;
    }
    if (verdict.kind == VerdictKind::rejected) note_rejected(item, coverage);
    if (verdict.kind == VerdictKind::accepted) note_accepted(item, verdict.exercised, coverage);
  }
  return coverage;
}

}  // namespace portunus
