// What covers each clause: the corpus's accepted traces that rest on it, and the rejected ones that break it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/clause/clause.h"
#include "props/campaign/corpus.h"

namespace portunus {

struct ClauseCoverage {
  std::vector<std::string> accepted;  // origins of the traces whose acceptance rests on the clause
  std::vector<std::string> rejected;  // origins of the rejected traces whose front matter names it
};

// Seen to be kept, and seen to be broken.
bool is_covered(const ClauseCoverage& clause);

struct CorpusCoverage {
  std::vector<ClauseCoverage> clauses;  // in the order of their ids
  std::optional<CampaignError> error;   // a file that is malformed, or has not the verdict that it claims
};

// Judges every trace of the corpus at `directory`, with the incidental clauses.
CorpusCoverage corpus_coverage(const std::filesystem::path& directory);

}  // namespace portunus
