// `portunus replay`: one script again, with everything that happens.

#include <cstdio>
#include <utility>

#include "model/vocabulary/text.h"
#include "props/generate/generator.h"
#include "tool/flags.h"
#include "tool/input.h"
#include "tool/report/text.h"
#include "tool/verb.h"

namespace portunus::tool {
namespace {

struct ReplayVerb {
  std::string file;
  std::optional<std::uint64_t> seed;
  bool mach_only = false;
  SutFlags sut;
  JudgeFlags judge;
};

void define(CLI::App& verb, ReplayVerb& options) {
  CLI::Option_group* what = verb.add_option_group("what", "What to replay");
  what->add_option("FILE", options.file, "A script, or a trace, which is judged as it was recorded");
  what->add_option("--seed", options.seed, "The random script of this seed")->check(check_not_negative);
  what->require_option(1);
  add_mach_only_flag(verb, options.mach_only);
  options.sut.add_with_schedule_to(verb);
  options.judge.add_to(verb);
}

ExitStatus show(const Trace& trace, const model::JudgeOptions& options) {
  const model::Explanation explanation = model::explain(trace, options);
  std::printf("%s\n%s", explanation_text(explanation, trace).c_str(),
              verdict_text(explanation.verdict, trace).c_str());
  return status_of(explanation.verdict.kind);
}

ExitStatus replay_script(const Script& script, const ReplayVerb& options) {
  const Opened opened = open(options.sut);
  if (!opened.sut) return opened.status;
  std::printf("%s\n", print(script).c_str());
  return show(opened.sut->execute(script), options.judge.options(opened.sut->variant()));
}

ExitStatus run(const ReplayVerb& options) {
  if (options.seed)
    return replay_script(script_of_seed(*options.seed, {.mach_only = options.mach_only}), options);
  const auto file = load_script_or_trace(options.file);
  if (!file.value) {
    complain(file.error);
    return ExitStatus::usage;
  }
  if (const Script* script = std::get_if<Script>(&*file.value)) return replay_script(*script, options);
  const Trace& trace = std::get<Trace>(*file.value);
  const auto judge = options_for(options.file, trace, options.judge);
  return judge ? show(trace, *judge) : ExitStatus::usage;
}

}  // namespace

void add_replay(CLI::App& app, Work& chosen) {
  add_verb<ReplayVerb>(app, chosen, "replay", "Run one script again, and tell all that happens", define, run);
}

}  // namespace portunus::tool
