#include "props/generate/generator.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "model/vocabulary/text.h"
#include "props/generate/canonical.h"
#include "props/generate/handle.h"

namespace portunus {
namespace {

constexpr std::uint64_t kScripts = 3000;

template <class Visit>
void for_each_script(const GeneratorOptions& options, Visit visit) {
  for (std::uint64_t index = 0; index < kScripts; ++index) visit(script_of_seed(seed_for(1, index), options));
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

TEST_CASE("generated scripts are well formed, canonical and within the limits") {
  for (const bool threads : {false, true}) {
    for_each_script({.threads = threads}, [](const Script& script) {
      REQUIRE(well_formed(script));
      REQUIRE(is_canonical(script));
      REQUIRE(within_limits(script));
    });
  }
}

TEST_CASE("generated scripts print and parse back") {
  for_each_script({.threads = true}, [](const Script& script) {
    const std::string text = print(script);
    const auto parsed = parse_script(text);
    INFO(text, parsed.error.line, ":", parsed.error.column, ": ", parsed.error.message);
    REQUIRE(parsed.value.has_value());
    REQUIRE(*parsed.value == script);
  });
}

TEST_CASE("a seed gives the same script again, and other seeds other ones") {
  std::set<std::string> texts;
  for_each_script({}, [&](const Script& script) { texts.insert(print(script)); });
  CHECK(texts.size() > kScripts * 9 / 10);
  const std::uint64_t seed = seed_for(5, 1000);
  CHECK(script_of_seed(seed, {}) == script_of_seed(seed, {}));
}

TEST_CASE("the scripts of a batch share the upper half of their seeds") {
  const auto upper_half = [](std::uint64_t index) { return seed_for(9, index) >> 32; };
  CHECK(upper_half(0) == upper_half(batch_size - 1));
  CHECK(upper_half(0) != upper_half(batch_size));
  CHECK(seed_for(9, 0) != seed_for(9, 1));
  CHECK(seed_for(9, 0) != seed_for(10, 0));
}

// Those behind mach_port_unused_name are for scripts of Mach alone.
TEST_CASE("every function about CFMachPort and every kind of callback body comes up") {
  std::array<int, 64> calls = {};
  std::array<int, 8> bodies = {};
  for_each_script({}, [&](const Script& script) {
    for (const Step& step : script.steps) {
      if (step.kind == StepKind::call) ++calls.at(static_cast<std::size_t>(step.function));
      if (step.kind == StepKind::on && step.size > 0) ++bodies.at(static_cast<std::size_t>(step.callback));
    }
  });
  for (const FunctionInfo& row : functions()) {
    if (row.function >= Function::mach_port_unused_name) break;
    INFO(row.name);
    CHECK(calls.at(static_cast<std::size_t>(row.function)) > 100);
  }
  for (const Callback callback : {Callback::retain, Callback::release, Callback::copyDescription,
                                  Callback::message, Callback::invalidation}) {
    INFO(info(callback).name);
    CHECK(bodies.at(static_cast<std::size_t>(callback)) > 100);
  }
}

TEST_CASE("most calls are about handles that an earlier step, or one around them, brings into being") {
  std::uint64_t known = 0, unknown = 0;
  for_each_script({}, [&](const Script& script) {
    std::set<std::pair<HandleClass, int>> bound;
    for (Step step : script.steps) {
      if (step.kind != StepKind::call) continue;
      for (const Value& argument : step.arguments) {
        const HandleClass of = handle_class(argument);
        if (of != HandleClass::port && of != HandleClass::source && of != HandleClass::name) continue;
        ++(bound.contains({of, handle_index(argument)}) ? known : unknown);
      }
      for (const Value& handle : {step.bind, step.second})
        if (handle_class(handle) != HandleClass::none)
          bound.insert({handle_class(handle), handle_index(handle)});
    }
  });
  CHECK(known > 100 * unknown);
}

TEST_CASE("threads are started only where they are asked for, and joined") {
  std::uint64_t started = 0;
  for_each_script({.threads = false}, [&](const Script& script) {
    for (const Step& step : script.steps) started += step.kind == StepKind::start;
  });
  CHECK(started == 0);
  std::uint64_t joined = 0;
  for_each_script({.threads = true}, [&](const Script& script) {
    for (const Step& step : script.steps) {
      started += step.kind == StepKind::start;
      joined += step.kind == StepKind::join;
    }
  });
  CHECK(started > kScripts / 10);
  CHECK(joined == started);
}

TEST_CASE("a body that runs each time neither sends nor creates, so that scripts come to an end") {
  for_each_script({}, [](const Script& script) {
    for (std::size_t at = 0; at < script.steps.size(); ++at) {
      const Step& block = script.steps[at];
      if (block.kind != StepKind::on || block.occurrence != 0) continue;
      for (std::size_t inside = at + 1; inside <= at + block.size; ++inside) {
        const Step& step = script.steps[inside];
        if (step.kind != StepKind::call) continue;
        REQUIRE(step.function != Function::mach_msg_send);
        REQUIRE(step.function != Function::CFMachPortCreate);
        REQUIRE(step.function != Function::CFMachPortCreateWithPort);
        REQUIRE(step.function != Function::CFMachPortSetInvalidationCallBack);
      }
    }
  });
}

TEST_CASE("no message is sent to a name that is wrapped without a callout before or after") {
  for_each_script({}, [](const Script& script) {
    std::set<std::int32_t> sent, mute;
    for (const Step& step : script.steps) {
      if (step.kind != StepKind::call) continue;
      if (step.function == Function::mach_msg_send) sent.insert(step.arguments[0].number);
      if (step.function == Function::CFMachPortCreateWithPort && step.arguments[2].number == Value::null)
        mute.insert(step.arguments[1].number);
    }
    std::vector<std::int32_t> both;
    std::ranges::set_intersection(sent, mute, std::back_inserter(both));
    REQUIRE(both.empty());
  });
}

TEST_CASE("no bytes give an empty script, and any bytes give a script") {
  ByteEntropy nothing({});
  CHECK(generate_script(nothing, {}).steps.empty());
  SeededEntropy random(3);
  for (int n = 0; n < 2000; ++n) {
    std::vector<std::uint8_t> bytes(random.below(200));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
    ByteEntropy entropy(bytes);
    const Script script = generate_script(entropy, {});
    REQUIRE(well_formed(script));
    REQUIRE(is_canonical(script));
  }
}

TEST_CASE("batches differ in their weights, and the plain weights leave nothing out") {
  CHECK(batch_weights(1) == batch_weights(1));
  CHECK(batch_weights(1) != batch_weights(2));
  for (const std::uint8_t weight : plain_weights()) CHECK(weight > 0);
}

}  // namespace
}  // namespace portunus
