// `portunus mutants`: the suite against every seeded fault. A suite is as good as the faults that it finds.

#include <cstdio>

#include "impl/fault/fault.h"
#include "tool/flags.h"
#include "tool/input.h"
#include "tool/progress.h"
#include "tool/report/json.h"
#include "tool/report/text.h"
#include "tool/suite.h"
#include "tool/verb.h"

namespace portunus::tool {
namespace {

struct MutantsVerb {
  std::string sut = SutFlags().sut;
  std::string json;
  SuiteFlags suite;  // as `check` runs it by default
};

void define(CLI::App& verb, MutantsVerb& options) {
  add_sut_option(verb, options.sut);
  verb.add_option("--json", options.json, "Write the kill matrix to this file");
}

// Runs the suite against the system with one fault, or with none, up to the first finding. Nothing when it
// could not be run; then `status` says why.
std::optional<CampaignResult> run_suite(const MutantsVerb& verb, std::string_view fault, ExitStatus& status) {
  SutFlags flags;
  flags.sut = verb.sut;
  flags.fault = fault;
  const Opened opened = open(flags);
  status = opened.status;
  if (!opened.sut) return std::nullopt;
  CampaignOptions options = verb.suite.campaign();
  options.judge.variant = opened.sut->variant();
  options.fault = fault;
  options.findings_max = 1;
  ProgressLine line;
  options.progress = [&](const Progress& progress) {
    line.show((fault.empty() ? "no fault" : std::string(fault)) + ": " + progress_words(progress));
  };
  CampaignResult result = run_campaign(*opened.sut, options);
  if (!result.error) return result;
  line.clear();
  complain(error_words(*result.error));
  status = ExitStatus::usage;
  return std::nullopt;
}

void print_kill(const Kill& kill) {
  const std::string name(kill.fault->name), clause(kill.fault->clause);
  if (kill.result.findings.empty()) {
    std::printf("survived  %s (%s) after %llu scripts\n", name.c_str(), clause.c_str(),
                static_cast<unsigned long long>(kill.result.counts.scripts));
    return;
  }
  const Finding& finding = kill.result.findings.front();
  std::printf("killed    %s (%s) by %s, script %llu, %llu calls; blame: %s\n", name.c_str(), clause.c_str(),
              finding.origin.c_str(), static_cast<unsigned long long>(finding.at),
              static_cast<unsigned long long>(finding.calls), finding.blame.c_str());
}

// What is found without a fault would be found with each one, and prove nothing.
ExitStatus check_unfaulted(const MutantsVerb& verb) {
  ExitStatus status = ExitStatus::conforms;
  const auto result = run_suite(verb, {}, status);
  if (!result || result->findings.empty()) return status;
  std::printf("%s\n", finding_text(result->findings.front(), 1).c_str());
  complain("the system under test fails without a fault, so that kills would mean nothing");
  return ExitStatus::unjudged;
}

ExitStatus run(const MutantsVerb& options) {
  if (!fault::compiled_in) {
    complain("this build has no seeded faults; `./run mutants` uses one that has");
    return ExitStatus::usage;
  }
  ExitStatus status = check_unfaulted(options);
  if (status != ExitStatus::conforms) return status;
  std::vector<Kill> kills;
  for (const fault::Fault& fault : fault::faults()) {
    auto result = run_suite(options, fault.name, status);
    if (!result) return status;
    kills.push_back({&fault, std::move(*result)});
    print_kill(kills.back());
    std::fflush(stdout);
  }
  std::size_t survivors = 0;
  for (const Kill& kill : kills) survivors += kill.result.findings.empty();
  std::printf("%zu of %zu killed\n", kills.size() - survivors, kills.size());
  if (!options.json.empty()) {
    const std::string error = write_file(options.json, json_kills(kills));
    if (!error.empty()) {
      complain(error);
      return ExitStatus::usage;
    }
  }
  return survivors == 0 ? ExitStatus::conforms : ExitStatus::violates;
}

}  // namespace

void add_mutants(CLI::App& app, Work& chosen) {
  add_verb<MutantsVerb>(app, chosen, "mutants", "Run the suite against every seeded fault", define, run);
}

}  // namespace portunus::tool
