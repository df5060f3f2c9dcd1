#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/vocabulary/text.h"
#include "model/vocabulary/word.h"
#include "props/generate/canonical.h"
#include "props/generate/generator.h"
#include "props/generate/handle.h"
#include "props/generate/mach_only.h"

namespace portunus {
namespace {

constexpr std::uint64_t kScripts = 3000;

template <class Visit>
void for_each_script(bool threads, Visit visit) {
  for (std::uint64_t index = 0; index < kScripts; ++index)
    visit(script_of_seed(seed_for(1, index), {.threads = threads, .mach_only = true}));
}

template <class Visit>
void for_each_call(Visit visit) {
  for_each_script(true, [&](const Script& script) {
    for (const Step& step : script.steps)
      if (step.kind == StepKind::call) visit(step);
  });
}

bool within_limits(const Script& script) {
  bool within = script.steps.size() <= limits::steps;
  for (Step step : script.steps)
    for_each_value(step, [&](Value& value) {
      if (handle_class(value) != HandleClass::none)
        within &= handle_index(value) < capacity(handle_class(value));
    });
  return within;
}

bool makes_set(const Step& step) {
  const bool allocates =
      step.function == Function::mach_port_allocate || step.function == Function::mach_port_allocate_name;
  return step.kind == StepKind::call && allocates &&
         step.arguments[0].number == static_cast<std::int32_t>(Right::port_set);
}

TEST_CASE("scripts of Mach's calls are well formed, canonical, within the limits, and have no other calls") {
  for (const bool threads : {false, true}) {
    for_each_script(threads, [](const Script& script) {
      REQUIRE(well_formed(script));
      REQUIRE(is_canonical(script));
      REQUIRE(within_limits(script));
      REQUIRE(is_mach_only(script));
      REQUIRE(std::ranges::count_if(script.steps, makes_set) <= 8);
    });
  }
}

TEST_CASE("scripts of Mach's calls print and parse back") {
  for_each_script(true, [](const Script& script) {
    const std::string text = print(script);
    const auto parsed = parse_script(text);
    INFO(text, parsed.error.line, ":", parsed.error.column, ": ", parsed.error.message);
    REQUIRE(parsed.value.has_value());
    REQUIRE(*parsed.value == script);
  });
}

TEST_CASE("a handle is bound once, and the handles of a call are two") {
  for_each_script(true, [](const Script& script) {
    std::set<std::int32_t> bound;
    for (const Step& step : script.steps) {
      if (step.kind != StepKind::call) continue;
      for (const Value& handle : {step.bind, step.second})
        if (handle.type != Type::none) REQUIRE(bound.insert(handle.number).second);
    }
  });
}

TEST_CASE("a seed gives the same script of Mach's calls again, and other seeds other ones") {
  std::set<std::string> texts;
  for_each_script(true, [&](const Script& script) { texts.insert(print(script)); });
  CHECK(texts.size() > kScripts * 9 / 10);
  const std::uint64_t seed = seed_for(5, 1000);
  CHECK(script_of_seed(seed, {.mach_only = true}) == script_of_seed(seed, {.mach_only = true}));
}

TEST_CASE("a seed alone tells whether its script is of Mach's calls, and one batch in four is") {
  std::uint64_t mach = 0, mixed_batches = 0;
  for (std::uint64_t batch = 0; batch < kScripts / batch_size; ++batch) {
    std::uint64_t of_batch = 0;
    for (std::uint64_t index = batch * batch_size; index < (batch + 1) * batch_size; ++index) {
      const std::uint64_t seed = seed_for(1, index);
      const Script script = script_of_seed(seed, {});
      const bool same = script == script_of_seed(seed, {.mach_only = true});
      REQUIRE(same == is_mach_only(script));
      of_batch += same;
    }
    mach += of_batch;
    mixed_batches += of_batch != 0 && of_batch != batch_size;
  }
  CHECK(mixed_batches == 0);
  CHECK(mach > kScripts / 5);
  CHECK(mach < kScripts / 3);
}

TEST_CASE("every function of Mach comes up") {
  std::map<Function, int> calls;
  for_each_call([&](const Step& step) { ++calls[step.function]; });
  for (const FunctionInfo& row : functions()) {
    INFO(row.name);
    if (is_mach(row.function)) CHECK(calls[row.function] > 100);
  }
}

TEST_CASE("every argument of a function of Mach takes every word that it may be, and null and dead names") {
  std::map<std::pair<Function, int>, std::set<std::int32_t>> seen;
  for_each_call([&](const Step& step) {
    for (int place = 0; place < info(step.function).argument_count; ++place)
      seen[{step.function, place}].insert(step.arguments[place].number);
  });
  for (const FunctionInfo& row : functions()) {
    for (int place = 0; is_mach(row.function) && place < row.argument_count; ++place) {
      INFO(row.name, " ", place);
      const auto& numbers = seen[{row.function, place}];
      const std::size_t words_of_type = words(row.arguments[place]).size();
      for (std::size_t word = 0; word < words_of_type; ++word)
        CHECK(numbers.contains(static_cast<std::int32_t>(word)));
      if (row.arguments[place] == Type::name) CHECK(numbers.contains(Value::dead));
      if (may_be_null(row.arguments[place])) CHECK(numbers.contains(Value::null));
    }
  }
}

TEST_CASE("counts, limits and sizes come up on both sides of where something changes") {
  std::map<std::pair<Function, int>, std::set<std::int32_t>> seen;
  for_each_call([&](const Step& step) {
    for (int place = 0; place < info(step.function).argument_count; ++place)
      seen[{step.function, place}].insert(step.arguments[place].number);
  });
  const auto has = [&](Function function, int place, std::initializer_list<std::int32_t> numbers) {
    for (const std::int32_t number : numbers) {
      INFO(info(function).name, " ", number);
      CHECK(seen[{function, place}].contains(number));
    }
  };
  has(Function::mach_port_mod_refs, 2, {0, 1, -1, 2, -2, 65534, 65535, -65535, 70000});
  has(Function::mach_port_set_attributes, 1, {0, 1, 2, 5, 16, 1024, 1025});
  has(Function::mach_port_request_notification, 2, {0, 1, 2});
  has(Function::mach_msg_receive, 1, {0, 24, 31, 32, 40, 48, 256});
  has(Function::mach_msg_receive, 3, {0, 10, 50});
}

TEST_CASE("most calls are about handles that an earlier step brings into being") {
  std::uint64_t known = 0, unknown = 0;
  for_each_script(true, [&](const Script& script) {
    std::set<std::int32_t> bound;
    for (const Step& step : script.steps) {
      if (step.kind != StepKind::call) continue;
      for (const Value& argument : step.arguments)
        if (handle_class(argument) == HandleClass::name)
          ++(bound.contains(argument.number) ? known : unknown);
      for (const Value& handle : {step.bind, step.second})
        if (handle.type != Type::none) bound.insert(handle.number);
    }
  });
  CHECK(known > 1000);
  CHECK(unknown == 0);
}

TEST_CASE("other threads wait for messages and for room, and are joined") {
  std::uint64_t receive = 0, send = 0, started = 0, joined = 0;
  for_each_script(true, [&](const Script& script) {
    for (std::size_t at = 0; at < script.steps.size(); ++at) {
      joined += script.steps[at].kind == StepKind::join;
      if (script.steps[at].kind != StepKind::start) continue;
      ++started;
      REQUIRE(script.steps[at].size > 0);
      const Step& first = script.steps[at + 1];
      receive += first.kind == StepKind::call && first.function == Function::mach_msg_receive;
      send += first.kind == StepKind::call && first.function == Function::mach_msg_send;
    }
  });
  CHECK(receive > 100);
  CHECK(send > 50);
  CHECK(joined == started);

  for_each_script(false, [&](const Script& script) {
    REQUIRE(std::ranges::count(script.steps, StepKind::start, &Step::kind) == 0);
  });
}

TEST_CASE("bytes choose scripts of Mach's calls, too, and none choose an empty one") {
  ByteEntropy nothing({});
  CHECK(generate_script(nothing, {.mach_only = true}).steps.empty());
  SeededEntropy random(3);
  for (int n = 0; n < 2000; ++n) {
    std::vector<std::uint8_t> bytes(random.below(200));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
    ByteEntropy first(bytes), second(bytes);
    const Script script = generate_script(first, {.mach_only = true});
    REQUIRE(well_formed(script));
    REQUIRE(is_canonical(script));
    REQUIRE(is_mach_only(script));
    REQUIRE(generate_script(second, {.mach_only = true}) == script);
  }
}

TEST_CASE("batches differ in their weights of Mach's calls, and the plain weights leave nothing out") {
  CHECK(batch_mach_weights(1) == batch_mach_weights(1));
  CHECK(batch_mach_weights(1) != batch_mach_weights(2));
  for (const std::uint8_t weight : plain_mach_weights()) CHECK(weight > 0);
}

// --- which scripts and traces are of Mach alone ---

Script script_of(const std::string& steps) {
  const auto parsed = parse_script("portunus-script 1\nmain T0\n" + steps + "end\n");
  REQUIRE(parsed.value.has_value());
  return *parsed.value;
}

Trace trace_of(const std::string& events, int count) {
  const auto parsed =
      parse_trace("portunus-trace 1\nmain T0\n" + events + "end " + std::to_string(count) + "\n");
  INFO(parsed.error.line, ": ", parsed.error.message);
  REQUIRE(parsed.value.has_value());
  return *parsed.value;
}

TEST_CASE("a script is of Mach alone if it neither calls CoreFoundation nor speaks of callbacks") {
  CHECK(is_mach_only(script_of("start T1 {\n  mach_port_destroy(N0)\n}\njoin T1\nsettle\n")));
  CHECK_FALSE(is_mach_only(script_of("mach_port_destroy(N0)\nCFMachPortInvalidate(P0)\n")));
  CHECK_FALSE(is_mach_only(script_of("CFRunLoopRunInMode(M0, 0ms, true)\n")));
  CHECK_FALSE(is_mach_only(script_of("on message {\n  settle\n}\n")));
  CHECK_FALSE(is_mach_only(script_of("await T1 in message\n")));
}

TEST_CASE("a trace is of Mach alone whatever the driver does when the script is over") {
  const std::string mach = "T0 call mach_port_destroy(N0)\nT0 return mach_port_destroy = KERN_SUCCESS\n";
  const std::string over =
      "T0 call CFRunLoopRunInMode(M0, 0ms, false)\nT0 return CFRunLoopRunInMode = Finished\nT0 quiescent\n";
  CHECK(is_mach_only(trace_of(mach + over, 5)));
  CHECK_FALSE(is_mach_only(trace_of(mach + "T0 skip CFMachPortInvalidate unbound\n" + over, 6)));
  CHECK_FALSE(is_mach_only(trace_of("T0 call CFMachPortInvalidate(P0)\n" + over, 4)));
  CHECK_FALSE(is_mach_only(trace_of("T0 call CFRunLoopRunInMode(common, 0ms, true)\n" + over, 4)));
}

}  // namespace
}  // namespace portunus
