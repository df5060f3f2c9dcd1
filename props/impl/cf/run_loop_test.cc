// Runs of a run loop: observed family 12.
#include <doctest/doctest.h>

#include "impl/mach/hosted/world.h"
#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

double seconds_since(std::uint64_t start) {
  return static_cast<double>(hosted::World::current()->now() - start) / 1e9;
}

CFRunLoopSourceRef add(Stage& s, const std::string& label, CFMachPortRef port, CFStringRef mode,
                       CFIndex order = 0) {
  const CFRunLoopSourceRef source = s.source(label, port, order);
  CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode);
  return source;
}

TEST_CASE("12c: a mode that is unknown or empty is Finished at once; the main queue counts in a common one") {
  on_each_edition([](Stage& s) {
    const std::uint64_t start = hosted::World::current()->now();
    CHECK(Stage::run(CFSTR("never seen"), 1, false) == "Finished");
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = add(s, "S", port, mode_1());
    CFRunLoopRemoveSource(CFRunLoopGetCurrent(), source, mode_1());
    CHECK(Stage::run(mode_1(), 1, false) == "Finished");
    CHECK(seconds_since(start) == 0);
    CHECK(Stage::run(kCFRunLoopDefaultMode, 0.5, false) == "TimedOut");
    CHECK(seconds_since(start) == doctest::Approx(0.5));
  });
}

TEST_CASE("12c: the common modes cannot be run; the newer editions log that once") {
  on_each_edition([](Stage& s) {
    CHECK(Stage::run(kCFRunLoopCommonModes, 1, false) == "Finished");
    CHECK(Stage::run(kCFRunLoopCommonModes, 1, false) == "Finished");
    CHECK(s.take() == (s.is("cf-1153") ? Lines{} : Lines{"log error common modes"}));
  });
}

TEST_CASE("f11: a mode that is declared common does not exist yet, and is Finished") {
  on_each_edition([](Stage&) {
    CFRunLoopAddCommonMode(CFRunLoopGetCurrent(), mode_1());
    CHECK(Stage::run(mode_1(), 0.1, false) == "Finished");
  });
}

TEST_CASE("12c: a port invalidated from elsewhere while the loop sleeps does not wake it") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    add(s, "S", port, mode_1());
    hosted::World::current()->start_thread(
        1, [](void* argument) { CFMachPortInvalidate(static_cast<CFMachPortRef>(argument)); }, port);
    const std::uint64_t start = hosted::World::current()->now();
    CHECK(Stage::run(mode_1(), 2, false) == "TimedOut");
    CHECK(seconds_since(start) == doctest::Approx(2));
    CHECK(s.take() == Lines{"retain I1", "release I1"});
  });
}

TEST_CASE("11: with a wake-up it finds its mode empty") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    add(s, "S", port, mode_1());
    hosted::World::current()->start_thread(
        1,
        [](void* argument) {
          CFMachPortInvalidate(static_cast<CFMachPortRef>(argument));
          CFRunLoopWakeUp(CFRunLoopGetMain());
        },
        port);
    CHECK(Stage::run(mode_1(), 2, false) == "Finished");
  });
}

TEST_CASE("11: Stop from elsewhere, while not running, and in nested runs") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1", no_parts);
    const mach_port_t name = CFMachPortGetPort(port);
    add(s, "S", port, mode_1());
    CFRunLoopStop(CFRunLoopGetMain());
    CHECK(Stage::run(mode_1(), 0.1, false) == "TimedOut");
    hosted::World::current()->start_thread(1, [](void*) { CFRunLoopStop(CFRunLoopGetMain()); }, nullptr);
    CHECK(Stage::run(mode_1(), 5, true) == "Stopped");
    Stage::send(name, 1);
    s.during("message P 1 24 I1", [] {
      CFRunLoopStop(CFRunLoopGetMain());
      CHECK(Stage::run(mode_1(), 0.1, false) == "TimedOut");
    });
    CHECK(Stage::run(mode_1(), 5, false) == "Stopped");
    // With no time at all the Stop is used up, and leaves nothing behind.
    Stage::send(name, 2);
    s.during("message P 2 24 I1", [] { CFRunLoopStop(CFRunLoopGetMain()); });
    CHECK(Stage::run(mode_1(), 0, false) == "TimedOut");
    Stage::send(name, 3);
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
  });
}

TEST_CASE("12d: a message waits for a run in a mode that has its source, also if the source came later") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef p = s.create("P", "I1", no_parts);
    const CFMachPortRef q = s.create("Q", "I2", no_parts);
    add(s, "SP", p, mode_1());
    add(s, "SQ", q, mode_2());
    Stage::send(CFMachPortGetPort(p), 1);
    CHECK(Stage::run(mode_2(), 0.3, false) == "TimedOut");
    CHECK(s.take().empty());
    CHECK(Stage::run(mode_1(), 0.3, false) == "TimedOut");
    CHECK(s.take() == Lines{"message P 1 24 I1"});
    const CFMachPortRef r = s.create("R", "I3", no_parts);
    Stage::send(CFMachPortGetPort(r), 2);
    CHECK(Stage::run(mode_1(), 0.3, false) == "TimedOut");
    CHECK(s.take().empty());
    add(s, "SR", r, mode_1());
    CHECK(Stage::run(mode_1(), 0.3, true) == "HandledSource");
    CHECK(s.take() == Lines{"message R 2 24 I3"});
  });
}

TEST_CASE("12e: the order of sources means nothing, and messages of one port keep theirs") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef p = s.create("P", "I1", no_parts);
    const CFMachPortRef q = s.create("Q", "I2", no_parts);
    add(s, "SP", p, mode_1(), 10);
    add(s, "SQ", q, mode_1(), -10);
    for (const int id : {1, 2, 3}) Stage::send(CFMachPortGetPort(p), id);
    for (const int id : {1, 2}) Stage::send(CFMachPortGetPort(q), id);
    CHECK(Stage::run(mode_1(), 0.3, false) == "TimedOut");
    Lines of_p;
    Lines of_q;
    for (const std::string& line : s.take()) (line[8] == 'P' ? of_p : of_q).push_back(line);
    CHECK(of_p == Lines{"message P 1 24 I1", "message P 2 24 I1", "message P 3 24 I1"});
    CHECK(of_q == Lines{"message Q 1 24 I2", "message Q 2 24 I2"});
  });
}

TEST_CASE("11: with no time at most one message is handled") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1", no_parts);
    add(s, "S", port, mode_1());
    Stage::send(CFMachPortGetPort(port), 1);
    Stage::send(CFMachPortGetPort(port), 2);
    CHECK(Stage::run(mode_1(), 0, false) == "TimedOut");
    CHECK(s.take() == Lines{"message P 1 24 I1"});
  });
}

TEST_CASE("12g: the own source removed inside the callback: the rest stays queued") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(port);
    const CFRunLoopSourceRef source = add(s, "S", port, mode_1());
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_2());
    Stage::send(name, 1);
    Stage::send(name, 2);
    s.take();
    s.during("message P 1 24 I1", [&] {
      CFRunLoopRemoveSource(CFRunLoopGetCurrent(), source, mode_1());
      CHECK(modes_of(source) == "M2");
    });
    CHECK(Stage::run(mode_1(), 1, false) == "Finished");
    CHECK(queued(name) == 1);
    CHECK(Stage::run(mode_2(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"retain I1", "message P 1 24 I1", "release I1", "retain I1", "message P 2 24 I1",
                            "release I1"});
  });
}

TEST_CASE("11: a source added to the mode in which the loop sleeps works without a wake-up") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef p = s.create("P", "I1", no_parts);
    add(s, "SP", p, mode_1());
    static CFMachPortRef late;
    static Stage* stage;
    late = s.create("Q", "I2", no_parts);
    stage = &s;
    hosted::World::current()->start_thread(
        1,
        [](void*) {
          CFRunLoopAddSource(CFRunLoopGetMain(), stage->source("SQ", late), mode_1());
          Stage::send(CFMachPortGetPort(late), 1);
        },
        nullptr);
    CHECK(Stage::run(mode_1(), 5, true) == "HandledSource");
    CHECK(s.take() == Lines{"message Q 1 24 I2"});
  });
}

TEST_CASE("12q 13f: one source in two run loops: each message goes to one; a thread's end leaves the other") {
  on_each_edition([](Stage& s) {
    static CFRunLoopSourceRef source;
    const CFMachPortRef port = s.create("P", "I1", no_parts);
    source = add(s, "S", port, mode_1());
    Stage::send(CFMachPortGetPort(port), 1);
    Stage::send(CFMachPortGetPort(port), 2);
    hosted::World::current()->start_thread(
        1,
        [](void*) {
          CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
          CHECK(count_of(source) == 4);
          CHECK(count_of(CFRunLoopGetCurrent()) == 2);
          CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
        },
        nullptr);
    Stage::settle();
    CHECK(s.take() == Lines{"message P 1 24 I1"});
    CHECK(count_of(source) == 3);
    CHECK(CFRunLoopSourceIsValid(source));
    CHECK(modes_of(source) == "M1");
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"message P 2 24 I1"});
  });
}

TEST_CASE("5: Invalidate from one thread removes the source from both loops") {
  on_each_edition([](Stage& s) {
    static CFRunLoopSourceRef source;
    static CFRunLoopRef other;
    const CFMachPortRef port = s.create("P", "I1");
    source = add(s, "S", port, mode_1());
    hosted::World::current()->start_thread(
        1,
        [](void*) {
          other = CFRunLoopGetCurrent();
          CFRunLoopAddSource(other, source, mode_1());
          CHECK(Stage::run(mode_1(), 5, false) == "Finished");
        },
        nullptr);
    Stage::settle();
    CHECK(CFRunLoopIsWaiting(other));
    CFMachPortInvalidate(port);
    CHECK_FALSE(CFRunLoopContainsSource(other, source, mode_1()));
    CHECK(modes_of(source).empty());
    CHECK(count_of(source) == 1);
    CHECK(count_of(other) == 1);
    CFRunLoopWakeUp(other);
    Stage::settle();
  });
}

}  // namespace
}  // namespace portunus::cf
