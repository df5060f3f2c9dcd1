// Target `script`: the input's bytes choose a script, the hosted system runs it in this process, and the
// oracle judges what happened. Everything lives within one call, so that inputs do not depend on one another.
//
// In a build with seeded faults the environment variable PORTUNUS_FAULT names one to put in.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "impl/fault/fault.h"
#include "impl/sut/hosted_in_process.h"
#include "model/oracle/oracle.h"
#include "model/vocabulary/text.h"
#include "props/generate/generator.h"
#include "props/shrink/failure.h"

namespace portunus {
namespace {

constexpr const char* kVariable = "PORTUNUS_FAULT";

// The fault that the environment asks for. One that is not there would make a run worthless: it ends it.
fault::Id fault_asked_for() {
  const char* name = std::getenv(kVariable);
  if (name == nullptr || *name == '\0') return fault::Id::none;
  const fault::Fault* fault = fault::find(name);
  if (fault::compiled_in && fault != nullptr) return fault->id;
  std::fprintf(stderr, "%s: this build has no fault named '%s'\n", kVariable, name);
  std::abort();
}

// What a reader needs to see of a rejection: the script, the event, what was allowed, and what to do next.
std::string report(const Script& script, const Trace& trace, const model::Verdict& verdict) {
  const auto failure = failure_of(verdict, trace);
  std::string text = "rejected: " + (failure ? blame_words(*failure) : std::string()) + "\n";
  if (verdict.event < trace.events.size())
    text += "event " + std::to_string(verdict.event + 1) +
            " was not allowed: " + print(trace.events[verdict.event]) + "\n";
  for (const model::Allowed& allowed : verdict.allowed)
    text += "  allowed: " + print(allowed.label) + "  (" + std::string(model::clause(allowed.clause).name) +
            ")\n";
  text += "the script:\n\n" + print(script) + "\nthe trace:\n\n" + print(trace);
  text += "\nreproduce: give this target the input as a file; or save the script as x.script, and\n";
  text += "  ./run replay x.script --sut hosted --variant intended\n";
  return text;
}

void judge_input(std::span<const std::uint8_t> bytes) {
  static const HostedOptions options{.fault = fault_asked_for()};
  ByteEntropy entropy(bytes);
  const Script script = generate_script(entropy, {.steps_max = 64});
  HostedInProcess sut("hosted", options);
  const Trace trace = sut.execute(script);
  const model::Verdict verdict = model::judge(trace, {});
  if (verdict.kind != model::VerdictKind::rejected) return;
  std::fputs(report(script, trace, verdict).c_str(), stderr);
  std::abort();
}

}  // namespace
}  // namespace portunus

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  portunus::judge_input({data, size});
  return 0;
}
