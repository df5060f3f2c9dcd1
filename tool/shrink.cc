// `portunus shrink`: the smallest script that fails as a rejected trace does.

#include "props/shrink/shrink.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <span>

#include "model/vocabulary/text.h"
#include "props/shrink/failure.h"
#include "props/shrink/recall.h"
#include "tool/flags.h"
#include "tool/input.h"
#include "tool/progress.h"
#include "tool/verb.h"

namespace portunus::tool {
namespace {

constexpr std::size_t executions_max = 10'000;  // one by one
constexpr std::size_t batches_max = 400;        // or in batches, where the system is best given many
constexpr std::size_t batch_max = 64;

struct ShrinkVerb {
  std::string file;
  SutFlags sut = {.sut = "", .fault = "", .schedule = std::nullopt};
  JudgeFlags judge;
};

void define(CLI::App& verb, ShrinkVerb& options) {
  verb.add_option("TRACE", options.file, "A trace that is not accepted")->required();
  options.sut.add_with_schedule_to(verb);
  options.judge.add_to(verb);
}

// The system under test and the schedule that the flags name, else those that the trace was recorded from,
// else the default.
Opened open_for(const Trace& trace, SutFlags flags) {
  if (flags.sut.empty()) flags.sut = front_matter_value(trace.front_matter, "sut");
  if (flags.sut.empty()) flags.sut = SutFlags().sut;
  if (!flags.schedule) {
    const std::string_view word = front_matter_value(trace.front_matter, "schedule");
    std::uint32_t schedule = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), schedule);
    if (error == std::errc() && end == word.data() + word.size()) flags.schedule = schedule;
  }
  return open(flags);
}

ExitStatus print_smallest(const Script& script, Sut& sut, const Failure& failure,
                          const model::JudgeOptions& options) {
  ProgressLine line;
  std::size_t executions = 0;
  const FirstFailing first_failing = [&](std::span<const Script> candidates) {
    line.show("executions: " + std::to_string(executions += candidates.size()));
    const std::vector<Trace> traces = sut.execute_all(candidates);
    const auto fails = [&](const Trace& trace) {
      return failure_of(model::judge(trace, options), trace) == failure;
    };
    return static_cast<std::size_t>(std::ranges::find_if(traces, fails) - traces.begin());
  };
  if (first_failing({&script, 1}) != 0) {
    line.clear();
    complain("the system under test does not fail in this way again");
    return ExitStatus::unjudged;
  }
  const std::size_t batch = std::min(batch_max, sut.batch_size());
  const Shrunk shrunk =
      shrink(script, first_failing, {.asks = batch == 1 ? executions_max : batches_max, .batch = batch});
  line.clear();
  if (!shrunk.complete)
    complain("after " + std::to_string(executions) + " executions; it may not be the smallest");
  std::printf("%s", print(shrunk.script).c_str());
  return ExitStatus::conforms;
}

ExitStatus run(const ShrinkVerb& options) {
  const Loaded<Trace> trace = load_trace(options.file);
  if (!trace.value) {
    complain(trace.error);
    return ExitStatus::usage;
  }
  const auto judge = options_for(options.file, *trace.value, options.judge);
  if (!judge) return ExitStatus::usage;
  const model::Verdict verdict = model::judge(*trace.value, *judge);
  const auto failure = failure_of(verdict, *trace.value);
  if (!failure) {
    complain(options.file + ": the trace is accepted; there is nothing to shrink");
    return ExitStatus::usage;
  }
  const std::optional<Script> script = recall_script(*trace.value);
  if (!script) {
    complain(options.file + ": a trace of several threads does not tell its script");
    return ExitStatus::unjudged;
  }
  const Opened opened = open_for(*trace.value, options.sut);
  return opened.sut ? print_smallest(*script, *opened.sut, *failure, *judge) : opened.status;
}

}  // namespace

void add_shrink(CLI::App& app, Work& chosen) {
  add_verb<ShrinkVerb>(app, chosen, "shrink", "Find the smallest script that fails as a trace does", define,
                       run);
}

}  // namespace portunus::tool
