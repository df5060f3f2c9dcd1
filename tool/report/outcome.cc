#include "tool/report/outcome.h"

#include <algorithm>

#include "tool/report/text.h"

namespace portunus::tool {
namespace {

Outcome clause_outcome(const CampaignResult& result, const model::Clause& clause) {
  for (const Finding& finding : result.findings) {
    const auto& blamed = finding.verdict.blamed_clauses;
    if (std::find(blamed.begin(), blamed.end(), clause.id) != blamed.end())
      return {OutcomeKind::failed, "clauses", std::string(clause.name), std::string(clause.sentence)};
  }
  const bool exercised = result.exercised.test(static_cast<std::size_t>(clause.id));
  return {exercised ? OutcomeKind::passed : OutcomeKind::skipped, "clauses", std::string(clause.name),
          exercised ? "" : "not exercised"};
}

}  // namespace

std::vector<Outcome> outcomes(const CampaignResult& result) {
  std::vector<Outcome> all;
  for (const model::Clause& clause : model::clauses()) all.push_back(clause_outcome(result, clause));
  std::size_t number = 0;
  for (const Finding& finding : result.findings)
    all.push_back({OutcomeKind::failed, "findings", finding.blame, finding_text(finding, ++number)});
  for (const std::string& reason : result.inconclusive)
    all.push_back({OutcomeKind::error, "not judged", reason.substr(0, reason.find(':')), reason});
  return all;
}

}  // namespace portunus::tool
