// A campaign's result as one HTML page that needs nothing beside it.
#pragma once

#include <string>

#include "props/campaign/campaign.h"

namespace portunus::tool {

// What of a finding's script and trace the page holds at most; with `findings_max` this bounds the page.
inline constexpr std::size_t page_text_max = std::size_t{64} << 10;

extern const char page_template[];  // of page.mustache

std::string html_report(const CampaignResult& result);

}  // namespace portunus::tool
