// The oracle as a triad: what is a model of the system is accepted, what is not is rejected, and the blame
// names the cause.
#include "model/oracle/oracle.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "model/vocabulary/limits.h"
#include "model/vocabulary/text.h"
#include "props/model/corpus.h"

namespace portunus::model {
namespace {

Trace trace_of(const std::string& events) {
  const auto parsed = parse_trace("portunus-trace 1\nmain T0\n" + events + "end " +
                                  std::to_string(std::ranges::count(events, '\n')) + "\n");
  INFO(parsed.error.line, ":", parsed.error.column, ": ", parsed.error.message);
  REQUIRE(parsed.value.has_value());
  return *parsed.value;
}

const std::string kCreated =
    "T0 call P0 = CFMachPortCreate(observed, callout, (I0 retain release), flag)\n"
    "T0 allocate P0\n"
    "T0 enter retain(I0)\n"
    "T0 exit retain = I0\n"
    "T0 return CFMachPortCreate = P0, false\n";

TEST_CASE("what Apple's two editions were seen to do is accepted") {
  std::size_t observed = 0;
  for (const RecordedTrace& recorded : recorded_traces("accept")) {
    INFO(recorded.path);
    const Verdict verdict = judge(recorded.trace, {.variant = recorded.variant, .strict = true});
    CHECK(name(verdict.kind) == "accepted");
    CHECK(std::ranges::find(verdict.variants, recorded.variant) != verdict.variants.end());
    observed += front_matter_value(recorded.trace.front_matter, "source").starts_with("observed") ? 1 : 0;
  }
  CHECK(observed >= 60);
}

TEST_CASE("every twin is rejected at its last event, which alone differs from an accepted trace") {
  for (const RecordedTrace& recorded : recorded_traces("reject")) {
    INFO(recorded.path);
    const Verdict verdict = judge(recorded.trace, {.variant = recorded.variant, .strict = true});
    CHECK(name(verdict.kind) == "rejected");
    CHECK(verdict.event + 1 == recorded.trace.events.size());
  }
}

TEST_CASE("a rejection blames exactly the switches in which the variants differ for the trace") {
  const RecordedTrace* found = nullptr;
  const auto traces = recorded_traces("accept/invalidate");
  for (const RecordedTrace& recorded : traces)
    if (recorded.path.ends_with("callback-without-source.cf-1153.trace")) found = &recorded;
  REQUIRE(found != nullptr);
  const Verdict verdict = judge(found->trace, {.variant = "cf-2021"});
  CHECK(name(verdict.kind) == "rejected");
  REQUIRE(verdict.blamed_switches.size() == 1);
  CHECK(info(verdict.blamed_switches[0]).title == "info during the invalidation callback");
  CHECK(verdict.blamed_clauses.empty());
}

TEST_CASE("a trace of one edition is blamed only on switches in which the editions differ") {
  std::size_t rejected = 0;
  for (const RecordedTrace& recorded : recorded_traces("accept")) {
    for (const Variant& variant : variants()) {
      if (recorded.variant == variant.name) continue;
      const Verdict verdict = judge(recorded.trace, {.variant = variant.name, .strict = true});
      INFO(recorded.path, " under ", std::string(variant.name));
      if (verdict.kind == VerdictKind::accepted) continue;
      ++rejected;
      CHECK(name(verdict.kind) == "rejected");
      CHECK_FALSE(verdict.blamed_switches.empty());
      const SwitchVector& own = find_variant(recorded.variant)->vector;
      for (const Switch each : verdict.blamed_switches) {
        const auto place = static_cast<std::size_t>(each);
        CHECK(own.values[place] != variant.vector.values[place]);
      }
    }
  }
  CHECK(rejected > 50);
}

TEST_CASE("any explains a trace by the variants that accept it, the same all the way") {
  for (const RecordedTrace& recorded : recorded_traces("accept")) {
    INFO(recorded.path);
    const Verdict verdict = judge(recorded.trace, {.variant = "any", .strict = true});
    CHECK(name(verdict.kind) == "accepted");
    for (const Variant& variant : variants()) {
      const bool alone =
          judge(recorded.trace, {.variant = variant.name, .strict = true}).kind == VerdictKind::accepted;
      const bool listed = std::ranges::find(verdict.variants, variant.name) != verdict.variants.end();
      CHECK(alone == listed);
    }
  }
}

TEST_CASE("hybrid accepts what mixes editions, and tells the vectors that explain it") {
  const Trace mixed = trace_of(kCreated +
                               "T0 call CFMachPortSetInvalidationCallBack(P0, inv)\n"
                               "T0 return CFMachPortSetInvalidationCallBack\n"
                               "T0 call CFMachPortInvalidate(P0)\n"
                               "T0 enter invalidation(inv, P0, I0)\n"
                               "T0 call CFMachPortGetContext(P0)\n"
                               "T0 return CFMachPortGetContext = 0, I0, sentinel, sentinel, null\n"
                               "T0 exit invalidation\n");
  CHECK(name(judge(mixed, {.variant = "cf-2021"}).kind) == "rejected");
  const Verdict verdict = judge(mixed, {.variant = "hybrid"});
  CHECK(name(verdict.kind) == "accepted");
  CHECK(verdict.vector.values[static_cast<std::size_t>(Switch::info_during_invalidation)] == 1);
  CHECK(verdict.vector.values[static_cast<std::size_t>(Switch::owned_rights)] == 7);
}

TEST_CASE("where no switch explains it, the clause of the value that differs is blamed") {
  const Verdict verdict =
      judge(trace_of(kCreated + "T0 call CFMachPortGetContext(P0)\n"
                                "T0 return CFMachPortGetContext = 3, I0, sentinel, sentinel, null\n"),
            {});
  CHECK(name(verdict.kind) == "rejected");
  CHECK(verdict.event == 6);
  REQUIRE(verdict.allowed.size() == 1);
  CHECK(print(verdict.allowed[0].label) == "T0 return CFMachPortGetContext = 0, I0, *, *, null");
  REQUIRE(verdict.blamed_clauses.size() == 1);
  CHECK(clause(verdict.blamed_clauses[0]).name == "context.fields");
}

TEST_CASE("incidental values count only when asked for") {
  const std::string events = kCreated + "T0 call CFGetRetainCount(P0)\nT0 return CFGetRetainCount = 9\n";
  CHECK(name(judge(trace_of(events), {}).kind) == "accepted");
  CHECK(name(judge(trace_of(events), {.strict = true}).kind) == "rejected");
  const std::string logs = kCreated + "T0 log error other\n";
  CHECK(name(judge(trace_of(logs), {}).kind) == "accepted");
  CHECK(name(judge(trace_of(logs), {.strict = true}).kind) == "rejected");
}

TEST_CASE("a trace without observed allocations says so, and needs none") {
  Trace trace = trace_of(
      "T0 call P0 = CFMachPortCreate(observed, callout, null, flag)\n"
      "T0 return CFMachPortCreate = P0, false\n");
  CHECK(name(judge(trace, {}).kind) == "rejected");
  trace.front_matter.emplace_back("lacks", "observed-allocator");
  CHECK(name(judge(trace, {}).kind) == "accepted");
}

TEST_CASE("ignorance is admitted: a limit is named, and what nothing is said of is unspecified") {
  const Verdict beyond =
      judge(trace_of("T0 call P200 = CFMachPortCreate(observed, callout, null, flag)\n"), {});
  CHECK(name(beyond.kind) == "inconclusive");
  CHECK(beyond.reason == "ports");
  const Verdict thread = judge(trace_of("T9 start\n"), {});
  CHECK(name(thread.kind) == "inconclusive");
  CHECK(thread.reason == "threads");
  Trace main = trace_of("T0 call N0 = mach_port_allocate(RECEIVE)\n");
  main.main = limits::threads;
  const Verdict begun = judge(main, {});
  CHECK(name(begun.kind) == "inconclusive");
  CHECK(begun.reason == "threads");
  CHECK(begun.event == 0);
  const Verdict freed = judge(trace_of("T0 call CFMachPortIsValid(P0)\n"), {});
  CHECK(name(freed.kind) == "unspecified");
  CHECK(freed.event == 0);
}

TEST_CASE("the kernel is the one that the trace names, else the one that is asked for") {
  const std::string events =
      "T0 call mach_port_deallocate(null)\nT0 return mach_port_deallocate = KERN_INVALID_NAME\n";
  Trace trace = trace_of(events);
  CHECK(name(judge(trace, {}).kind) == "rejected");
  CHECK(name(judge(trace, {.kernel = Kernel::gnumach}).kind) == "accepted");
  trace.front_matter.emplace_back("mach", "gnumach");
  CHECK(name(judge(trace, {}).kind) == "accepted");
  CHECK(judge(trace, {}).exercised.test(static_cast<std::size_t>(ClauseId::mach_reserved_names)));
  trace.front_matter.back().second = "xnu";
  CHECK(name(judge(trace, {.kernel = Kernel::gnumach}).kind) == "rejected");
}

TEST_CASE("a trace of a kernel that nobody knows cannot be judged") {
  Trace trace = trace_of("T0 call N0 = mach_port_allocate(RECEIVE)\n");
  trace.front_matter.emplace_back("mach", "mach-o");
  const Verdict verdict = judge(trace, {});
  CHECK(name(verdict.kind) == "inconclusive");
  CHECK(verdict.reason == "mach");
  CHECK(name(explain(trace, {}).verdict.kind) == "inconclusive");
}

TEST_CASE("an explanation gives each event the clauses that allowed it, up to the one that none did") {
  const Explanation explanation = explain(trace_of(kCreated + "T0 allocate P1\n"), {});
  REQUIRE(explanation.events.size() == 6);
  CHECK(explanation.events[0].clauses.empty());
  REQUIRE_FALSE(explanation.events[2].clauses.empty());
  CHECK(clause(explanation.events[2].clauses[0]).name == "create.retains-once");
  CHECK(explanation.events[5].clauses.empty());
  CHECK(explanation.verdict.event == 5);
}

}  // namespace
}  // namespace portunus::model
