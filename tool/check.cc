// `portunus check`: the main job. The corpus, all small scripts, then random ones: executed, judged, shrunk.

#include <chrono>
#include <cstdio>

#include "props/generate/generator.h"
#include "tool/flags.h"
#include "tool/input.h"
#include "tool/progress.h"
#include "tool/report/html.h"
#include "tool/report/json.h"
#include "tool/report/outcome.h"
#include "tool/report/text.h"
#include "tool/suite.h"
#include "tool/verb.h"

namespace portunus::tool {
namespace {

struct CheckVerb {
  SutFlags sut;
  JudgeFlags judge;
  SuiteFlags suite;
  std::string junit, json, html, tap;
  bool speed = false;
};

void define(CLI::App& verb, CheckVerb& options) {
  options.sut.add_to(verb);
  options.judge.add_to(verb);
  options.suite.add_to(verb);
  verb.add_option("--junit", options.junit, "Write a JUnit XML report to this file");
  verb.add_option("--json", options.json, "Write a JSON report to this file");
  verb.add_option("--html", options.html, "Write an HTML report to this file");
  verb.add_option("--tap", options.tap, "Write a TAP report to this file");
  verb.add_flag(
      "--speed", options.speed,
      "Say on stderr how many scripts a second it was, beside the hosted system's; on a terminal it does");
}

bool write_report(const std::string& file, std::string (*report)(const CampaignResult&),
                  const CampaignResult& result) {
  if (file.empty()) return true;
  const std::string error = write_file(file, report(result));
  if (!error.empty()) complain(error);
  return error.empty();
}

bool write_reports(const CheckVerb& options, const CampaignResult& result) {
  const bool junit = write_report(options.junit, junit_report, result);
  const bool json = write_report(options.json, json_report, result);
  const bool html = write_report(options.html, html_report, result);
  const bool tap = write_report(options.tap, tap_report, result);
  return junit && json && html && tap;
}

using Seconds = std::chrono::duration<double>;

// How long the hosted system and the judge take for random scripts of the same seed, as many as were run.
Seconds time_of_hosted(const CampaignResult& result) {
  const OpenedSut hosted = open_sut("hosted", {});
  const auto started = std::chrono::steady_clock::now();
  for (std::uint64_t index = 0; hosted.sut && index < result.counts.scripts; ++index) {
    const Script script = script_of_seed(seed_for(result.seed, index), {.mach_only = result.mach_only});
    model::judge(hosted.sut->execute(script), {.variant = hosted.sut->variant()});
  }
  return std::chrono::steady_clock::now() - started;
}

// On stderr, since what stands on stdout is the same each time. Another system's speed says something beside
// that of the hosted one, on the same machine at the same time.
void tell_speed(const CampaignResult& result, Seconds time) {
  const auto scripts = result.counts.scripts;
  const auto per_second = [&](Seconds taken) { return static_cast<double>(scripts) / taken.count(); };
  std::fprintf(stderr, "portunus: %llu scripts in %.1f s, %.0f scripts/s",
               static_cast<unsigned long long>(scripts), time.count(), per_second(time));
  if (!result.sut.starts_with("hosted"))
    std::fprintf(stderr, "; hosted: %.0f scripts/s", per_second(time_of_hosted(result)));
  std::fprintf(stderr, "\n");
}

ExitStatus run(const CheckVerb& options) {
  const Opened opened = open(options.sut);
  if (!opened.sut) return opened.status;
  CampaignOptions campaign = options.suite.campaign();
  campaign.judge = options.judge.options(opened.sut->variant());
  campaign.fault = options.sut.fault;

  ProgressLine line;
  std::size_t findings = 0;
  campaign.progress = [&](const Progress& progress) {
    if (progress.found != nullptr) {
      line.clear();
      std::printf("%s\n", finding_text(*progress.found, ++findings).c_str());
      std::fflush(stdout);
    }
    line.show(progress_words(progress));
  };
  const auto started = std::chrono::steady_clock::now();
  const CampaignResult result = run_campaign(*opened.sut, campaign);
  const auto ended = std::chrono::steady_clock::now();
  line.clear();

  if (result.error) {
    complain(error_words(*result.error));
    return ExitStatus::usage;
  }
  std::printf("%s", summary_text(result).c_str());
  if (options.speed || on_terminal()) tell_speed(result, ended - started);
  return write_reports(options, result) ? static_cast<ExitStatus>(exit_code(result)) : ExitStatus::usage;
}

}  // namespace

void add_check(CLI::App& app, Work& chosen) {
  add_verb<CheckVerb>(app, chosen, "check", "Hold a system under test to the specification", define, run);
}

}  // namespace portunus::tool
