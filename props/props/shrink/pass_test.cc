#include "props/shrink/pass.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "model/vocabulary/text.h"
#include "props/generate/canonical.h"
#include "props/generate/generator.h"

namespace portunus {
namespace {

// The text of a script's steps, without what stands around them.
std::string body(const Script& script) {
  const std::string text = print(script);
  const std::size_t begin = text.find("main T0\n") + 8;
  return text.substr(begin, text.rfind("end ") - begin);
}

Script parsed(const std::string& steps) {
  for (int count = 0; count < 100; ++count) {
    const auto script =
        parse_script("portunus-script 1\nmain T0\n" + steps + "end " + std::to_string(count) + "\n");
    if (script.value) return *script.value;
  }
  FAIL("no script: " << steps);
  return {};
}

std::vector<std::string> offered(std::string_view pass, const std::string& steps) {
  std::vector<std::string> bodies;
  REQUIRE(find_pass(pass) != nullptr);
  for (const Script& candidate : candidates(*find_pass(pass), parsed(steps)))
    bodies.push_back(body(candidate));
  return bodies;
}

bool offers(std::string_view pass, const std::string& from, const std::string& to) {
  const auto bodies = offered(pass, from);
  return std::ranges::find(bodies, to) != bodies.end();
}

using Bodies = std::vector<std::string>;

TEST_CASE("remove-ranges leaves out all, halves and quarters of a block, from the back") {
  const std::string a = "CFMachPortIsValid(P0)\n", b = "CFMachPortIsValid(P1)\n",
                    c = "CFMachPortIsValid(P2)\n", d = "CFMachPortIsValid(P3)\n";
  CHECK(offered("remove-ranges", a + b + c + d) == Bodies{"", a + b, c + d});
  CHECK(offered("remove-ranges", a) == Bodies{});
  CHECK(offers("remove-ranges", "on invalidation {\n  " + a + "  " + b + "}\n" + c,
               "on invalidation {\n}\n" + c));
}

TEST_CASE("remove-steps leaves out one step, with its body, from the back") {
  CHECK(offered("remove-steps", "on message(P0) {\n  CFMachPortIsValid(P0)\n  settle\n}\nsettle\n") ==
        Bodies{"on message(P0) {\n  CFMachPortIsValid(P0)\n  settle\n}\n",
               "on message(P0) {\n  CFMachPortIsValid(P0)\n}\nsettle\n",
               "on message(P0) {\n  settle\n}\nsettle\n", "settle\n"});
}

TEST_CASE("unwrap-blocks puts the body in the block's place, and leaves parallel sections whole") {
  CHECK(offered("unwrap-blocks", "on message(P0) {\n  on release(I0) {\n    settle\n  }\n}\n") ==
        Bodies{"on release(I0) {\n  settle\n}\n", "on message(P0) {\n  settle\n}\n"});
  CHECK(offered("unwrap-blocks", "parallel {\n  branch T0 {\n    settle\n  }\n}\n") == Bodies{});
}

TEST_CASE("widen-callbacks lets a block hold for each occurrence, or for an earlier one") {
  CHECK(offered("widen-callbacks", "on message(P0) #3 {\n  settle\n}\n") ==
        Bodies{"on message(P0) {\n  settle\n}\n", "on message(P0) #2 {\n  settle\n}\n"});
  CHECK(offered("widen-callbacks", "on message(P0) #1 {\n  settle\n}\n") ==
        Bodies{"on message(P0) {\n  settle\n}\n"});
  CHECK(offered("widen-callbacks", "on message(P0) {\n  settle\n}\n") == Bodies{});
}

TEST_CASE("simplify-arguments makes contexts, words and numbers plainer") {
  const auto create = [](const std::string& allocator, const std::string& callout, const std::string& context,
                         const std::string& out) {
    return "P0 = CFMachPortCreate(" + allocator + ", " + callout + ", " + context + ", " + out + ")\n";
  };
  const std::string rich = "(I1 retain=I0 release copyDescription version=7)";
  for (const std::string plainer :
       {"null", "(I1)", "(I1 release copyDescription version=7)",
        "(I1 retain release copyDescription version=7)", "(I1 retain=I0 copyDescription version=7)",
        "(I1 retain=I0 release version=7)", "(I1 retain=I0 release copyDescription)"})
    CHECK(offers("simplify-arguments", create("observed", "callout", rich, "flag"),
                 create("observed", "callout", plainer, "flag")));
  CHECK(offered("simplify-arguments", create("failing", "null", "null", "null")) ==
        Bodies{create("observed", "null", "null", "null"), create("failing", "callout", "null", "null"),
               create("failing", "null", "null", "flag")});
  CHECK(offered("simplify-arguments", "CFRunLoopRunInMode(common, 300ms, false)\n") ==
        Bodies{"CFRunLoopRunInMode(M0, 300ms, false)\n", "CFRunLoopRunInMode(common, 0ms, false)\n",
               "CFRunLoopRunInMode(common, 150ms, false)\n", "CFRunLoopRunInMode(common, 300ms, true)\n"});
  CHECK(offered("simplify-arguments", "CFMachPortSetInvalidationCallBack(P0, inv2)\n") ==
        Bodies{"CFMachPortSetInvalidationCallBack(P0, inv)\n"});
  CHECK(offered("simplify-arguments", "mach_port_mod_refs(N0, SEND, -2)\n") ==
        Bodies{"mach_port_mod_refs(N0, SEND, 0)\n", "mach_port_mod_refs(N0, SEND, -1)\n"});
  CHECK(offered("simplify-arguments", "mach_msg_send(N0, MAKE_SEND, 0, 4000, 0ms)\n") ==
        Bodies{"mach_msg_send(N0, MAKE_SEND, 0, 24, 0ms)\n"});
}

TEST_CASE("simplify-arguments knows what is plain in a message") {
  CHECK(offered("simplify-arguments", "N0, N1 = mach_msg_receive(N2, 256, false, 0ms)\n") == Bodies{});
  CHECK(offered("simplify-arguments", "N0, N1 = mach_msg_receive(N2, 31, true, 10ms)\n") ==
        Bodies{"N0, N1 = mach_msg_receive(N2, 256, true, 10ms)\n",
               "N0, N1 = mach_msg_receive(N2, 31, false, 10ms)\n",
               "N0, N1 = mach_msg_receive(N2, 31, true, 0ms)\n",
               "N0, N1 = mach_msg_receive(N2, 31, true, 5ms)\n"});
  CHECK(
      offered(
          "simplify-arguments",
          "N0, N1 = mach_msg_send_rights(N2, MAKE_SEND, N3, MAKE_SEND_ONCE, dead, COPY_SEND, 0, 0ms)\n") ==
      Bodies{"N0, N1 = mach_msg_send_rights(N2, MAKE_SEND, null, MAKE_SEND_ONCE, dead, COPY_SEND, 0, 0ms)\n",
             "N0, N1 = mach_msg_send_rights(N2, MAKE_SEND, N3, null, dead, COPY_SEND, 0, 0ms)\n",
             "N0, N1 = mach_msg_send_rights(N2, MAKE_SEND, N3, MAKE_SEND_ONCE, null, COPY_SEND, 0, 0ms)\n",
             "N0, N1 = mach_msg_send_rights(N2, MAKE_SEND, N3, MAKE_SEND_ONCE, dead, null, 0, 0ms)\n"});
}

TEST_CASE("merge-handles uses an earlier handle, and leaves what is bound alone") {
  CHECK(
      offered(
          "merge-handles",
          "P1 = CFMachPortCreate(observed, callout, null, flag)\nCFRelease(P1)\nCFMachPortIsValid(P1)\n") ==
      Bodies{"P1 = CFMachPortCreate(observed, callout, null, flag)\nCFRelease(P0)\nCFMachPortIsValid(P0)\n"});
  CHECK(offered("merge-handles", "CFMachPortIsValid(P0)\nCFRunLoopSourceIsValid(S0)\n") == Bodies{});
  CHECK(offered("merge-handles", "N0, N1 = mach_msg_receive(N2, 256, false, 0ms)\nmach_port_type(N1)\n") ==
        Bodies{"N0, N1 = mach_msg_receive(N0, 256, false, 0ms)\nmach_port_type(N1)\n",
               "N0, N1 = mach_msg_receive(N1, 256, false, 0ms)\nmach_port_type(N1)\n",
               "N0, N1 = mach_msg_receive(N2, 256, false, 0ms)\nmach_port_type(N0)\n"});
}

TEST_CASE("renumber offers the canonical script, if that is another") {
  CHECK(offered("renumber", "CFMachPortIsValid(P4)\n") == Bodies{"CFMachPortIsValid(P0)\n"});
  CHECK(offered("renumber", "CFMachPortIsValid(P0)\n") == Bodies{});
  CHECK(offered("renumber", "N9, N2 = mach_msg_receive(N7, 256, false, 0ms)\n") ==
        Bodies{"N0, N1 = mach_msg_receive(N2, 256, false, 0ms)\n"});
}

TEST_CASE("passes have names of their own, and none of them offers what is no script, or the same script") {
  std::set<std::string_view> names;
  for (const Pass& pass : passes()) names.insert(pass.name);
  CHECK(names.size() == passes().size());
  CHECK(find_pass("no-such-pass") == nullptr);

  for (std::uint64_t index = 0; index < 200; ++index) {
    const Script script = script_of_seed(seed_for(2, index), {.threads = true, .mach_only = index % 2 == 0});
    for (const Pass& pass : passes()) {
      INFO(pass.name, "\n", print(script));
      for (const Script& candidate : candidates(pass, script)) {
        REQUIRE(well_formed(candidate));
        REQUIRE_FALSE(candidate == script);
        REQUIRE(candidate.steps.size() <= script.steps.size());
      }
    }
  }
}

}  // namespace
}  // namespace portunus
