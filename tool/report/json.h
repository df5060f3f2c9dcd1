// Reports for programs: one JSON object each, with a `version`; a list in it is named by its plural.
#pragma once

#include <span>
#include <string>

#include "impl/fault/fault.h"
#include "props/campaign/campaign.h"
#include "props/campaign/coverage.h"

namespace portunus::tool {

inline constexpr int json_version = 1;

// What the campaign against one seeded fault came to. Without a finding the fault survived.
struct Kill {
  const fault::Fault* fault;
  CampaignResult result;
};

std::string json_report(const CampaignResult& result);
std::string json_kills(std::span<const Kill> kills);
// The specification: its clauses, switches and variants; with `coverage`, which may be nullptr, also what
// covers each clause.
std::string json_clauses(const CorpusCoverage* coverage);

}  // namespace portunus::tool
