#include <doctest/doctest.h>

#include <cstdlib>

#include "impl/sut/hosted_in_process.h"
#include "impl/sut/sut.h"
#include "model/vocabulary/text.h"

namespace portunus {
namespace {

Script parsed(std::string_view body) {
  const auto script = parse_script("portunus-script 1\n" + std::string(body) + "end\n");
  INFO(script.error.line, ":", script.error.column, ": ", script.error.message);
  REQUIRE(script.value.has_value());
  return *script.value;
}

std::string last_event(const Trace& trace) {
  REQUIRE_FALSE(trace.events.empty());
  return print(trace.events.back());
}

struct NameRow {
  std::string_view name;
  std::string_view variant;
};

TEST_CASE("the hosted system can be opened in each edition, and is the repaired one by default") {
  const NameRow rows[] = {{"hosted", "intended"},
                          {"hosted:intended", "intended"},
                          {"hosted:cf-2021", "cf-2021"},
                          {"hosted:cf-1153", "cf-1153"}};
  for (const NameRow& row : rows) {
    CAPTURE(row.name);
    const OpenedSut opened = open_sut(row.name, {});
    REQUIRE(opened.sut);
    CHECK(opened.sut->name() == row.name);
    CHECK(opened.sut->variant() == row.variant);
    CHECK(opened.sut->identity().find(row.variant) != std::string::npos);
  }
}

TEST_CASE("a name that means nothing is a usage error that says what there is") {
  for (const char* name : {"hosted:cf-9", "hosted:", "gnumach:cf-9", "gnumach:", "nonsense", ""}) {
    CAPTURE(name);
    const OpenedSut opened = open_sut(name, {});
    CHECK_FALSE(opened.sut);
    CHECK(opened.usage);
    CHECK(opened.error.find("hosted:cf-2021") != std::string::npos);
    CHECK(opened.error.find("gnumach:cf-1153") != std::string::npos);
  }
}

TEST_CASE("a system that exists elsewhere is out of reach, which is no usage error") {
  for (const char* name : {"darwin", "/usr/lib/libCoreFoundation.so"}) {
    CAPTURE(name);
    const OpenedSut opened = open_sut(name, {});
    CHECK_FALSE(opened.sut);
    CHECK_FALSE(opened.usage);
    CHECK(opened.error.find(name) != std::string::npos);
  }
}

TEST_CASE("without the emulator gnumach is out of reach, and the message names the package") {
  const std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  const OpenedSut opened = open_sut("gnumach:cf-2021", {});
  setenv("PATH", path.c_str(), 1);
  CHECK_FALSE(opened.sut);
  CHECK_FALSE(opened.usage);
  CHECK(opened.error.find("'gnumach:cf-2021' is out of reach") != std::string::npos);
  CHECK(opened.error.find("Debian package qemu-system-x86") != std::string::npos);
}

TEST_CASE("an unknown fault is a usage error") {
  const OpenedSut opened = open_sut("hosted", {.fault = "no-such-fault"});
  CHECK_FALSE(opened.sut);
  CHECK(opened.usage);
  CHECK_FALSE(opened.error.empty());
}

TEST_CASE("each fault of the registry can be seeded, and the identity says so") {
  if (!fault::compiled_in) return;
  REQUIRE_FALSE(fault::faults().empty());
  for (const fault::Fault& fault : fault::faults()) {
    const OpenedSut opened = open_sut("hosted", {.fault = std::string(fault.name)});
    REQUIRE(opened.sut);
    CHECK(opened.sut->identity().find(fault.name) != std::string::npos);
  }
}

TEST_CASE("a trace names the system and keeps where its script comes from") {
  const OpenedSut opened = open_sut("hosted:cf-2021", {});
  REQUIRE(opened.sut);
  const Trace trace = opened.sut->execute(
      parsed("# clause: invalidate.order\n# verdict: rejected\n# variant: cf-1153\n# source: 5a\nmain T1\n"));
  CHECK(trace.front_matter == FrontMatter{{"sut", "hosted:cf-2021"},
                                          {"variant", "cf-2021"},
                                          {"clause", "invalidate.order"},
                                          {"source", "5a"}});
  CHECK(trace.main == 1);
  CHECK(last_event(trace) == "T1 quiescent");
}

TEST_CASE("a trace names a schedule that is not the plain one, and the identity does") {
  const OpenedSut opened = open_sut("hosted", {.fault = {}, .schedule = 4});
  REQUIRE(opened.sut);
  CHECK(opened.sut->schedule() == 4);
  CHECK(opened.sut->identity().ends_with(", schedule 4"));
  const Script script = parsed("# schedule: 7\n# mach: gnumach\nmain T0\n");
  CHECK(opened.sut->execute(script).front_matter ==
        FrontMatter{{"sut", "hosted"}, {"variant", "intended"}, {"schedule", "4"}});
  opened.sut->choose_schedule(0);
  CHECK(opened.sut->execute(script).front_matter == FrontMatter{{"sut", "hosted"}, {"variant", "intended"}});
}

constexpr std::string_view busy =
    "main T0\n"
    "on message(P0) {\n  CFMachPortInvalidate(P0)\n}\n"
    "P0 = CFMachPortCreate(observed, callout, (I0 retain release), flag)\n"
    "CFMachPortSetInvalidationCallBack(P0, inv)\n"
    "S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)\n"
    "CFRunLoopAddSource(L0, S0, M0)\n"
    "N0 = CFMachPortGetPort(P0)\n"
    "mach_msg_send(N0, COPY_SEND, 1, 24, 0ms)\n"
    "start T1 {\n  CFRunLoopRunInMode(M0, 10ms, true)\n}\n"
    "CFRunLoopRunInMode(M0, 10ms, true)\n";

TEST_CASE("replay equals batch: a script's trace does not depend on what ran before it") {
  const OpenedSut opened = open_sut("hosted:cf-1153", {});
  REQUIRE(opened.sut);
  const Trace first = opened.sut->execute(parsed(busy));
  opened.sut->execute(
      parsed("main T0\nP0 = CFMachPortCreate(observed, callout, null, flag)\nCFRetain(P0)\n"));
  CHECK(print(opened.sut->execute(parsed(busy))) == print(first));
}

TEST_CASE("in this process and in a worker the same happens") {
  const OpenedSut opened = open_sut("hosted", {});
  REQUIRE(opened.sut);
  HostedInProcess in_process("hosted", {});
  CHECK(print(opened.sut->execute(parsed(busy))) == print(in_process.execute(parsed(busy))));
}

TEST_CASE("a system that crashes is an event, and the batch goes on") {
  const OpenedSut opened = open_sut("hosted:cf-2021", {});
  REQUIRE(opened.sut);
  // A message for a NULL callout: facts cfmachport 1.
  const Trace crashed =
      opened.sut->execute(parsed("main T0\n"
                                 "P0 = CFMachPortCreate(observed, null, null, flag)\n"
                                 "S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)\n"
                                 "CFRunLoopAddSource(L0, S0, M0)\n"
                                 "N0 = CFMachPortGetPort(P0)\n"
                                 "mach_msg_send(N0, COPY_SEND, 1, 24, 0ms)\n"
                                 "CFRunLoopRunInMode(M0, 0ms, true)\n"));
  CHECK(last_event(crashed) == "T0 crash segv");
  REQUIRE(crashed.events.size() > 1);
  CHECK(print(crashed.events[crashed.events.size() - 2]) == "T0 call CFRunLoopRunInMode(M0, 0ms, true)");
  CHECK(last_event(opened.sut->execute(parsed(busy))) == "T0 quiescent");
}

TEST_CASE("a crash is told of the thread that crashed") {
  const OpenedSut opened = open_sut("hosted:cf-2021", {});
  REQUIRE(opened.sut);
  // The registry's lock is held while retain runs: facts cfmachport 1.
  const Trace crashed = opened.sut->execute(
      parsed("main T0\n"
             "on retain {\n  P1 = CFMachPortCreate(observed, callout, null, flag)\n}\n"
             "start T1 {\n  P0 = CFMachPortCreate(observed, callout, (I0 retain), flag)\n}\n"
             "join T1\n"));
  CHECK(last_event(crashed).starts_with("T1 crash "));
}

TEST_CASE("an endless script ends as a flood") {
  const std::string_view endless =
      "main T0\n"
      "on message {\n  mach_msg_send(N0, COPY_SEND, 1, 24, 0ms)\n}\n"
      "P0 = CFMachPortCreate(observed, callout, null, flag)\n"
      "S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)\n"
      "CFRunLoopAddSource(L0, S0, M0)\n"
      "N0 = CFMachPortGetPort(P0)\n"
      "mach_msg_send(N0, COPY_SEND, 1, 24, 0ms)\n"
      "CFRunLoopRunInMode(M0, 10ms, false)\n";
  const OpenedSut opened = open_sut("hosted", {});
  REQUIRE(opened.sut);
  const Trace trace = opened.sut->execute(parsed(endless));
  CHECK(last_event(trace) == "T0 crash flood");
  HostedInProcess in_process("hosted", {});
  CHECK(print(in_process.execute(parsed(endless))) == print(trace));
}

}  // namespace
}  // namespace portunus
