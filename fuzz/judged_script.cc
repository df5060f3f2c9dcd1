#include "fuzz/judged_script.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "impl/fault/fault.h"
#include "impl/sut/hosted_in_process.h"
#include "model/oracle/oracle.h"
#include "model/vocabulary/text.h"
#include "props/shrink/failure.h"

namespace portunus {
namespace {

constexpr const char* kVariable = "PORTUNUS_FAULT";

// The fault that the environment asks for, or nullptr. One that is not there would make a run worthless: it
// ends it.
const fault::Fault* seeded_fault() {
  const char* name = std::getenv(kVariable);
  if (name == nullptr || *name == '\0') return nullptr;
  const fault::Fault* fault = fault::find(name);
  if (fault::compiled_in && fault != nullptr) return fault;
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
  text += "  ./run replay x.script --sut hosted --variant intended";
  if (const fault::Fault* fault = seeded_fault()) text += " --fault " + std::string(fault->name);
  return text + "\n";
}

}  // namespace

void run_and_judge(const Script& script) {
  static const fault::Fault* const fault = seeded_fault();
  const HostedOptions options{.fault = fault != nullptr ? fault->id : fault::Id::none};
  HostedInProcess sut("hosted", options);
  const Trace trace = sut.execute(script);
  const model::Verdict verdict = model::judge(trace, {});
  if (verdict.kind != model::VerdictKind::rejected) return;
  std::fputs(report(script, trace, verdict).c_str(), stderr);
  std::abort();
}

}  // namespace portunus

// The many short-lived worlds would fill AddressSanitizer's quarantine with fresh pages, which takes a third
// of the time. The environment's ASAN_OPTIONS still win.
extern "C" const char* __asan_default_options() {  // NOLINT(bugprone-reserved-identifier): its name
  return "quarantine_size_mb=16";
}
