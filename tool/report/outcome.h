// A campaign's result as a list of named outcomes, the form in which JUnit and TAP want it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "props/campaign/campaign.h"

namespace portunus::tool {

enum class OutcomeKind : std::uint8_t { passed, failed, skipped, error };

struct Outcome {
  OutcomeKind kind = OutcomeKind::passed;
  std::string group;   // `clauses`, `findings`, `not judged`
  std::string name;    // the clause's id, or what the finding blames
  std::string detail;  // why it is not passed; may have several lines
};

// Each clause (passed when it was exercised and nobody blames it, skipped when it was not exercised), then
// each finding, then what could not be judged.
std::vector<Outcome> outcomes(const CampaignResult& result);

std::string junit_report(const CampaignResult& result);
std::string tap_report(const CampaignResult& result);

}  // namespace portunus::tool
