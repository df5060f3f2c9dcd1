#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "model/vocabulary/text.h"
#include "props/property/arbitrary.h"

namespace portunus {
namespace {

TEST_CASE("scripts") {
  CHECK(rc::check("a script prints and parses back", [] {
    const Script script = *any_script({.threads = true});
    const std::string text = print(script);
    const auto parsed = parse_script(text);
    RC_ASSERT(parsed.value.has_value());
    RC_ASSERT(*parsed.value == script);
    RC_ASSERT(print(*parsed.value) == text);
  }));
}

TEST_CASE("traces") {
  CHECK(rc::check("a trace prints and parses back", [] {
    const Trace trace = *any_trace();
    const std::string text = print(trace);
    const auto parsed = parse_trace(text);
    RC_LOG() << parsed.error.line << ":" << parsed.error.column << ": " << parsed.error.message;
    RC_ASSERT(parsed.value.has_value());
    RC_ASSERT(*parsed.value == trace);
    RC_ASSERT(print(*parsed.value) == text);
  }));
}

TEST_CASE("cut traces") {
  CHECK(rc::check("a trace that is cut short does not parse", [] {
    const Trace trace = *any_trace();
    const std::string text = print(trace);
    const auto length = *rc::gen::inRange<std::size_t>(0, text.size() - 1);
    RC_ASSERT_FALSE(parse_trace(text.substr(0, length)).value.has_value());
  }));
}

}  // namespace
}  // namespace portunus
