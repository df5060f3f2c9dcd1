// The engine behind `check`: runs a corpus, then all small scripts, then random ones on a system under test,
// judges what happened, and shrinks what was not allowed. Prints nothing: the result is a value.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "impl/sut/sut.h"
#include "model/oracle/oracle.h"
#include "props/campaign/corpus.h"
#include "props/campaign/finding.h"
#include "props/generate/generator.h"

namespace portunus {

struct Counts {
  std::uint64_t scripts = 0;  // executed and judged, under each schedule, without those that shrinking tried
  std::uint64_t random_scripts = 0;  // of those, random ones: `--scripts` of this number runs them again
  std::uint64_t traces = 0;          // of the corpus, judged as recorded
  std::uint64_t actions = 0;         // calls in all the traces judged
  std::uint64_t events = 0;
  std::uint64_t accepted = 0, rejected = 0, inconclusive = 0, unspecified = 0;
};

struct Progress {
  Phase phase = Phase::corpus;
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0 if not known
  std::size_t findings = 0;
  const Finding* found = nullptr;  // set when this one has just been found; it is on disk
};

struct CampaignOptions {
  model::JudgeOptions judge = {};
  std::uint64_t seed = 1;
  std::uint64_t scripts = 0;                           // random scripts; ignored when `time` is given
  std::optional<std::chrono::milliseconds> time = {};  // random scripts for that long
  std::uint64_t schedules = 1;                         // all scripts under so many of the SUT's
  int exhaustive = 0;                                  // all scripts of up to that many calls
  bool mach_only = false;                              // no script but those of Mach's calls alone
  std::filesystem::path corpus = {};                   // its directory; empty for none
  std::filesystem::path reports = {};                  // where findings go; made when the first one comes
  std::string fault = {};                              // seeded into the system under test; for the commands
  std::size_t findings_max = 10;                       // the campaign ends with so many different findings
  std::size_t shrink_executions_max = 2000;            // for each finding, one by one
  std::size_t shrink_batches_max = 40;                 // or in batches, where the SUT is best given many
  GeneratorOptions generator = {};
  std::function<void(const Progress&)> progress = {};  // after each script is judged; may be empty
};

struct CampaignResult {
  std::string suite_version;
  std::uint64_t seed = 0;
  std::uint64_t schedules = 1;
  std::string sut;       // its name
  std::string identity;  // what exactly was judged
  std::string variant;   // judged against
  bool strict = false;
  bool mach_only = false;
  Counts counts;
  model::ClauseSet exercised;
  std::vector<Finding> findings;
  std::vector<std::string> inconclusive;                      // origins and reasons, the first few
  model::VerdictKind verdict = model::VerdictKind::accepted;  // rejected, else inconclusive, else accepted
  std::vector<std::string_view> variants;  // the named variants that explain every accepted trace
  model::SwitchVector vector;              // under `hybrid`: what explains every accepted trace
  std::optional<CampaignError> error;      // set: nothing was judged, or the reports could not be written
};

// Scripts are of two kinds, about CFMachPort and of Mach's calls alone; with `mach_only` there are just the
// latter. The whole corpus is read before the first script runs. Scripts run in batches as large as the SUT
// wants them, and are judged in their order, schedule by schedule within a batch. With `scripts` and a
// deterministic system under test, the same options give the same result.
CampaignResult run_campaign(Sut& sut, const CampaignOptions& options);

// 2 on an error, 1 when something was rejected, 3 when something could not be judged, else 0.
int exit_code(const CampaignResult& result);

std::string_view suite_version();

}  // namespace portunus
