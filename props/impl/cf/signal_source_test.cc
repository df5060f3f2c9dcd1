// Sources of version 0: their context, their modes, and when they perform: facts cfmachport 11, 12.
#include <doctest/doctest.h>

#include "impl/mach/hosted/world.h"
#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

CFRunLoopSourceRef add(Stage& s, const std::string& label, const std::string& info, CFIndex order = 0) {
  const CFRunLoopSourceRef source = s.signal_source(label, info, order);
  CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
  s.take();
  return source;
}

TEST_CASE("a context is retained at creation, shown as given, and released with the source") {
  on_each_edition([](Stage& s) {
    const CFRunLoopSourceRef source = s.signal_source("S", "I1", 7, all_parts);
    CHECK(s.take() == Lines{"retain I1"});
    CHECK(CFRunLoopSourceGetOrder(source) == 7);
    CFRunLoopSourceContext context = {};
    CFRunLoopSourceGetContext(source, &context);
    const CFMachPortContext given = s.context("I1");
    CHECK(context.version == 0);
    CHECK(context.info == given.info);
    CHECK((context.retain == given.retain));
    CHECK((context.release == given.release));
    CHECK((context.copyDescription == given.copyDescription));
    CHECK((context.perform != nullptr));
    CFRunLoopSourceInvalidate(source);
    CHECK_FALSE(CFRunLoopSourceIsValid(source));
    CHECK(s.take().empty());
    CFRelease(source);
    CHECK(s.take() == Lines{"release I1", "free S"});
  });
}

TEST_CASE("a source of version 1 gives its own context back, getPort and all") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFRunLoopSourceContext1 context = {};
    context.version = 1;
    CFRunLoopSourceGetContext(s.source("S", port), reinterpret_cast<CFRunLoopSourceContext*>(&context));
    CHECK(context.version == 1);
    CHECK(context.info == port);
    CHECK(context.getPort(context.info) == CFMachPortGetPort(port));
  });
}

TEST_CASE("no source of another version, nor without memory") {
  on_each_edition([](Stage& s) {
    CFRunLoopSourceContext context = {};
    context.retain = s.context("I1").retain;
    CHECK(CFRunLoopSourceCreate(kCFAllocatorNull, 0, &context) == nullptr);
    context.version = 2;
    CHECK(CFRunLoopSourceCreate(nullptr, 0, &context) == nullptr);
    CHECK(s.take().empty());
  });
}

TEST_CASE("schedule and cancel: once for each mode, also by the common modes and by Invalidate") {
  on_each_edition([](Stage& s) {
    const CFRunLoopRef loop = CFRunLoopGetCurrent();
    const CFRunLoopSourceRef source = s.signal_source("S", "I1");
    CFRunLoopAddSource(loop, source, mode_1());
    CFRunLoopAddSource(loop, source, mode_1());
    CHECK(s.take() == Lines{"schedule I1 M1"});
    CFRunLoopAddSource(loop, source, kCFRunLoopCommonModes);
    CHECK(s.take() == Lines{"schedule I1 kCFRunLoopDefaultMode"});
    CFRunLoopAddCommonMode(loop, mode_2());
    CHECK(s.take() == Lines{"schedule I1 M2"});
    CFRunLoopRemoveSource(loop, source, mode_1());
    CFRunLoopRemoveSource(loop, source, mode_1());
    CHECK(s.take() == Lines{"cancel I1 M1"});
    CHECK(count_of(source) == 4);
    CFRelease(source);
    CFRunLoopSourceInvalidate(source);
    CHECK(s.take() == Lines{"cancel I1 kCFRunLoopDefaultMode", "cancel I1 M2", "free S"});
    CHECK(count_of(loop) == 1);
  });
}

TEST_CASE("no lock is held in schedule, cancel and perform") {
  on_each_edition([](Stage& s) {
    const CFRunLoopRef loop = CFRunLoopGetCurrent();
    const CFRunLoopSourceRef source = s.signal_source("S", "I1");
    s.during("schedule I1 M1", [&] {
      CHECK(modes_of(source) == "M1");
      CFRunLoopSourceSignal(source);
    });
    s.during("perform I1", [&] { CFRunLoopRemoveSource(loop, source, mode_1()); });
    s.during("cancel I1 M1", [&] {
      CHECK(modes_of(source).empty());
      CFRunLoopAddSource(loop, source, mode_2());
    });
    CFRunLoopAddSource(loop, source, mode_1());
    CHECK(Stage::run(mode_1(), 1, false) == "Finished");
    CHECK(s.take() == Lines{"schedule I1 M1", "perform I1", "cancel I1 M1", "schedule I1 M2"});
    CHECK(modes_of(source) == "M2");
  });
}

TEST_CASE("the thread's end cancels; the source stays valid") {
  on_each_edition([](Stage& s) {
    static CFRunLoopSourceRef source;
    source = s.signal_source("S", "I1");
    hosted::World::current()->start_thread(
        1, [](void*) { CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1()); }, nullptr);
    Stage::settle();
    CHECK(s.take() == Lines{"schedule I1 M1", "cancel I1 M1"});
    CHECK(CFRunLoopSourceIsValid(source));
    CHECK(count_of(source) == 1);
  });
}

TEST_CASE("11: signalled sources perform in a pass, by their order, each signal once") {
  on_each_edition([](Stage& s) {
    const CFRunLoopSourceRef late = add(s, "S1", "I1", 5);
    const CFRunLoopSourceRef early = add(s, "S2", "I2", -5);
    add(s, "S3", "I3");
    for (const CFRunLoopSourceRef source : {late, early, late}) CFRunLoopSourceSignal(source);
    CHECK(Stage::run(mode_1(), 0.1, false) == "TimedOut");
    CHECK(s.take() == Lines{"perform I2", "perform I1"});
    CHECK(Stage::run(mode_1(), 0, true) == "TimedOut");
    CHECK(s.take().empty());
  });
}

TEST_CASE("11: a run that returns after one source leaves the other signalled") {
  on_each_edition([](Stage& s) {
    const CFRunLoopSourceRef first = add(s, "S1", "I1", 1);
    const CFRunLoopSourceRef second = add(s, "S2", "I2", 2);
    CFRunLoopSourceSignal(second);
    CFRunLoopSourceSignal(first);
    CHECK(Stage::run(mode_1(), 5, true) == "HandledSource");
    CHECK(s.take() == Lines{"perform I1"});
    CHECK(Stage::run(mode_1(), 5, true) == "HandledSource");
    CHECK(s.take() == Lines{"perform I2"});
  });
}

TEST_CASE("11: a signalled source and one message are handled in one pass") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1", no_parts);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), s.source("SP", port), mode_1());
    CFRunLoopSourceSignal(add(s, "S", "I2"));
    Stage::send(CFMachPortGetPort(port), 1);
    Stage::send(CFMachPortGetPort(port), 2);
    CHECK(Stage::run(mode_1(), 5, true) == "HandledSource");
    CHECK(s.take() == Lines{"perform I2", "message P 1 24 I1"});
  });
}

TEST_CASE("a signal wakes nobody; with a wake-up the sleeping loop performs") {
  on_each_edition([](Stage& s) {
    static CFRunLoopSourceRef source;
    source = add(s, "S", "I1");
    const auto start = [](void (*body)(void*)) { hosted::World::current()->start_thread(1, body, nullptr); };
    start([](void*) { CFRunLoopSourceSignal(source); });
    CHECK(Stage::run(mode_1(), 1, true) == "TimedOut");
    CHECK(s.take().empty());
    start([](void*) { CFRunLoopWakeUp(CFRunLoopGetMain()); });
    CHECK(Stage::run(mode_1(), 1, true) == "HandledSource");
    CHECK(s.take() == Lines{"perform I1"});
  });
}

TEST_CASE("what an earlier source invalidates or removes does not perform any more") {
  on_each_edition([](Stage& s) {
    const CFRunLoopSourceRef first = add(s, "S1", "I1", 1);
    const CFRunLoopSourceRef invalidated = add(s, "S2", "I2", 2);
    const CFRunLoopSourceRef removed = add(s, "S3", "I3", 3);
    for (const CFRunLoopSourceRef source : {first, invalidated, removed}) CFRunLoopSourceSignal(source);
    s.during("perform I1", [&] {
      CFRunLoopSourceInvalidate(invalidated);
      CFRunLoopRemoveSource(CFRunLoopGetCurrent(), removed, mode_1());
    });
    CHECK(Stage::run(mode_1(), 0.1, false) == "TimedOut");
    CHECK(s.take() == Lines{"perform I1", "cancel I2 M1", "cancel I3 M1"});
    CFRunLoopAddSource(CFRunLoopGetCurrent(), removed, mode_1());
    CHECK(Stage::run(mode_1(), 0.1, true) == "HandledSource");
    CHECK(s.take() == Lines{"schedule I3 M1", "perform I3"});
  });
}

TEST_CASE("a source invalidated and released inside its own perform lives until that returns") {
  on_each_edition([](Stage& s) {
    const CFRunLoopSourceRef source = add(s, "S", "I1");
    CFRunLoopSourceSignal(source);
    s.during("perform I1", [&] {
      CFRunLoopSourceInvalidate(source);
      CFRelease(source);
      s.write("returns");
    });
    CHECK(Stage::run(mode_1(), 1, false) == "Finished");
    CHECK(s.take() == Lines{"perform I1", "cancel I1 M1", "returns", "free S"});
  });
}

TEST_CASE("sources of version 0 are equal by their infos, or as the client's function says") {
  on_each_edition([](Stage& s) {
    CHECK(CFEqual(s.signal_source("S1", "I1"), s.signal_source("S2", "I1")));
    CHECK_FALSE(CFEqual(s.signal_source("S3", "I1"), s.signal_source("S4", "I2")));
    CHECK_FALSE(CFEqual(s.signal_source("S5", "I1"), s.signal_source("S6", "I1", 1)));
    CFRunLoopSourceContext context = {};
    context.equal = [](const void*, const void*) -> Boolean { return TRUE; };
    context.hash = [](const void*) -> CFHashCode { return 42; };
    context.info = s.context("I1").info;
    const CFRunLoopSourceRef one = CFRunLoopSourceCreate(nullptr, 0, &context);
    context.info = s.context("I2").info;
    const CFRunLoopSourceRef two = CFRunLoopSourceCreate(nullptr, 0, &context);
    CHECK(CFEqual(one, two));
    CHECK(CFHash(one) == 42);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), one, mode_1());
    CFRunLoopAddSource(CFRunLoopGetCurrent(), two, mode_1());
    CHECK(count_of(two) == 1);
    CHECK(modes_of(two) == "M1");
    context.perform = [](void*) {};
    CHECK_FALSE(CFEqual(two, CFRunLoopSourceCreate(nullptr, 0, &context)));
  });
}

TEST_CASE("12: a signal to a port's source delivers nothing, and ends with its next message") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1", no_parts);
    const CFRunLoopSourceRef source = s.source("S", port);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    CFRunLoopSourceSignal(source);
    CHECK(Stage::run(mode_1(), 0.1, true) == "TimedOut");
    CHECK(description(source).find("signalled = Yes") != std::string::npos);
    Stage::send(CFMachPortGetPort(port), 1);
    CHECK(Stage::run(mode_1(), 0.1, true) == "HandledSource");
    CHECK(description(source).find("signalled = No") != std::string::npos);
    CHECK(s.take() == Lines{"message P 1 24 I1"});
  });
}

}  // namespace
}  // namespace portunus::cf
