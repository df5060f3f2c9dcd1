#include "props/generate/canonical.h"

#include <doctest/doctest.h>

#include <string>

#include "model/vocabulary/text.h"

namespace portunus {
namespace {

Script parsed(const std::string& body, int steps) {
  const auto script =
      parse_script("portunus-script 1\nmain T0\n" + body + "end " + std::to_string(steps) + "\n");
  INFO(script.error.line, ":", script.error.column, ": ", script.error.message);
  REQUIRE(script.value.has_value());
  return *script.value;
}

TEST_CASE("handles are numbered by their first use in the text") {
  const Script script = parsed(
      "on invalidation(P3) {\n"
      "  CFMachPortIsValid(P3)\n"
      "}\n"
      "P1 = CFMachPortCreate(observed, callout, (I5 retain=I2 release), flag)\n"
      "P3 = CFMachPortCreate(observed, callout, (I2 retain), flag)\n"
      "S7 = CFMachPortCreateRunLoopSource(observed, P1, 0)\n"
      "CFRelease(P1)\n"
      "CFRelease(S7)\n"
      "N9 = CFMachPortGetPort(P3)\n",
      8);
  const Script numbered = parsed(
      "on invalidation(P0) {\n"
      "  CFMachPortIsValid(P0)\n"
      "}\n"
      "P1 = CFMachPortCreate(observed, callout, (I0 retain=I1 release), flag)\n"
      "P0 = CFMachPortCreate(observed, callout, (I1 retain), flag)\n"
      "S0 = CFMachPortCreateRunLoopSource(observed, P1, 0)\n"
      "CFRelease(P1)\n"
      "CFRelease(S0)\n"
      "N0 = CFMachPortGetPort(P0)\n",
      8);
  CHECK_FALSE(is_canonical(script));
  CHECK(is_canonical(numbered));
  CHECK(print(canonical(script)) == print(numbered));
}

TEST_CASE("the default mode, the common modes and run loops keep their names") {
  const Script script = parsed(
      "CFRunLoopAddSource(L2, S0, M2)\n"
      "CFRunLoopAddSource(L1, S0, M0)\n"
      "CFRunLoopAddSource(L0, S0, common)\n"
      "CFRunLoopAddSource(L0, S0, M1)\n",
      4);
  const Script numbered = parsed(
      "CFRunLoopAddSource(L2, S0, M1)\n"
      "CFRunLoopAddSource(L1, S0, M0)\n"
      "CFRunLoopAddSource(L0, S0, common)\n"
      "CFRunLoopAddSource(L0, S0, M2)\n",
      4);
  CHECK(print(canonical(script)) == print(numbered));
}

TEST_CASE("both handles that a call binds are numbered, before what it is about") {
  const Script script = parsed(
      "N31 = mach_port_allocate(RECEIVE)\n"
      "N7, N30 = mach_msg_receive(N31, 256, false, 0ms)\n"
      "mach_port_deallocate(N30)\n",
      3);
  const Script numbered = parsed(
      "N0 = mach_port_allocate(RECEIVE)\n"
      "N1, N2 = mach_msg_receive(N0, 256, false, 0ms)\n"
      "mach_port_deallocate(N2)\n",
      3);
  CHECK(print(canonical(script)) == print(numbered));
  CHECK(is_canonical(numbered));
}

}  // namespace
}  // namespace portunus
