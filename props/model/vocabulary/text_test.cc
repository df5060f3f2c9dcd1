#include "model/vocabulary/text.h"

#include <doctest/doctest.h>

#include <string>

#include "model/vocabulary/limits.h"
#include "props/model/corpus.h"

namespace portunus {
namespace {

std::string script_of(const std::string& body) {
  return "portunus-script 1\nmain T0\n" + body;
}
std::string trace_of(const std::string& body) {
  return "portunus-trace 1\nmain T0\n" + body;
}

TEST_CASE("a script prints as it was written, in canonical form") {
  const std::string text =
      "portunus-script 1\n"
      "# clause: invalidate.callback\n"
      "# note: a value: with a colon\n"
      "main T1\n"
      "P0 = CFMachPortCreate(observed, callout, (I0 retain=I1 release copyDescription version=7), flag)\n"
      "P1 = CFMachPortCreate(failing, null, (null retain=null), null)\n"
      "on invalidation(P0) #2 {\n"
      "  CFRelease(S3)\n"
      "  on retain {\n"
      "    settle\n"
      "  }\n"
      "}\n"
      "start T2 {\n"
      "  CFRunLoopRunInMode(common, 300ms, true)\n"
      "}\n"
      "await T2 in message(P0)\n"
      "join T2\n"
      "parallel {\n"
      "  branch T1 {\n"
      "  }\n"
      "  branch T3 {\n"
      "    mach_port_mod_refs(N0, DEAD_NAME, -1)\n"
      "  }\n"
      "}\n"
      "mach_port_insert_right(dead, null, MAKE_SEND_ONCE)\n"
      "end 15\n";
  const auto parsed = parse_script(text);
  INFO(parsed.error.line, ":", parsed.error.column, ": ", parsed.error.message);
  REQUIRE(parsed.value.has_value());
  CHECK(well_formed(*parsed.value));
  CHECK(print(*parsed.value) == text);
  CHECK(parsed.value->main == 1);
  CHECK(front_matter_value(parsed.value->front_matter, "note") == "a value: with a colon");
}

TEST_CASE("every recorded trace prints back to a text that parses to the same trace") {
  for (const char* folder : {"accept", "reject"}) {
    for (const RecordedTrace& recorded : recorded_traces(folder)) {
      INFO(recorded.path);
      const auto again = parse_trace(print(recorded.trace));
      REQUIRE(again.value.has_value());
      CHECK(*again.value == recorded.trace);
    }
  }
}

TEST_CASE("an event of each kind prints and parses back") {
  for (const char* line : {"T0 call P7 = CFMachPortCreateWithPort(observed, dead, null, null, flag)",
                           "T3 return CFMachPortCreate = null, -",
                           "T0 return CFMachPortInvalidate",
                           "T0 return CFMachPortGetContext = 0, null, sentinel, other, given",
                           "T0 return mach_port_type = KERN_SUCCESS, SEND|RECEIVE|DNREQUEST",
                           "T0 return mach_port_type = KERN_INVALID_NAME, -",
                           "T0 return mach_port_get_refs = KERN_SUCCESS, -3",
                           "T0 enter message(P0, 7, 24, null)",
                           "T0 enter invalidation(inv2, P1, I3)",
                           "T0 exit retain = I2",
                           "T0 exit release",
                           "T0 allocate S4",
                           "T0 deallocate P0",
                           "T0 log warning thwarted",
                           "T0 skip CFRelease released",
                           "T1 start",
                           "T1 finish",
                           "T0 quiescent",
                           "T0 crash segv",
                           "T0 hang"}) {
    const auto parsed = parse_event(line);
    INFO(line, ": ", parsed.error.message);
    REQUIRE(parsed.value.has_value());
    CHECK(print(*parsed.value) == line);
  }
}

struct BadText {
  std::string text;
  std::uint32_t line;
  std::uint32_t column;
  std::string message;
};

TEST_CASE("a bad script is told with line, column and reason") {
  const BadText cases[] = {
      {"", 1, 1, "empty; expected `portunus-script 1`"},
      {"portunus-script 2\n", 1, 1, "expected `portunus-script 1`"},
      {"portunus-script 1\n", 1, 1, "cut off before `main`"},
      {script_of("settle\n"), 3, 1, "cut off: there is no line `end`"},
      {script_of("settle\nend 2\n"), 4, 5, "the count is 2, but 1 stand above"},
      {script_of("end\nsettle\n"), 4, 1, "text after the end"},
      {script_of("CFMachPortExplode(P0)\nend\n"), 3, 1, "`CFMachPortExplode` is not a function"},
      {script_of("CFRelease(Q0)\nend\n"), 3, 11, "expected an object: a handle P, S or L"},
      {script_of("CFRelease(P)\nend\n"), 3, 12, "expected a number"},
      {script_of("CFRelease(P999)\nend\n"), 3, 12, "number out of range"},
      {script_of("CFRelease(P0) x\nend\n"), 3, 15, "unexpected text at the end of the line"},
      {script_of("CFMachPortIsValid(P0\nend\n"), 3, 21, "expected `)`"},
      {script_of("P0 = CFRelease(P0)\nend\n"), 3, 1, "CFRelease makes nothing to give a handle to"},
      {script_of("mach_port_allocate(RECEIVE)\nend\n"), 3, 1,
       "mach_port_allocate needs a handle for what it makes"},
      {script_of("S0 = mach_port_allocate(RECEIVE)\nend\n"), 3, 1, "expected a handle `N0`"},
      {script_of("N0 = mach_port_allocate(BOTH)\nend\n"), 3, 25, "`BOTH` is not a right"},
      {script_of("}\nend\n"), 3, 1, "no block is open here"},
      {script_of("on retain(I0) {\n"), 3, 1, "cut off: the block of line 3 is open"},
      {script_of("branch T1 {\n}\nend\n"), 3, 1, "a branch may stand in a parallel section only"},
      {script_of("parallel {\nsettle\n}\nend\n"), 4, 1, "only branches may stand in a parallel section"},
      {script_of("sett\x01le\nend\n"), 3, 5, "a control character; this is no text of ours"},
      {script_of(std::string(limits::line_length + 1, 'x')), 3, limits::line_length + 1,
       "the line is longer than 4096 bytes"},
  };
  for (const BadText& bad : cases) {
    INFO(bad.text.substr(0, 80));
    const auto parsed = parse_script(bad.text);
    CHECK_FALSE(parsed.value.has_value());
    CHECK(parsed.error.line == bad.line);
    CHECK(parsed.error.column == bad.column);
    CHECK(parsed.error.message == bad.message);
  }
}

TEST_CASE("a bad trace is told with line, column and reason") {
  const BadText cases[] = {
      {trace_of("T0 quiescent\n"), 3, 1, "cut off: there is no line `end`"},
      {trace_of("T0 quiescent\nend\n"), 4, 4, "expected ` `"},
      {trace_of("T0 quiescent\nend 3\n"), 4, 5, "the count is 3, but 1 stand above"},
      {trace_of("T0 explode\nend 1\n"), 3, 4, "`explode` is not a kind of event"},
      {trace_of("T0 enter message(P0, 1, 24)\nend 1\n"), 3, 27, "expected `, `"},
      {trace_of("T0 log loud other\nend 1\n"), 3, 8, "`loud` is not a log level"},
      {trace_of("T0 crash sideways\nend 1\n"), 3, 10, "`sideways` is not a kind of crash"},
      {trace_of("T0 return CFMachPortIsValid = *\nend 1\n"), 3, 31, "expected a word"},
  };
  for (const BadText& bad : cases) {
    INFO(bad.text);
    const auto parsed = parse_trace(bad.text);
    CHECK_FALSE(parsed.value.has_value());
    CHECK(parsed.error.line == bad.line);
    CHECK(parsed.error.column == bad.column);
    CHECK(parsed.error.message == bad.message);
  }
}

TEST_CASE("a script that does not nest is not well formed") {
  Script script;
  script.steps.resize(2);
  CHECK(well_formed(script));
  script.steps[0].size = 1;  // a call has no body
  CHECK_FALSE(well_formed(script));
  script.steps[0].kind = StepKind::on;
  CHECK(well_formed(script));
  script.steps[0].size = 2;  // longer than the script
  CHECK_FALSE(well_formed(script));
  script.steps[0].size = 1;
  script.steps[0].kind = StepKind::parallel;  // holds something that is no branch
  CHECK_FALSE(well_formed(script));
  script.steps[1].kind = StepKind::branch;
  CHECK(well_formed(script));
}

}  // namespace
}  // namespace portunus
