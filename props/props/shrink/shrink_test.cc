#include "props/shrink/shrink.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "model/vocabulary/text.h"
#include "props/generate/generator.h"
#include "props/shrink/pass.h"

namespace portunus {
namespace {

bool calls(const Script& script, Function function) {
  return std::ranges::any_of(script.steps, [&](const Step& step) {
    return step.kind == StepKind::call && step.function == function;
  });
}

// Stands for a system that fails when a port is invalidated inside a callback, whatever else happens.
bool invalidates_inside(const Script& script) {
  for (std::size_t at = 0; at < script.steps.size(); ++at) {
    const Step& block = script.steps[at];
    if (block.kind != StepKind::on) continue;
    for (std::size_t inside = at + 1; inside <= at + block.size; ++inside)
      if (script.steps[inside].kind == StepKind::call &&
          script.steps[inside].function == Function::CFMachPortInvalidate)
        return true;
  }
  return false;
}

Script failing_script() {
  for (std::uint64_t index = 0;; ++index) {
    Script script = script_of_seed(seed_for(1, index), {});
    if (script.steps.size() > 20 && invalidates_inside(script)) return script;
  }
}

TEST_CASE("a script shrinks to the steps that matter, in their plainest form") {
  const Shrunk shrunk = shrink(failing_script(), invalidates_inside, 10000);
  CHECK(shrunk.complete);
  REQUIRE(shrunk.script.steps.size() == 2);
  CHECK(shrunk.script.steps[0].kind == StepKind::on);
  CHECK(shrunk.script.steps[0].occurrence == 0);
  CHECK(print(shrunk.script.steps[1]) == "CFMachPortInvalidate(P0)");
}

TEST_CASE("no pass makes a shrunk script smaller") {
  const auto fails = [](const Script& script) {
    return calls(script, Function::CFRunLoopAddSource) && calls(script, Function::CFMachPortCreate);
  };
  for (std::uint64_t index = 0; index < 300; ++index) {
    const Script script = script_of_seed(seed_for(3, index), {});
    if (!fails(script)) continue;
    const Shrunk shrunk = shrink(script, fails, 10000);
    REQUIRE(shrunk.complete);
    REQUIRE(fails(shrunk.script));
    for (const Script& candidate : candidates(shrunk.script)) {
      INFO(print(shrunk.script), print(candidate));
      REQUIRE_FALSE(fails(candidate));
    }
  }
}

TEST_CASE("a script of Mach's calls shrinks to a message and who takes it, with the handles of both") {
  const auto fails = [](const Script& script) {
    const auto takes = [](const Step& step) {
      return step.function == Function::mach_msg_receive && step.arguments[0].number >= 0;
    };
    const auto taken = std::ranges::find_if(script.steps, takes);
    return taken != script.steps.end() && std::any_of(taken + 1, script.steps.end(), [&](const Step& step) {
             return step.function == Function::mach_port_deallocate && step.arguments[0] == taken->second;
           });
  };
  std::size_t shrunk_ones = 0;
  for (std::uint64_t index = 0; index < 3000; ++index) {
    const Script script = script_of_seed(seed_for(4, index), {.mach_only = true});
    if (!fails(script)) continue;
    ++shrunk_ones;
    const Shrunk shrunk = shrink(script, fails, 100000);
    REQUIRE(shrunk.complete);
    REQUIRE(shrunk.script.steps.size() == 2);
    CHECK(print(shrunk.script.steps[0]) == "N0, N1 = mach_msg_receive(N0, 256, false, 0ms)");
    CHECK(print(shrunk.script.steps[1]) == "mach_port_deallocate(N1)");
  }
  CHECK(shrunk_ones > 3);
}

TEST_CASE("shrinking is the same each time, and asks no more often than it may") {
  const Script script = failing_script();
  std::size_t asked = 0;
  const auto counted = [&](const Script& candidate) {
    ++asked;
    return invalidates_inside(candidate);
  };
  const Shrunk whole = shrink(script, counted, 10000);
  CHECK(asked == whole.executions);
  CHECK(shrink(script, invalidates_inside, 10000).script == whole.script);

  asked = 0;
  const Shrunk part = shrink(script, counted, 5);
  CHECK(asked == 5);
  CHECK(part.executions == 5);
  CHECK_FALSE(part.complete);
  CHECK(invalidates_inside(part.script));
}

TEST_CASE("candidates asked about in batches give the same script, and fewer questions") {
  const Script script = failing_script();
  const Shrunk whole = shrink(script, invalidates_inside, 10000);
  for (const std::size_t batch : {std::size_t{2}, std::size_t{7}, std::size_t{64}, std::size_t{1000}}) {
    CAPTURE(batch);
    std::size_t asked = 0;
    const FirstFailing first_failing = [&](std::span<const Script> candidates) {
      ++asked;
      CHECK(candidates.size() <= batch);
      const auto first = std::ranges::find_if(candidates, invalidates_inside);
      return static_cast<std::size_t>(first - candidates.begin());
    };
    const Shrunk shrunk = shrink(script, first_failing, {.asks = 10000, .batch = batch});
    CHECK(shrunk.script == whole.script);
    CHECK(shrunk.complete);
    CHECK(shrunk.executions >= whole.executions);
    CHECK(asked < whole.executions);
    const std::size_t needed = std::exchange(asked, 0);
    CHECK_FALSE(shrink(script, first_failing, {.asks = needed - 1, .batch = batch}).complete);
    CHECK(asked == needed - 1);
  }
}

TEST_CASE("a script that nothing can be taken from stays as it is") {
  const auto parsed = parse_script("portunus-script 1\nmain T0\nsettle\nend 1\n");
  REQUIRE(parsed.value.has_value());
  const Shrunk shrunk =
      shrink(*parsed.value, [](const Script& script) { return !script.steps.empty(); }, 100);
  CHECK(shrunk.script == *parsed.value);
  CHECK(shrunk.complete);
}

}  // namespace
}  // namespace portunus
