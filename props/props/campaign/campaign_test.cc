#include "props/campaign/campaign.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "model/vocabulary/text.h"
#include "props/generate/mach_only.h"
#include "props/props/campaign/fake_sut.h"
#include "props/props/campaign/scratch.h"

namespace portunus {
namespace {

using model::VerdictKind;

bool invalidates(const Script& script) {
  return std::ranges::any_of(script.steps, [](const Step& step) {
    return step.kind == StepKind::call && step.function == Function::CFMachPortInvalidate;
  });
}

bool never(const Script&) {
  return false;
}

constexpr const char* kCrash = "portunus-trace 1\nmain T0\nT0 crash segv\nend 1\n";
constexpr const char* kNothing = "portunus-trace 1\nmain T0\nend 0\n";
constexpr const char* kInvalidating = "portunus-script 1\nmain T0\nCFMachPortInvalidate(P0)\nsettle\nend 2\n";

TEST_CASE("a system that does nothing wrong conforms") {
  const Scratch scratch("campaign");
  FakeSut sut(never);
  const CampaignResult result =
      run_campaign(sut, {.seed = 3, .scripts = 50, .exhaustive = 1, .reports = scratch.path() / "reports"});
  CHECK_FALSE(result.error.has_value());
  CHECK(result.verdict == VerdictKind::accepted);
  CHECK(exit_code(result) == 0);
  CHECK(result.counts.random_scripts == 50);
  CHECK(result.counts.scripts == 132);  // four scripts about CFMachPort have one call, and 78 of Mach's
  CHECK(result.counts.accepted == 132);
  CHECK(sut.executions == 132);
  CHECK(result.findings.empty());
  CHECK(result.seed == 3);
  CHECK(result.sut == "fake sut");
  CHECK(result.identity == "a fake");
  CHECK(result.variant == "intended");
  CHECK(result.suite_version == suite_version());
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "reports"));
}

TEST_CASE("what fails in one way is one finding, shrunk, and on disk before it is announced") {
  const Scratch scratch("campaign");
  FakeSut sut(invalidates);
  std::vector<std::string> announced;
  CampaignOptions options{.seed = 1, .scripts = 100, .reports = scratch.path()};
  options.fault = "some-fault";
  options.progress = [&](const Progress& progress) {
    if (progress.found == nullptr) return;
    announced.push_back(Scratch::read(progress.found->script));
    CHECK(parse_trace(Scratch::read(progress.found->trace)).value.has_value());
  };
  const CampaignResult result = run_campaign(sut, options);

  CHECK(exit_code(result) == 1);
  REQUIRE(result.findings.size() == 1);
  const Finding& finding = result.findings[0];
  CHECK(finding.phase == Phase::random);
  CHECK(finding.repeated);
  CHECK(finding.calls == 1);
  CHECK(finding.steps_before > 1);
  CHECK(finding.seen == result.counts.rejected);
  CHECK(finding.seen > 10);
  CHECK(finding.verdict.kind == VerdictKind::rejected);
  CHECK(finding.blame == "crash segv");
  CHECK(finding.reproduce == "./run replay " + finding.script.string() +
                                 " --sut 'fake sut' --variant intended --fault some-fault");
  REQUIRE(finding.origin.starts_with("seed "));
  CHECK(finding.regenerate == "./run replay --seed " + finding.origin.substr(5) +
                                  " --sut 'fake sut' --variant intended --fault some-fault");

  REQUIRE(announced.size() == 1);
  const auto script = parse_script(announced[0]);
  REQUIRE(script.value.has_value());
  CHECK(script.value->steps.size() == 1);
  CHECK(front_matter_value(script.value->front_matter, "source") == finding.origin);
  CHECK(front_matter_value(script.value->front_matter, "blame") == "crash segv");
  CHECK(invalidates(script_of_seed(std::stoull(finding.origin.substr(5)), {})));
}

TEST_CASE("a campaign of Mach's calls alone runs nothing else, and its commands say so") {
  const Scratch scratch("campaign");
  scratch.write("corpus/accept/cf.script", kInvalidating);
  scratch.write("corpus/accept/mach.script",
                "portunus-script 1\nmain T0\nN0 = mach_port_allocate(RECEIVE)\nend 1\n");
  scratch.write("corpus/accept/cf.trace",
                "portunus-trace 1\nmain T0\nT0 skip CFMachPortInvalidate unbound\nend 1\n");
  scratch.write("corpus/accept/mach.trace",
                "portunus-trace 1\nmain T0\nT0 skip mach_port_destroy unbound\nend 1\n");
  std::size_t others = 0;
  FakeSut sut([&](const Script& script) {
    others += !is_mach_only(script);
    return std::ranges::any_of(script.steps, [](const Step& step) {
      return step.function == Function::mach_msg_receive && step.second != step.bind;
    });
  });
  const CampaignResult result = run_campaign(sut, {.seed = 3,
                                                   .scripts = 50,
                                                   .mach_only = true,
                                                   .corpus = scratch.path() / "corpus",
                                                   .reports = scratch.path()});
  CHECK(others == 0);
  CHECK(result.mach_only);
  CHECK(result.counts.traces == 1);
  CHECK(result.counts.scripts == 51);
  REQUIRE(result.findings.size() == 1);
  const Finding& finding = result.findings[0];
  CHECK(finding.calls == 1);
  REQUIRE(finding.origin.starts_with("seed "));
  const std::string seed = finding.origin.substr(5);
  CHECK(finding.regenerate ==
        "./run replay --seed " + seed + " --mach-only --sut 'fake sut' --variant intended");
  CHECK(finding.reproduce.find("--mach-only") == std::string::npos);  // the file says what it is
  CHECK(script_of_seed(std::stoull(seed), {.mach_only = true}).steps.size() == finding.steps_before);

  FakeSut good([&](const Script& script) {
    others += !is_mach_only(script);
    return false;
  });
  const CampaignResult exhaustive = run_campaign(good, {.exhaustive = 1, .mach_only = true});
  CHECK(exhaustive.counts.scripts == 78);
  CHECK(others == 0);
}

TEST_CASE("a campaign with a number of scripts is the same each time") {
  const Scratch scratch("campaign");
  const CampaignOptions options{.seed = 9, .scripts = 60, .exhaustive = 1, .reports = scratch.path()};
  FakeSut first(invalidates), second(invalidates);
  const CampaignResult one = run_campaign(first, options), two = run_campaign(second, options);
  REQUIRE(one.findings.size() == 1);
  REQUIRE(two.findings.size() == 1);
  CHECK(first.executions == second.executions);
  CHECK(one.findings[0].origin == two.findings[0].origin);
  CHECK(one.findings[0].at == two.findings[0].at);
  CHECK(one.counts.events == two.counts.events);
}

TEST_CASE("in batches the same is judged in the same order, and found") {
  const Scratch scratch("campaign");
  const CampaignOptions options{.seed = 9, .scripts = 60, .exhaustive = 1, .reports = scratch.path()};
  FakeSut one_by_one(invalidates), batched(invalidates);
  batched.batch = 25;
  const CampaignResult one = run_campaign(one_by_one, options), two = run_campaign(batched, options);
  REQUIRE(one.findings.size() == 1);
  REQUIRE(two.findings.size() == 1);
  CHECK(one.findings[0].origin == two.findings[0].origin);
  CHECK(one.findings[0].at == two.findings[0].at);
  CHECK(one.findings[0].seen == two.findings[0].seen);
  CHECK(one.findings[0].calls == two.findings[0].calls);
  CHECK(one.counts.scripts == two.counts.scripts);
  CHECK(one.counts.events == two.counts.events);
  CHECK(two.counts.random_scripts == 60);
  CHECK(batched.batches.front() == 4);  // four scripts have one call
  CHECK(batched.batches.back() == 10);
  CHECK(std::ranges::count(batched.batches, std::size_t{25}) >= 2);
}

TEST_CASE("shrinking in batches asks no more often than it may") {
  const Scratch scratch("campaign");
  FakeSut sut(invalidates);
  sut.batch = 1000;
  CampaignOptions options{.seed = 1, .scripts = 100, .reports = scratch.path()};
  options.shrink_batches_max = 3;
  const CampaignResult result = run_campaign(sut, options);
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].repeated);
  CHECK(sut.batches.size() == 1 + 3);
}

TEST_CASE("a finding's script fails when it runs alone, even where a batch makes smaller ones fail") {
  const Scratch scratch("campaign");
  // Alone, only scripts of more than three steps fail.
  std::size_t steps_at_least = 0;
  FakeSut sut(
      [&](const Script& script) { return script.steps.size() > steps_at_least && invalidates(script); });
  sut.batch = 50;
  sut.before_batch = [&](std::size_t scripts) { steps_at_least = scripts == 1 ? 3 : 0; };
  const CampaignResult result = run_campaign(sut, {.seed = 1, .scripts = 100, .reports = scratch.path()});
  REQUIRE_FALSE(result.findings.empty());
  const Finding& finding = result.findings[0];
  CHECK(finding.repeated);
  const auto script = parse_script(Scratch::read(finding.script));
  REQUIRE(script.value.has_value());
  CHECK(script.value->steps.size() == finding.steps_before);
  CHECK(script.value->steps.size() > 3);
}

TEST_CASE("all scripts are repeated under each schedule, and a finding names its own") {
  const Scratch scratch("campaign");
  const FakeSut* self = nullptr;
  FakeSut sut([&](const Script& script) { return self->schedule() == 2 && invalidates(script); });
  self = &sut;
  for (const std::size_t batch : {std::size_t{1}, std::size_t{7}}) {
    CAPTURE(batch);
    sut.batch = batch;
    const CampaignResult result = run_campaign(
        sut, {.seed = 1, .scripts = 50, .schedules = 4, .exhaustive = 1, .reports = scratch.path()});
    CHECK(result.schedules == 4);
    CHECK(result.counts.scripts == 4 * 132);
    CHECK(result.counts.random_scripts == 50);
    REQUIRE(result.findings.size() == 1);
    const Finding& finding = result.findings[0];
    CHECK(finding.schedule == 2);
    CHECK(finding.repeated);
    CHECK(finding.calls == 1);
    CHECK(finding.reproduce.ends_with(" --variant intended --schedule 2"));
    const auto script = parse_script(Scratch::read(finding.script));
    REQUIRE(script.value.has_value());
    CHECK(front_matter_value(script.value->front_matter, "schedule") == "2");
  }
}

TEST_CASE("a campaign ends with its last allowed finding, or with its time") {
  const Scratch scratch("campaign");
  FakeSut bad(invalidates);
  const CampaignResult stopped =
      run_campaign(bad, {.seed = 1, .scripts = 100000, .reports = scratch.path(), .findings_max = 1});
  CHECK(stopped.counts.random_scripts < 100);
  CHECK(stopped.findings.size() == 1);

  FakeSut good(never);
  const CampaignResult timed = run_campaign(good, {.time = std::chrono::milliseconds(30)});
  CHECK(timed.counts.random_scripts > 0);
  CHECK(timed.counts.random_scripts == timed.counts.scripts);

  // The batches of a timed campaign grow with the time that it has had.
  FakeSut batched(never);
  batched.batch = 100;
  run_campaign(batched, {.time = std::chrono::milliseconds(200)});
  REQUIRE(batched.batches.size() > 3);
  CHECK(batched.batches[0] == 32);
  CHECK(batched.batches[1] == 64);
  CHECK(batched.batches[2] == 100);
}

TEST_CASE("a failure that does not come again is kept as it was seen") {
  const Scratch scratch("campaign");
  bool crashed = false;
  FakeSut sut([&](const Script& script) { return invalidates(script) && !std::exchange(crashed, true); });
  const CampaignResult result = run_campaign(sut, {.scripts = 50, .reports = scratch.path()});
  REQUIRE(result.findings.size() == 1);
  CHECK_FALSE(result.findings[0].repeated);
  const auto trace = parse_trace(Scratch::read(result.findings[0].trace));
  REQUIRE(trace.value.has_value());
  CHECK(trace.value->events.size() == 1);
}

TEST_CASE("the corpus is run and judged first") {
  const Scratch scratch("campaign");
  scratch.write("corpus/accept/invalidate.script", kInvalidating);
  scratch.write("corpus/accept/nothing.trace", kNothing);
  scratch.write("corpus/reject/crash.trace", kCrash);
  FakeSut sut(invalidates);
  const CampaignResult result =
      run_campaign(sut, {.corpus = scratch.path() / "corpus", .reports = scratch.path()});
  CHECK(result.counts.traces == 2);
  CHECK(result.counts.scripts == 1);
  CHECK(result.counts.accepted == 2);
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings[0].phase == Phase::corpus);
  CHECK(result.findings[0].origin == "corpus/accept/invalidate.script");
  CHECK(result.findings[0].at == 1);
  CHECK(result.findings[0].regenerate.empty());
}

TEST_CASE("a trace of the corpus with another verdict than its own is a finding") {
  const Scratch scratch("campaign");
  scratch.write("corpus/accept/crash.trace", kCrash);
  scratch.write("corpus/reject/nothing.trace", kNothing);
  FakeSut sut(never);
  const CampaignResult result =
      run_campaign(sut, {.corpus = scratch.path() / "corpus", .reports = scratch.path()});
  CHECK(exit_code(result) == 1);
  REQUIRE(result.findings.size() == 2);
  CHECK(result.findings[0].blame == "a trace that must be accepted: crash segv");
  CHECK(result.findings[0].script.empty());
  CHECK(result.findings[0].reproduce ==
        "./run judge " + result.findings[0].trace.string() + " --variant intended --strict");
  CHECK(result.findings[1].blame == "a trace that must be rejected: it is accepted");
}

TEST_CASE("with a malformed corpus nothing is run and nothing written") {
  const Scratch scratch("campaign");
  scratch.write("corpus/accept/a.script", kInvalidating);
  scratch.write("corpus/accept/b.script", "portunus-script 1\nmain T0\nsettle now\nend 1\n");
  FakeSut sut(invalidates);
  const CampaignResult result = run_campaign(
      sut, {.scripts = 10, .corpus = scratch.path() / "corpus", .reports = scratch.path() / "reports"});
  REQUIRE(result.error.has_value());
  CHECK(result.error->line == 3);
  CHECK(exit_code(result) == 2);
  CHECK(sut.executions == 0);
  CHECK_FALSE(std::filesystem::exists(scratch.path() / "reports"));
}

TEST_CASE("a finding that cannot be written is an error") {
  const Scratch scratch("campaign");
  scratch.write("file", "in the way");
  FakeSut sut(invalidates);
  const CampaignResult result = run_campaign(sut, {.scripts = 50, .reports = scratch.path() / "file"});
  REQUIRE(result.error.has_value());
  CHECK(exit_code(result) == 2);
}

}  // namespace
}  // namespace portunus
