#include "tool/suite.h"

#include <map>

#include "tool/flags.h"

namespace portunus::tool {

void SuiteFlags::add_to(CLI::App& verb) {
  const std::map<std::string, std::uint64_t> units = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
  verb.add_option("--seed", seed, "Where the random scripts come from")
      ->check(check_not_negative)
      ->capture_default_str();
  CLI::Option* count = verb.add_option("--scripts", scripts, "How many random scripts")
                           ->check(check_not_negative)
                           ->capture_default_str();
  verb.add_option("--time", time_ms, "Random scripts for that long: 500ms, 30s, 10m, 2h")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->excludes(count);
  verb.add_option("--exhaustive", exhaustive, "All scripts of up to so many calls")
      ->check(CLI::Range(0, 8))
      ->capture_default_str();
  add_mach_only_flag(verb, mach_only);
  verb.add_option("--schedules", schedules,
                  "Repeat all scripts under so many of the system's schedules, from 0 on")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  verb.add_option("--report", report, "The directory where findings go; made when there is one")
      ->capture_default_str();
}

CampaignOptions SuiteFlags::campaign() const {
  CampaignOptions options;
  options.seed = seed;
  options.scripts = scripts;
  if (time_ms) options.time = std::chrono::milliseconds(*time_ms);
  options.schedules = schedules;
  options.exhaustive = exhaustive;
  options.mach_only = mach_only;
  options.corpus = PORTUNUS_CORPUS;
  options.reports = report;
  return options;
}

std::string progress_words(const Progress& progress) {
  std::string words = std::string(name(progress.phase)) + " scripts: " + std::to_string(progress.done);
  if (progress.total != 0) words += " of " + std::to_string(progress.total);
  if (progress.findings != 0) words += ", findings: " + std::to_string(progress.findings);
  return words;
}

std::string error_words(const CampaignError& error) {
  std::string words = error.file.string() + ": ";
  if (error.line != 0)
    words =
        error.file.string() + ":" + std::to_string(error.line) + ":" + std::to_string(error.column) + ": ";
  return words + error.message;
}

}  // namespace portunus::tool
