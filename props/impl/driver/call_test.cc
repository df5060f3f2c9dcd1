// Calls: what is recorded of one, which handles stand for what, and which calls are not made.
#include <doctest/doctest.h>

#include "props/impl/driver/play.h"

namespace portunus::driver {
namespace {

constexpr std::string_view create = "P0 = CFMachPortCreate(observed, callout, (I0 retain release), flag)\n";

std::string created(std::string_view rest) {
  return std::string(create) + std::string(rest);
}

TEST_CASE("a call is told before, its memory and callbacks inside, its results behind") {
  const Played played(create);
  INFO(played.text());
  CHECK(played.has({"T0 call P0 = CFMachPortCreate(observed, callout, (I0 retain release), flag)",
                    "T0 allocate P0", "T0 enter retain(I0)", "T0 exit retain = I0",
                    "T0 return CFMachPortCreate = P0, false"}));
}

TEST_CASE("a variable that gets a known object stands for it from then on") {
  const Played played(
      created("N0 = CFMachPortGetPort(P0)\n"
              "P1 = CFMachPortCreateWithPort(observed, N0, callout, (I1), flag)\n"
              "CFMachPortIsValid(P1)\n"));
  INFO(played.text());
  CHECK(played.has({"T0 call P1 = CFMachPortCreateWithPort(observed, N0, callout, (I1), flag)",
                    "T0 return CFMachPortCreateWithPort = P0, true", "T0 call CFMachPortIsValid(P0)"}));
  CHECK(played.count("T0 call CFRelease(P0)") == 2);
}

TEST_CASE("a name's identity is its number") {
  const Played played(
      created("N0 = CFMachPortGetPort(P0)\n"
              "N1 = CFMachPortGetPort(P0)\n"
              "mach_port_type(N1)\n"));
  INFO(played.text());
  CHECK(played.has({"T0 call N1 = CFMachPortGetPort(P0)", "T0 return CFMachPortGetPort = N0",
                    "T0 call mach_port_type(N0)"}));
}

TEST_CASE("a context shows what was given: sentinels for its functions, and what retain returned") {
  const Played played(
      "P0 = CFMachPortCreate(observed, callout, (I0 retain=I1 copyDescription version=7), flag)\n"
      "CFMachPortGetContext(P0)\n"
      "P1 = CFMachPortCreate(observed, null, null, null)\n"
      "CFMachPortGetContext(P1)\n");
  INFO(played.text());
  CHECK(played.has({"T0 enter retain(I0)", "T0 exit retain = I1"}));
  CHECK(played.has({"T0 return CFMachPortGetContext = 7, I1, sentinel, sentinel, given"}));
  CHECK(played.has({"T0 return CFMachPortGetContext = 0, null, null, null, null"}));
  CHECK(played.has({"T0 return CFMachPortCreate = P1, -"}));
}

TEST_CASE("of hashes, types and texts is told what they say") {
  const Played played(
      created("N0 = CFMachPortGetPort(P0)\n"
              "S0 = CFMachPortCreateRunLoopSource(observed, P0, 3)\n"
              "P1 = CFMachPortCreate(observed, callout, null, flag)\n"
              "CFHash(P0, S0)\n"
              "CFHash(P0, P1)\n"
              "CFEqual(P0, P0)\n"
              "CFEqual(P0, S0)\n"
              "CFGetTypeID(P0)\n"
              "CFGetTypeID(S0)\n"
              "CFCopyDescription(L0)\n"
              "CFRunLoopSourceGetOrder(S0)\n"));
  INFO(played.text());
  CHECK(played.has({"T0 call CFHash(P0, S0)", "T0 return CFHash = true"}));
  CHECK(played.has({"T0 call CFHash(P0, P1)", "T0 return CFHash = false"}));
  CHECK(played.has({"T0 call CFEqual(P0, P0)", "T0 return CFEqual = true"}));
  CHECK(played.has({"T0 call CFEqual(P0, S0)", "T0 return CFEqual = false"}));
  CHECK(played.has({"T0 call CFGetTypeID(P0)", "T0 return CFGetTypeID = true"}));
  CHECK(played.has({"T0 call CFGetTypeID(S0)", "T0 return CFGetTypeID = false"}));
  CHECK(played.has({"T0 return CFCopyDescription = true"}));
  CHECK(played.has({"T0 return CFRunLoopSourceGetOrder = 3"}));
}

TEST_CASE("a run loop is told as its thread's, and its mode as none where it does not run") {
  const Played played(
      "start T1 {\n"
      "  CFRunLoopGetCurrent()\n"
      "  CFRunLoopGetMain()\n"
      "}\n"
      "join T1\n"
      "CFRunLoopCopyCurrentMode(L0)\n"
      "CFRunLoopAddCommonMode(L0, null)\n");
  INFO(played.text());
  CHECK(played.has({"T1 return CFRunLoopGetCurrent = L1"}));
  CHECK(played.has({"T1 return CFRunLoopGetMain = L0"}));
  CHECK(played.has({"T0 return CFRunLoopCopyCurrentMode = null"}));
  CHECK(played.has({"T0 skip CFRunLoopAddCommonMode null"}));
}

TEST_CASE("a message is sent and delivered with its id and size") {
  const Played played(
      created("S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)\n"
              "CFRunLoopAddSource(L0, S0, M1)\n"
              "N0 = CFMachPortGetPort(P0)\n"
              "mach_msg_send(N0, COPY_SEND, 41, 64, 0ms)\n"
              "CFRunLoopRunInMode(M1, 0ms, true)\n"));
  INFO(played.text());
  CHECK(played.has({"T0 return mach_msg_send = KERN_SUCCESS"}));
  CHECK(played.has({"T0 enter message(P0, 41, 64, I0)", "T0 exit message"}));
  CHECK(played.has({"T0 return CFRunLoopRunInMode = HandledSource"}));
}

TEST_CASE("a log line is told by its kind, inside the call that logged") {
  const Played played(created("CFMachPortInvalidate(P0)\n"
                              "CFMachPortSetInvalidationCallBack(P0, inv)\n") +
                      "N0 = mach_port_allocate(PORT_SET)\n"
                      "P1 = CFMachPortCreateWithPort(observed, N0, callout, null, flag)\n");
  INFO(played.text());
  CHECK(played.has({"T0 log error bad-port", "T0 return CFMachPortCreateWithPort = null, true"}));
}

TEST_CASE("a call that fails gives nothing back but its code") {
  const Played played(
      "N0 = mach_port_allocate(SEND)\n"
      "mach_port_type(N0)\n");
  INFO(played.text());
  CHECK(played.has({"T0 return mach_port_allocate = KERN_INVALID_VALUE, -", "T0 call mach_port_type(null)",
                    "T0 return mach_port_type = KERN_INVALID_NAME, -"}));
}

// ---- Calls that are not made ----------------------------------------------------------------------------

struct SkipRow {
  const char* why;
  std::string script;
  const char* skip;
};

TEST_CASE("a call whose precondition does not hold is skipped, and the reason told") {
  const SkipRow rows[] = {
      {"nothing has been given to the handle", "CFMachPortIsValid(P0)\n",
       "T0 skip CFMachPortIsValid unbound"},
      {"a name neither", "mach_port_type(N3)\n", "T0 skip mach_port_type unbound"},
      {"the thread has no run loop yet", "CFRetain(L1)\n", "T0 skip CFRetain unbound"},
      {"the handle stands for something already", created(create), "T0 skip CFMachPortCreate bound"},
      {"a NULL object", "CFMachPortInvalidate(null)\n", "T0 skip CFMachPortInvalidate null"},
      {"a creation that failed left NULL",
       "P0 = CFMachPortCreate(failing, callout, null, flag)\nCFMachPortIsValid(P0)\n",
       "T0 skip CFMachPortIsValid null"},
      {"no reference is left", created("CFRelease(P0)\nCFMachPortIsValid(P0)\n"),
       "T0 skip CFMachPortIsValid released"},
      {"no reference to give up", created("CFRelease(P0)\nCFRelease(P0)\n"), "T0 skip CFRelease released"},
      {"a run loop is not the script's to release", "CFRelease(L0)\n", "T0 skip CFRelease released"},
      {"the name is no more",
       "N0 = mach_port_allocate(RECEIVE)\nmach_port_destroy(N0)\nmach_port_destroy(N0)\n",
       "T0 skip mach_port_destroy foreign"},
      {"no such handle", "CFMachPortIsValid(P200)\n", "T0 skip CFMachPortIsValid limit"},
      {"no such mode", "CFRunLoopRunInMode(M3, 0ms, true)\n", "T0 skip CFRunLoopRunInMode limit"},
      {"a message without a header", "mach_msg_send(null, MAKE_SEND, 0, 20, 0ms)\n",
       "T0 skip mach_msg_send limit"},
      {"a message of an odd size", "mach_msg_send(null, MAKE_SEND, 0, 30, 0ms)\n",
       "T0 skip mach_msg_send limit"},
      {"a message too large", "mach_msg_send(null, MAKE_SEND, 0, 262144, 0ms)\n",
       "T0 skip mach_msg_send limit"},
      {"what stands for nothing", "CFMachPortInvalidate(other)\n", "T0 skip CFMachPortInvalidate unbound"},
  };
  for (const SkipRow& row : rows) {
    CAPTURE(row.why);
    const Played played(row.script);
    INFO(played.text());
    CHECK(played.count(row.skip) == 1);
  }
}

TEST_CASE("a name that is no more can be looked at") {
  const Played played(
      "N0 = mach_port_allocate(RECEIVE)\n"
      "mach_port_destroy(N0)\n"
      "mach_port_get_refs(N0, SEND)\n");
  INFO(played.text());
  CHECK(played.has(
      {"T0 call mach_port_get_refs(N0, SEND)", "T0 return mach_port_get_refs = KERN_INVALID_NAME, -"}));
}

TEST_CASE("a handle can be bound when the step that was to do so was skipped") {
  const Played played(
      "S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)\n"
      "P0 = CFMachPortCreate(observed, callout, null, flag)\n"
      "S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)\n");
  INFO(played.text());
  CHECK(played.has({"T0 skip CFMachPortCreateRunLoopSource unbound"}));
  CHECK(played.has({"T0 allocate S0", "T0 return CFMachPortCreateRunLoopSource = S0"}));
}

// ---- Teardown -------------------------------------------------------------------------------------------

TEST_CASE("at the end what is owned is given up, in order, and the names are probed") {
  const Played played(
      "P0 = CFMachPortCreate(observed, callout, (I0 release), flag)\n"
      "S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)\n"
      "N0 = CFMachPortGetPort(P0)\n"
      "CFRetain(P0)\n"
      "CFRetain(L0)\n");
  INFO(played.text());
  CHECK(played.has({"T0 return CFRetain", "T0 call CFMachPortInvalidate(P0)"}));
  CHECK(played.has_after("T0 return CFMachPortInvalidate", "T0 call CFRelease(S0)"));
  CHECK(played.has_after("T0 deallocate S0", "T0 call CFRelease(P0)"));
  CHECK(played.count("T0 call CFRelease(P0)") == 2);
  CHECK(played.has_after("T0 deallocate P0", "T0 call CFRelease(L0)"));
  CHECK(played.has({"T0 call CFRelease(L0)", "T0 return CFRelease", "T0 quiescent",
                    "T0 call CFRunLoopRunInMode(M0, 0ms, false)"}));
  CHECK(played.has(
      {"T0 call mach_port_type(N0)", "T0 return mach_port_type = KERN_INVALID_NAME, -", "T0 quiescent"}));
  CHECK(played.events().back() == "T0 quiescent");
}

}  // namespace
}  // namespace portunus::driver
