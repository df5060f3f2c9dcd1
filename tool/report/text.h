// Verdicts, findings and results in words, for people.
#pragma once

#include <string>

#include "model/oracle/oracle.h"
#include "model/vocabulary/trace.h"
#include "props/campaign/campaign.h"

namespace portunus::tool {

// Several lines, each ended: the verdict; for a rejection also what was allowed in place of the event, by
// which clauses, and the blame.
std::string verdict_text(const model::Verdict& verdict, const Trace& trace);

// The verdict in a few words, for a line of its own.
std::string verdict_words(const model::Verdict& verdict);

// Each event of a trace, indented by its nesting, with the clauses that allowed it.
std::string explanation_text(const model::Explanation& explanation, const Trace& trace);

// A finding: its verdict, its files and the command that reproduces it. Reads the trace from its file.
std::string finding_text(const Finding& finding, std::size_t number);

// What a campaign did and what came of it. Holds no times, so that the same seed gives the same bytes.
std::string summary_text(const CampaignResult& result);

// `cf-2021, intended`
std::string joined(const std::vector<std::string_view>& words, std::string_view separator);

}  // namespace portunus::tool
