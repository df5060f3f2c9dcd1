// Timers: when they fire, and what a run makes of them: facts cfmachport 11.
#include <doctest/doctest.h>

#include "impl/mach/hosted/world.h"
#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

CFRunLoopTimerRef add(Stage& s, const std::string& label, const std::string& info, CFTimeInterval seconds,
                      CFTimeInterval interval = 0) {
  const CFRunLoopTimerRef timer = s.timer(label, info, seconds, interval);
  CFRunLoopAddTimer(CFRunLoopGetCurrent(), timer, mode_1());
  return timer;
}

// A port in M1 that never gets a message: it keeps the mode from being empty.
CFMachPortRef fill(Stage& s) {
  const CFMachPortRef port = s.create("P", "IP", no_parts);
  CFRunLoopAddSource(CFRunLoopGetCurrent(), s.source("SP", port), mode_1());
  return port;
}

void sleep_for(CFTimeInterval seconds) {
  CHECK(Stage::run(mode_2(), seconds, false) == "TimedOut");
}

TEST_CASE("what a timer was made with, and its context") {
  on_each_edition([](Stage& s) {
    const CFAbsoluteTime start = CFAbsoluteTimeGetCurrent();
    const CFRunLoopTimerRef timer = s.timer("T", "I1", 3, 0.5, all_parts);
    CHECK(CFRunLoopTimerGetNextFireDate(timer) == doctest::Approx(start + 3));
    CHECK(CFRunLoopTimerGetInterval(timer) == 0.5);
    CHECK(CFRunLoopTimerDoesRepeat(timer));
    CHECK(CFRunLoopTimerGetOrder(timer) == 0);
    CHECK(CFRunLoopTimerIsValid(timer));
    const CFMachPortContext given = s.context("I1");
    CFRunLoopTimerContext context = {};
    CFRunLoopTimerGetContext(timer, &context);
    CHECK(context.info == given.info);
    CHECK((context.retain == given.retain));
    CHECK((context.release == given.release));
    CHECK((context.copyDescription == given.copyDescription));
    CFRunLoopTimerInvalidate(timer);
    CHECK_FALSE(CFRunLoopTimerIsValid(timer));
    CHECK(CFRunLoopTimerGetNextFireDate(timer) == 0);
    CFRunLoopTimerSetNextFireDate(timer, start + 1);
    CHECK(CFRunLoopTimerGetNextFireDate(timer) == 0);
    CFRunLoopTimerGetContext(timer, &context);
    CHECK(context.info == nullptr);
    CFRelease(timer);
    CHECK(s.take() == Lines{"retain I1", "release I1", "free T"});
    const CFRunLoopTimerRef once = s.timer("T", "I1", 3, -1);
    CHECK(CFRunLoopTimerGetInterval(once) == 0);
    CHECK_FALSE(CFRunLoopTimerDoesRepeat(once));
    CHECK(CFRunLoopTimerCreate(kCFAllocatorNull, 0, 0, 0, 0, nullptr, nullptr) == nullptr);
  });
}

TEST_CASE("a timer that fires once fires at its date, is then invalid, and leaves the mode empty") {
  on_each_edition([](Stage& s) {
    const CFAbsoluteTime start = CFAbsoluteTimeGetCurrent();
    const CFRunLoopTimerRef timer = s.timer("T", "I1", 2, 0, all_parts);
    CFRunLoopAddTimer(CFRunLoopGetCurrent(), timer, mode_1());
    s.during("fire I1", [&] {
      CHECK(CFAbsoluteTimeGetCurrent() == doctest::Approx(start + 2));
      CHECK(CFRunLoopTimerIsValid(timer));
    });
    CHECK(Stage::run(mode_1(), 10, true) == "Finished");
    CHECK(CFAbsoluteTimeGetCurrent() == doctest::Approx(start + 2));
    CHECK(s.take() == Lines{"retain I1", "fire I1", "release I1"});
    CHECK_FALSE(CFRunLoopTimerIsValid(timer));
    CHECK_FALSE(CFRunLoopContainsTimer(CFRunLoopGetCurrent(), timer, mode_1()));
    CHECK(count_of(timer) == 1);
  });
}

TEST_CASE("11: a timer is no source: the run goes on; it is served after afterWaiting, once in a pass") {
  on_each_edition([](Stage& s) {
    fill(s);
    add(s, "T", "I1", 1);
    const CFRunLoopObserverRef observer = s.observer("O", "O", kCFRunLoopAllActivities);
    CFRunLoopAddObserver(CFRunLoopGetCurrent(), observer, mode_1());
    CHECK(Stage::run(mode_1(), 5, true) == "TimedOut");
    CHECK(s.take() == Lines{"observe O Entry", "observe O BeforeTimers", "observe O BeforeSources",
                            "observe O BeforeWaiting", "observe O AfterWaiting", "fire I1",
                            "observe O BeforeTimers", "observe O BeforeSources", "observe O BeforeWaiting",
                            "observe O AfterWaiting", "observe O Exit"});
  });
}

TEST_CASE("a run without time fires what is due, and nothing else") {
  on_each_edition([](Stage& s) {
    add(s, "T1", "I1", -1);
    add(s, "T2", "I2", 1);
    CHECK(Stage::run(mode_1(), 0, false) == "TimedOut");
    CHECK(s.take() == Lines{"fire I1"});
  });
}

TEST_CASE("timers fire by their dates, whatever their order of coming") {
  on_each_edition([](Stage& s) {
    add(s, "T1", "I1", 3);
    add(s, "T2", "I2", 1);
    add(s, "T3", "I3", 2);
    CHECK(Stage::run(mode_1(), 10, false) == "Finished");
    CHECK(s.take() == Lines{"fire I2", "fire I3", "fire I1"});
    // Also when all are late.
    add(s, "T4", "I4", -1);
    add(s, "T5", "I5", -2);
    add(s, "T6", "I6", -1);
    CHECK(Stage::run(mode_1(), 10, false) == "Finished");
    CHECK(s.take() == Lines{"fire I5", "fire I4", "fire I6"});
  });
}

TEST_CASE("a repeating timer keeps its beat, and does not make up for what it missed") {
  on_each_edition([](Stage& s) {
    const CFAbsoluteTime start = CFAbsoluteTimeGetCurrent();
    const CFRunLoopTimerRef timer = add(s, "T", "I1", 1, 1);
    CFRunLoopAddTimer(CFRunLoopGetCurrent(), s.timer("U", "I2", 100), mode_2());
    CHECK(Stage::run(mode_1(), 2.5, false) == "TimedOut");
    CHECK(s.take() == Lines{"fire I1", "fire I1"});
    CHECK(CFRunLoopTimerGetNextFireDate(timer) == doctest::Approx(start + 3));
    sleep_for(3);
    CHECK(Stage::run(mode_1(), 0.1, false) == "TimedOut");
    CHECK(s.take() == Lines{"fire I1"});
    CHECK(CFRunLoopTimerGetNextFireDate(timer) == doctest::Approx(start + 6));
    // A callout that takes longer than the interval.
    s.during("fire I1", [] { sleep_for(2.5); });
    CHECK(Stage::run(mode_1(), 0.5, false) == "TimedOut");
    CHECK(CFRunLoopTimerGetNextFireDate(timer) == doctest::Approx(start + 9));
  });
}

TEST_CASE("SetNextFireDate moves one firing; in the callout, too") {
  on_each_edition([](Stage& s) {
    const CFAbsoluteTime start = CFAbsoluteTimeGetCurrent();
    const CFRunLoopTimerRef timer = add(s, "T", "I1", 1, 10);
    CFRunLoopTimerSetNextFireDate(timer, start + 2);
    CHECK(CFRunLoopTimerGetNextFireDate(timer) == doctest::Approx(start + 2));
    CHECK(Stage::run(mode_1(), 1.5, false) == "TimedOut");
    CHECK(s.take().empty());
    s.during("fire I1", [&] { CFRunLoopTimerSetNextFireDate(timer, start + 4); });
    CHECK(Stage::run(mode_1(), 1, false) == "TimedOut");
    CHECK(s.take() == Lines{"fire I1"});
    CHECK(CFRunLoopTimerGetNextFireDate(timer) == doctest::Approx(start + 4));
    CHECK(Stage::run(mode_1(), 2, false) == "TimedOut");
    CHECK(s.take() == Lines{"fire I1"});
    CHECK(CFRunLoopTimerGetNextFireDate(timer) == doctest::Approx(start + 14));
  });
}

TEST_CASE("a sleeping loop hears of a timer that comes or moves, without waking up for it") {
  on_each_edition([](Stage& s) {
    static CFRunLoopTimerRef moved;
    static CFRunLoopTimerRef added;
    fill(s);
    moved = add(s, "T1", "I1", 60);
    added = s.timer("T2", "I2", 1);
    const CFRunLoopObserverRef observer = s.observer("O", "O", kCFRunLoopAfterWaiting);
    CFRunLoopAddObserver(CFRunLoopGetCurrent(), observer, mode_1());
    hosted::World::current()->start_thread(
        1,
        [](void*) {
          CFRunLoopAddTimer(CFRunLoopGetMain(), added, mode_1());
          CFRunLoopTimerSetNextFireDate(moved, CFAbsoluteTimeGetCurrent() + 2);
        },
        nullptr);
    CHECK(Stage::run(mode_1(), 3, false) == "TimedOut");
    CHECK(s.take() == Lines{"observe O AfterWaiting", "fire I2", "observe O AfterWaiting", "fire I1",
                            "observe O AfterWaiting"});
  });
}

TEST_CASE("a timer that leaves while the loop sleeps does not end the sleep") {
  on_each_edition([](Stage& s) {
    static CFRunLoopTimerRef timer;
    fill(s);
    timer = add(s, "T", "I1", 1);
    const CFRunLoopObserverRef observer = s.observer("O", "O", kCFRunLoopAfterWaiting);
    CFRunLoopAddObserver(CFRunLoopGetCurrent(), observer, mode_1());
    hosted::World::current()->start_thread(1, [](void*) { CFRunLoopTimerInvalidate(timer); }, nullptr);
    const CFAbsoluteTime start = CFAbsoluteTimeGetCurrent();
    CHECK(Stage::run(mode_1(), 3, false) == "TimedOut");
    CHECK(CFAbsoluteTimeGetCurrent() == doctest::Approx(start + 3));
    CHECK(s.take() == Lines{"observe O AfterWaiting"});
  });
}

TEST_CASE("timers that are always due do not keep messages waiting, nor messages the timers") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = fill(s);
    add(s, "T1", "I1", -1);
    add(s, "T2", "I2", -1);
    for (const int id : {1, 2}) Stage::send(CFMachPortGetPort(port), id);
    s.during("fire I1", [&] { add(s, "T3", "I3", -1); });
    CHECK(Stage::run(mode_1(), 0.1, false) == "TimedOut");
    CHECK(s.take() == Lines{"fire I1", "fire I2", "message P 1 24 IP", "fire I3", "message P 2 24 IP"});
  });
}

TEST_CASE("a run nested in a callout does not fire that timer again, and fires the others") {
  on_each_edition([](Stage& s) {
    add(s, "T1", "I1", 1, 1);
    add(s, "T2", "I2", 2.5);
    s.during("fire I1", [] { CHECK(Stage::run(mode_1(), 3, false) == "TimedOut"); });
    CHECK(Stage::run(mode_1(), 1, false) == "TimedOut");
    CHECK(s.take() == Lines{"fire I1", "fire I2"});
  });
}

TEST_CASE("what a timer takes out or invalidates does not fire any more") {
  on_each_edition([](Stage& s) {
    add(s, "T1", "I1", -3);
    const CFRunLoopTimerRef removed = add(s, "T2", "I2", -2);
    const CFRunLoopTimerRef invalidated = add(s, "T3", "I3", -1);
    s.during("fire I1", [&] {
      CFRunLoopRemoveTimer(CFRunLoopGetCurrent(), removed, mode_1());
      CFRunLoopTimerInvalidate(invalidated);
    });
    CHECK(Stage::run(mode_1(), 1, false) == "Finished");
    CHECK(s.take() == Lines{"fire I1"});
    CHECK(CFRunLoopTimerIsValid(removed));
    CHECK(count_of(removed) == 1);
  });
}

TEST_CASE("a timer counts in each of its modes, in one run loop at a time") {
  on_each_edition([](Stage& s) {
    static CFRunLoopTimerRef timer;
    const CFRunLoopRef loop = CFRunLoopGetCurrent();
    timer = s.timer("T", "I1", 1, 1);
    CFRunLoopAddTimer(loop, timer, kCFRunLoopCommonModes);
    CFRunLoopAddTimer(loop, timer, mode_1());
    CHECK(count_of(timer) == 4);
    CHECK(CFRunLoopContainsTimer(loop, timer, kCFRunLoopCommonModes));
    CHECK(CFRunLoopContainsTimer(loop, timer, kCFRunLoopDefaultMode));
    CHECK_FALSE(CFRunLoopContainsTimer(loop, timer, mode_2()));
    hosted::World::current()->start_thread(
        1,
        [](void*) {
          CFRunLoopAddTimer(CFRunLoopGetCurrent(), timer, mode_1());
          CHECK(Stage::run(mode_1(), 1, false) == "Finished");
        },
        nullptr);
    Stage::settle();
    CFRunLoopTimerInvalidate(timer);
    CHECK(count_of(timer) == 1);
    CHECK(Stage::run(mode_1(), 1, false) == "Finished");
    CHECK(s.take().empty());
  });
}

TEST_CASE("a timer released inside its callout lives until that returns") {
  on_each_edition([](Stage& s) {
    const CFRunLoopTimerRef timer = s.timer("T", "I1", 0, 1, with_release);
    CFRunLoopAddTimer(CFRunLoopGetCurrent(), timer, mode_1());
    s.during("fire I1", [&] {
      CFRunLoopTimerInvalidate(timer);
      CFRelease(timer);
      s.write("returns");
    });
    CHECK(Stage::run(mode_1(), 1, false) == "Finished");
    CHECK(s.take() == Lines{"fire I1", "release I1", "returns", "free T"});
  });
}

TEST_CASE("a date beyond a program's life never comes, and one before all dates has come") {
  on_each_edition([](Stage& s) {
    const CFRunLoopTimerRef far = add(s, "T1", "I1", 1e12, 1e12);
    add(s, "T2", "I2", -1e12);
    CHECK(Stage::run(mode_1(), 1000, false) == "TimedOut");
    CHECK(s.take() == Lines{"fire I2"});
    CFRunLoopTimerSetNextFireDate(far, 0);
    CHECK(Stage::run(mode_1(), 1000, false) == "TimedOut");
    CHECK(s.take() == Lines{"fire I1"});
  });
}

}  // namespace
}  // namespace portunus::cf
