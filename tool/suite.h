// How much of the suite runs: options and defaults that `check` has, and `mutants` uses.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "props/campaign/campaign.h"

namespace portunus::tool {

struct SuiteFlags {
  std::uint64_t seed = 1;
  std::uint64_t scripts = 5000;
  std::optional<std::uint64_t> time_ms;
  std::uint32_t schedules = 1;
  int exhaustive = 2;
  bool mach_only = false;
  std::string report = "portunus-report";

  void add_to(CLI::App& verb);
  // The campaign that the flags ask for; whom to judge and how is the caller's.
  CampaignOptions campaign() const;
};

// `random scripts: 120 of 5000, 1 finding`
std::string progress_words(const Progress& progress);
// `FILE:LINE:COLUMN: message`
std::string error_words(const CampaignError& error);

}  // namespace portunus::tool
