// `portunus judge`: the verdict of recorded traces.

#include <cstdio>

#include "tool/flags.h"
#include "tool/input.h"
#include "tool/report/text.h"
#include "tool/verb.h"

namespace portunus::tool {
namespace {

struct JudgeVerb {
  std::vector<std::string> files;
  JudgeFlags judge;
};

void define(CLI::App& verb, JudgeVerb& options) {
  verb.add_option("TRACE", options.files, "Recorded traces")->required();
  options.judge.add_to(verb);
}

ExitStatus judge_file(const std::string& file, const JudgeFlags& flags) {
  const Loaded<Trace> trace = load_trace(file);
  if (!trace.value) {
    complain(trace.error);
    return ExitStatus::usage;
  }
  const auto options = options_for(file, *trace.value, flags);
  if (!options) return ExitStatus::usage;
  const model::Verdict verdict = model::judge(*trace.value, *options);
  std::printf("%s: %s", file.c_str(), verdict_text(verdict, *trace.value).c_str());
  return status_of(verdict.kind);
}

ExitStatus run(const JudgeVerb& options) {
  ExitStatus status = ExitStatus::conforms;
  for (const std::string& file : options.files) status = graver(status, judge_file(file, options.judge));
  return status;
}

}  // namespace

void add_judge(CLI::App& app, Work& chosen) {
  add_verb<JudgeVerb>(app, chosen, "judge", "Judge recorded traces", define, run);
}

}  // namespace portunus::tool
