#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <vector>

#include "model/vocabulary/text.h"
#include "props/property/arbitrary.h"
#include "props/shrink/shrink.h"

namespace portunus {
namespace {

using Calls = std::multiset<Function>;

Calls calls_of(const Script& script) {
  Calls calls;
  for (const Step& step : script.steps)
    if (step.kind == StepKind::call) calls.insert(step.function);
  return calls;
}

// A failure that needs two given calls, in whatever place.
TEST_CASE("shrinking") {
  CHECK(rc::check("a shrunk script fails in the same way, and has nothing that it does not need", [] {
    const Script script = *any_script({.threads = true});
    const Calls calls = calls_of(script);
    RC_PRE(calls.size() >= 2);
    const Calls needed = {*calls.begin(), *calls.rbegin()};
    const auto fails = [&](const Script& candidate) {
      return std::ranges::includes(calls_of(candidate), needed);
    };
    const Shrunk shrunk = shrink(script, fails, 100000);
    RC_LOG() << print(shrunk.script);
    RC_ASSERT(shrunk.complete);
    RC_ASSERT(fails(shrunk.script));
    RC_ASSERT(well_formed(shrunk.script));
    RC_ASSERT(shrunk.script.steps.size() == needed.size());
  }));
}

}  // namespace
}  // namespace portunus
