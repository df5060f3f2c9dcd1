#include "props/shrink/recall.h"

#include <doctest/doctest.h>

#include <string>

#include "model/vocabulary/text.h"

namespace portunus {
namespace {

TEST_CASE("the script that a trace tells of has the handles that its calls bound") {
  const auto trace = parse_trace(
      "portunus-trace 1\n"
      "main T0\n"
      "T0 call N0 = mach_port_allocate(RECEIVE)\n"
      "T0 return mach_port_allocate = KERN_SUCCESS, N0\n"
      "T0 call N1, N2 = mach_msg_receive(N0, 256, true, 10ms)\n"
      "T0 return mach_msg_receive = MACH_RCV_TIMED_OUT, -, -, -, -, -, -, -, -, -\n"
      "end 4\n");
  INFO(trace.error.line, ": ", trace.error.message);
  REQUIRE(trace.value.has_value());
  const auto script = recall_script(*trace.value);
  REQUIRE(script.has_value());
  CHECK(print(*script) ==
        "portunus-script 1\n"
        "main T0\n"
        "N0 = mach_port_allocate(RECEIVE)\n"
        "N1, N2 = mach_msg_receive(N0, 256, true, 10ms)\n"
        "end 2\n");
}

}  // namespace
}  // namespace portunus
