// Playing: blocks, callbacks and threads.
#include <doctest/doctest.h>

#include "model/vocabulary/limits.h"
#include "props/impl/driver/play.h"

namespace portunus::driver {
namespace {

// A port with a source in M1 and a name, and messages waiting.
std::string receiving(std::string_view rest, int messages) {
  std::string body =
      "P0 = CFMachPortCreate(observed, callout, (I0), flag)\n"
      "S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)\n"
      "CFRunLoopAddSource(L0, S0, M1)\n"
      "N0 = CFMachPortGetPort(P0)\n";
  for (int id = 1; id <= messages; ++id)
    body += "mach_msg_send(N0, COPY_SEND, " + std::to_string(id) + ", 24, 0ms)\n";
  return body + std::string(rest);
}

constexpr std::string_view run_once = "CFRunLoopRunInMode(M1, 0ms, true)\n";

TEST_CASE("what an `on` block says is done between enter and exit") {
  const Played played(
      "on invalidation(P0) {\n"
      "  CFMachPortIsValid(P0)\n"
      "}\n"
      "P0 = CFMachPortCreate(observed, callout, (I0), flag)\n"
      "CFMachPortSetInvalidationCallBack(P0, inv2)\n"
      "CFMachPortInvalidate(P0)\n");
  INFO(played.text());
  CHECK(played.has({"T0 enter invalidation(inv2, P0, I0)", "T0 call CFMachPortIsValid(P0)",
                    "T0 return CFMachPortIsValid = false", "T0 exit invalidation"}));
}

TEST_CASE("in a callback the object that it was given can be used without a reference") {
  const Played played(receiving("on message(P0) {\n"
                                "  CFRelease(P0)\n"
                                "  CFMachPortIsValid(P0)\n"
                                "}\n",
                                1) +
                      std::string(run_once) + "CFMachPortIsValid(P0)\n");
  INFO(played.text());
  CHECK(played.has({"T0 return CFMachPortIsValid = true", "T0 exit message"}));
  CHECK(played.count("T0 skip CFMachPortIsValid released") == 1);
}

TEST_CASE("the last block that was registered is in force, and only for its subject") {
  const Played played(
      "on retain {\n  mach_port_type(null)\n}\n"
      "on retain(I1) {\n  mach_port_deallocate(null)\n}\n"
      "P0 = CFMachPortCreate(observed, callout, (I1 retain), flag)\n"
      "P1 = CFMachPortCreate(observed, callout, (I2 retain), flag)\n");
  INFO(played.text());
  CHECK(played.has({"T0 enter retain(I1)", "T0 call mach_port_deallocate(null)"}));
  CHECK(played.has({"T0 enter retain(I2)", "T0 call mach_port_type(null)"}));
}

TEST_CASE("a block can be for one occurrence only") {
  const Played played(receiving("on message #2 {\n  mach_port_deallocate(null)\n}\n", 3) +
                      std::string(run_once) + std::string(run_once) + std::string(run_once));
  INFO(played.text());
  CHECK(played.has({"T0 enter message(P0, 1, 24, I0)", "T0 exit message"}));
  CHECK(played.has({"T0 enter message(P0, 2, 24, I0)", "T0 call mach_port_deallocate(null)"}));
  CHECK(played.has({"T0 enter message(P0, 3, 24, I0)", "T0 exit message"}));
}

TEST_CASE("what is registered inside a callback ends with it") {
  const Played played(receiving("on message #1 {\n"
                                "  on message {\n    mach_port_deallocate(null)\n  }\n"
                                "  CFRunLoopRunInMode(M1, 0ms, true)\n"
                                "}\n",
                                3) +
                      std::string(run_once) + std::string(run_once));
  INFO(played.text());
  CHECK(played.has({"T0 enter message(P0, 2, 24, I0)", "T0 call mach_port_deallocate(null)"}));
  CHECK(played.has({"T0 enter message(P0, 3, 24, I0)", "T0 exit message"}));
}

TEST_CASE("calls nest as deep as the limit, and no deeper") {
  const Played played(
      "on invalidation {\n"
      "  CFMachPortSetInvalidationCallBack(P0, null)\n"
      "  CFMachPortSetInvalidationCallBack(P0, inv)\n"
      "}\n"
      "P0 = CFMachPortCreate(observed, callout, (I0), flag)\n"
      "CFMachPortInvalidate(P0)\n"
      "CFMachPortSetInvalidationCallBack(P0, inv)\n");
  INFO(played.text());
  CHECK(played.count("T0 enter invalidation(inv, P0, null)") == limits::frames / 2);
  // Each of the two calls in the deepest callback.
  CHECK(played.count("T0 skip CFMachPortSetInvalidationCallBack limit") == 2);
}

// ---- Threads --------------------------------------------------------------------------------------------

TEST_CASE("a thread begins and ends, and can be waited for") {
  const Played played(
      "start T1 {\n"
      "  mach_port_deallocate(null)\n"
      "}\n"
      "join T1\n"
      "mach_port_destroy(null)\n");
  INFO(played.text());
  CHECK(played.has_after("T1 start", "T1 call mach_port_deallocate(null)"));
  CHECK(played.has_after("T1 return mach_port_deallocate = KERN_SUCCESS", "T1 finish"));
  CHECK(played.has_after("T1 finish", "T0 call mach_port_destroy(null)"));
}

TEST_CASE("the main thread may have any number") {
  const Played played(
      "start T0 {\n"
      "  CFRunLoopRunInMode(M0, 0ms, true)\n"
      "}\n"
      "join T0\n",
      10'000, 2);
  INFO(played.text());
  CHECK(played.has({"T0 start"}));
  CHECK(played.has_after("T0 finish", "T2 quiescent"));
}

TEST_CASE("the blocks of the main thread are in force on the others, and the innermost first") {
  const Played played(
      "on retain {\n  mach_port_deallocate(null)\n}\n"
      "start T1 {\n"
      "  P0 = CFMachPortCreate(observed, callout, (I0 retain), flag)\n"
      "  on retain {\n    mach_port_destroy(null)\n  }\n"
      "  P1 = CFMachPortCreate(observed, callout, (I1 retain), flag)\n"
      "}\n"
      "join T1\n");
  INFO(played.text());
  CHECK(played.has({"T1 enter retain(I0)", "T1 call mach_port_deallocate(null)"}));
  CHECK(played.has({"T1 enter retain(I1)", "T1 call mach_port_destroy(null)"}));
}

TEST_CASE("await holds a thread until another is inside a callback") {
  const Played played(
      "on retain(I1) {\n"
      "  await T0 in release(I0)\n"
      "}\n"
      "on release(I0) {\n"
      "  join T1\n"
      "}\n"
      "P0 = CFMachPortCreate(observed, callout, (I0 release), flag)\n"
      "start T1 {\n"
      "  P1 = CFMachPortCreate(observed, callout, (I1 retain), flag)\n"
      "}\n"
      "await T1 in retain(I1)\n"
      "CFMachPortInvalidate(P0)\n");
  INFO(played.text());
  CHECK(played.has_after("T1 enter retain(I1)", "T0 call CFMachPortInvalidate(P0)"));
  CHECK(played.has_after("T0 enter release(I0)", "T1 exit retain = I1"));
  CHECK(played.has({"T1 finish", "T0 exit release"}));
}

TEST_CASE("an await that cannot come true is given up, and the script goes on") {
  const Played played(
      "start T1 {\n}\n"
      "await T1 in message\n"
      "await T2 in message\n"
      "mach_port_deallocate(null)\n");
  INFO(played.text());
  CHECK(played.count("T0 hang") == 0);
  CHECK(played.has({"T1 finish", "T0 call mach_port_deallocate(null)"}));
}

TEST_CASE("who joins a thread that awaits in vain waits until that has given up") {
  const Played played(
      "start T1 {\n"
      "  await T0 in message\n"
      "  mach_port_destroy(null)\n"
      "}\n"
      "join T1\n"
      "mach_port_deallocate(null)\n");
  INFO(played.text());
  CHECK(played.count("T0 hang") == 0);
  CHECK(played.has_after("T1 call mach_port_destroy(null)", "T0 call mach_port_deallocate(null)"));
}

TEST_CASE("branches begin together, each on its thread, and end before the section does") {
  const Played played(
      "parallel {\n"
      "  branch T0 {\n    mach_port_deallocate(null)\n  }\n"
      "  branch T1 {\n    mach_port_deallocate(dead)\n  }\n"
      "  branch T2 {\n    mach_port_destroy(dead)\n  }\n"
      "}\n"
      "mach_port_destroy(null)\n");
  INFO(played.text());
  for (const char* begun : {"T1 start", "T2 start"}) {
    CHECK(played.has_after(begun, "T0 call mach_port_deallocate(null)"));
    CHECK(played.has_after(begun, "T1 call mach_port_deallocate(dead)"));
    CHECK(played.has_after(begun, "T2 call mach_port_destroy(dead)"));
  }
  CHECK(played.has_after("T1 finish", "T0 call mach_port_destroy(null)"));
  CHECK(played.has_after("T2 finish", "T0 call mach_port_destroy(null)"));
}

TEST_CASE("a run loop lives as long as its thread, and longer if it is retained") {
  const Played played(
      "start T1 {\n"
      "  CFRetain(L1)\n"
      "}\n"
      "join T1\n"
      "CFRetain(L1)\n"
      "CFRelease(L1)\n"
      "CFRelease(L1)\n"
      "CFRetain(L1)\n");
  INFO(played.text());
  CHECK(played.has({"T0 call CFRetain(L1)"}));
  CHECK(played.count("T0 call CFRelease(L1)") == 2);
  CHECK(played.count("T0 skip CFRetain released") == 1);
}

// ---- The end --------------------------------------------------------------------------------------------

TEST_CASE("settle is told as quiescence") {
  const Played played("settle\nmach_port_deallocate(null)\n");
  CHECK(played.has({"T0 quiescent", "T0 call mach_port_deallocate(null)"}));
}

TEST_CASE("when the observer has had enough nothing more is told or done") {
  const std::string bodies[] = {
      receiving("on message {\n  CFMachPortInvalidate(P0)\n}\n", 1) + std::string(run_once),
      "on retain {\n  await T1 in release\n}\n"
      "parallel {\n"
      "  branch T0 {\n    P0 = CFMachPortCreate(observed, callout, (I0 retain), flag)\n  }\n"
      "  branch T1 {\n    P1 = CFMachPortCreate(observed, callout, (I1 release), flag)\n"
      "    CFMachPortInvalidate(P1)\n  }\n"
      "  branch T2 {\n    CFRunLoopRunInMode(M0, 10ms, false)\n  }\n"
      "}\n"};
  for (const std::string& body : bodies) {
    const std::size_t all = Played(body).events().size();
    for (std::size_t most = 1; most < all; ++most) {
      const Played played(body, most);
      CHECK(played.events().size() == most);
    }
  }
}

}  // namespace
}  // namespace portunus::driver
