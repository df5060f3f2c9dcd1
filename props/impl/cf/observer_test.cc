// Observers, and with them the order of a run: facts cfmachport 11.
#include <doctest/doctest.h>

#include "impl/mach/hosted/world.h"
#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

// An observer of that label and info in M1 of the current loop.
CFRunLoopObserverRef watch(Stage& s, const std::string& label, const std::string& info,
                           CFOptionFlags activities = kCFRunLoopAllActivities, bool repeats = true,
                           CFIndex order = 0) {
  const CFRunLoopObserverRef observer = s.observer(label, info, activities, repeats, order);
  CFRunLoopAddObserver(CFRunLoopGetCurrent(), observer, mode_1());
  return observer;
}

CFRunLoopSourceRef add_port(Stage& s, const std::string& label, CFMachPortRef port) {
  const CFRunLoopSourceRef source = s.source(label, port);
  CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
  return source;
}

// Lines of observers without `observe O `.
Lines activities(Stage& s) {
  Lines words;
  for (const std::string& line : s.take()) {
    words.push_back(line.starts_with("observe O ") ? line.substr(10) : line);
  }
  return words;
}

TEST_CASE("what an observer was made with, and its context") {
  on_each_edition([](Stage& s) {
    const CFRunLoopObserverRef observer =
        s.observer("O", "I1", kCFRunLoopEntry | kCFRunLoopExit, false, 3, all_parts);
    CHECK(CFRunLoopObserverGetActivities(observer) == (kCFRunLoopEntry | kCFRunLoopExit));
    CHECK_FALSE(CFRunLoopObserverDoesRepeat(observer));
    CHECK(CFRunLoopObserverGetOrder(observer) == 3);
    CHECK(CFRunLoopObserverIsValid(observer));
    const CFMachPortContext given = s.context("I1");
    CFRunLoopObserverContext context = {};
    CFRunLoopObserverGetContext(observer, &context);
    CHECK(context.info == given.info);
    CHECK((context.retain == given.retain));
    CHECK((context.release == given.release));
    CHECK((context.copyDescription == given.copyDescription));
    CFRunLoopObserverInvalidate(observer);
    CFRunLoopObserverInvalidate(observer);
    CHECK_FALSE(CFRunLoopObserverIsValid(observer));
    CFRunLoopObserverGetContext(observer, &context);
    CHECK(context.info == nullptr);
    CFRelease(observer);
    CHECK(s.take() == Lines{"retain I1", "release I1", "free O"});
    CFRelease(s.observer("O", "I1", 0, true, 0, all_parts));
    CHECK(s.take() == Lines{"retain I1", "release I1", "free O"});
  });
}

TEST_CASE("an observer without a context, and none without memory") {
  on_each_edition([](Stage&) {
    static int client;
    static void* seen;
    seen = &client;
    const CFRunLoopObserverRef observer = CFRunLoopObserverCreate(
        nullptr, kCFRunLoopEntry, true, 0,
        [](CFRunLoopObserverRef, CFRunLoopActivity, void* info) { seen = info; }, nullptr);
    CFRunLoopAddObserver(CFRunLoopGetMain(), observer, kCFRunLoopDefaultMode);
    Stage::run(kCFRunLoopDefaultMode, 0, false);
    CHECK(seen == nullptr);
    CHECK(CFRunLoopObserverCreate(kCFAllocatorNull, 0, true, 0, nullptr, nullptr) == nullptr);
  });
}

TEST_CASE("11: an empty mode is Finished before anybody observes, and observers do not fill it") {
  on_each_edition([](Stage& s) {
    watch(s, "O", "O");
    CHECK(Stage::run(mode_1(), 1, false) == "Finished");
    CHECK(s.take().empty());
  });
}

TEST_CASE("11: a run that waits, and one that does not") {
  on_each_edition([](Stage& s) {
    add_port(s, "S", s.create("P", "I1", no_parts));
    watch(s, "O", "O");
    CHECK(Stage::run(mode_1(), 0.5, false) == "TimedOut");
    CHECK(activities(s) ==
          Lines{"Entry", "BeforeTimers", "BeforeSources", "BeforeWaiting", "AfterWaiting", "Exit"});
    CHECK(Stage::run(mode_1(), 0, false) == "TimedOut");
    CHECK(activities(s) == Lines{"Entry", "BeforeTimers", "BeforeSources", "Exit"});
  });
}

TEST_CASE("11: one message a pass; the message comes after afterWaiting") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1", no_parts);
    add_port(s, "S", port);
    watch(s, "O", "O");
    Stage::send(CFMachPortGetPort(port), 1);
    Stage::send(CFMachPortGetPort(port), 2);
    s.during("message P 2 24 I1", [] { CFRunLoopStop(CFRunLoopGetCurrent()); });
    CHECK(Stage::run(mode_1(), 5, false) == "Stopped");
    CHECK(activities(s) == Lines{"Entry", "BeforeTimers", "BeforeSources", "BeforeWaiting", "AfterWaiting",
                                 "message P 1 24 I1", "BeforeTimers", "BeforeSources", "BeforeWaiting",
                                 "AfterWaiting", "message P 2 24 I1", "Exit"});
  });
}

TEST_CASE("11: a pass that has performed a signalled source does not wait") {
  on_each_edition([](Stage& s) {
    const CFRunLoopSourceRef source = s.signal_source("S", "I1");
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    CFRunLoopSourceSignal(source);
    watch(s, "O", "O");
    s.take();
    CHECK(Stage::run(mode_1(), 5, true) == "HandledSource");
    CHECK(activities(s) == Lines{"Entry", "BeforeTimers", "BeforeSources", "perform I1", "Exit"});
  });
}

TEST_CASE("12k2: a source removed by an afterWaiting observer: the message that has come is lost") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1", no_parts);
    const mach_port_t name = CFMachPortGetPort(port);
    const CFRunLoopSourceRef source = add_port(s, "SP", port);
    add_port(s, "SQ", s.create("Q", "I2", no_parts));
    watch(s, "O", "O", kCFRunLoopAfterWaiting);
    const mach_port_t reply = make_port(0);
    Stage::send(name, 1, 24, reply);
    s.during("observe O AfterWaiting",
             [&] { CFRunLoopRemoveSource(CFRunLoopGetCurrent(), source, mode_1()); });
    CHECK(Stage::run(mode_1(), 0.2, true) == "TimedOut");
    const bool logs = !s.is("cf-1153");
    CHECK(activities(s) == (logs ? Lines{"AfterWaiting", "log error source is gone", "AfterWaiting"}
                                 : Lines{"AfterWaiting", "AfterWaiting"}));
    CHECK(queued(name) == 0);
    // Its reply right leaks; destroyed, it would tell its receiver.
    CHECK(queued(reply) == (s.is("intended") ? 1 : 0));
  });
}

TEST_CASE("11: a mode that an observer empties before the sleep is not noticed") {
  on_each_edition([](Stage& s) {
    const CFRunLoopSourceRef source = add_port(s, "S", s.create("P", "I1", no_parts));
    watch(s, "O", "O", kCFRunLoopBeforeWaiting);
    s.during("observe O BeforeWaiting",
             [&] { CFRunLoopRemoveSource(CFRunLoopGetCurrent(), source, mode_1()); });
    const std::uint64_t start = hosted::World::current()->now();
    CHECK(Stage::run(mode_1(), 2, false) == "TimedOut");
    CHECK(hosted::World::current()->now() - start >= 2'000'000'000U);
  });
}

TEST_CASE("11: stopped by an observer, a run still ends its pass, in which it does not sleep") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1", no_parts);
    add_port(s, "S", port);
    watch(s, "O", "O");
    const CFAbsoluteTime start = CFAbsoluteTimeGetCurrent();
    for (const char* activity : {"observe O Entry", "observe O BeforeTimers", "observe O BeforeWaiting"}) {
      s.during(activity, [] { CFRunLoopStop(CFRunLoopGetCurrent()); });
      CHECK(Stage::run(mode_1(), 5, false) == "Stopped");
      CHECK(activities(s) ==
            Lines{"Entry", "BeforeTimers", "BeforeSources", "BeforeWaiting", "AfterWaiting", "Exit"});
    }
    CHECK(CFAbsoluteTimeGetCurrent() == start);
    // Too late for this run, and nothing to the next.
    s.during("observe O Exit", [] { CFRunLoopStop(CFRunLoopGetCurrent()); });
    CHECK(Stage::run(mode_1(), 0.5, false) == "TimedOut");
    CHECK(Stage::run(mode_1(), 0.5, false) == "TimedOut");
  });
}

TEST_CASE("11: a wake-up ends one sleep, and handles nothing") {
  on_each_edition([](Stage& s) {
    add_port(s, "S", s.create("P", "I1", no_parts));
    watch(s, "O", "O", kCFRunLoopAfterWaiting);
    hosted::World::current()->start_thread(1, [](void*) { CFRunLoopWakeUp(CFRunLoopGetMain()); }, nullptr);
    CHECK(Stage::run(mode_1(), 1, true) == "TimedOut");
    CHECK(activities(s) == Lines{"AfterWaiting", "AfterWaiting"});
    CFRunLoopWakeUp(CFRunLoopGetMain());
    CHECK(Stage::run(mode_1(), 1, true) == "TimedOut");
    CHECK(activities(s) == Lines{"AfterWaiting"});
  });
}

TEST_CASE("by their order, and as they came; one that does not repeat is called once") {
  on_each_edition([](Stage& s) {
    add_port(s, "S", s.create("P", "I1", no_parts));
    watch(s, "O1", "I1", kCFRunLoopEntry, true, 1);
    const CFRunLoopObserverRef once = watch(s, "O2", "I2", kCFRunLoopEntry, false, -1);
    watch(s, "O3", "I3", kCFRunLoopEntry, true, 1);
    CHECK(Stage::run(mode_1(), 0, false) == "TimedOut");
    CHECK(s.take() == Lines{"observe I2 Entry", "observe I1 Entry", "observe I3 Entry"});
    CHECK_FALSE(CFRunLoopObserverIsValid(once));
    CHECK_FALSE(CFRunLoopContainsObserver(CFRunLoopGetCurrent(), once, mode_1()));
    CHECK(count_of(once) == 1);
    CHECK(Stage::run(mode_1(), 0, false) == "TimedOut");
    CHECK(s.take() == Lines{"observe I1 Entry", "observe I3 Entry"});
  });
}

TEST_CASE("one that does not repeat is valid until its callout returns, and released afterwards") {
  on_each_edition([](Stage& s) {
    add_port(s, "S", s.create("P", "I1", no_parts));
    const CFRunLoopObserverRef observer = s.observer("O", "I2", kCFRunLoopEntry, false, 0, all_parts);
    CFRunLoopAddObserver(CFRunLoopGetCurrent(), observer, mode_1());
    s.during("observe I2 Entry", [&] {
      CHECK(CFRunLoopObserverIsValid(observer));
      CFRelease(observer);
    });
    CHECK(Stage::run(mode_1(), 0, false) == "TimedOut");
    CHECK(s.take() == Lines{"retain I2", "observe I2 Entry", "release I2", "free O"});
  });
}

TEST_CASE("a run nested in an observer passes that observer over, and calls the others") {
  on_each_edition([](Stage& s) {
    add_port(s, "S", s.create("P", "I1", no_parts));
    watch(s, "O1", "I1", kCFRunLoopEntry);
    watch(s, "O2", "I2", kCFRunLoopEntry);
    s.during("observe I1 Entry", [] { CHECK(Stage::run(mode_1(), 0, false) == "TimedOut"); });
    CHECK(Stage::run(mode_1(), 0, false) == "TimedOut");
    CHECK(s.take() == Lines{"observe I1 Entry", "observe I2 Entry", "observe I2 Entry"});
  });
}

TEST_CASE("what an observer takes out or invalidates is not called any more") {
  on_each_edition([](Stage& s) {
    add_port(s, "S", s.create("P", "I1", no_parts));
    watch(s, "O1", "I1", kCFRunLoopEntry);
    const CFRunLoopObserverRef removed = watch(s, "O2", "I2", kCFRunLoopEntry);
    const CFRunLoopObserverRef invalidated = watch(s, "O3", "I3", kCFRunLoopEntry);
    s.during("observe I1 Entry", [&] {
      CFRunLoopRemoveObserver(CFRunLoopGetCurrent(), removed, mode_1());
      CFRunLoopObserverInvalidate(invalidated);
    });
    CHECK(Stage::run(mode_1(), 0, false) == "TimedOut");
    CHECK(s.take() == Lines{"observe I1 Entry"});
    CHECK(CFRunLoopObserverIsValid(removed));
    CFRunLoopAddObserver(CFRunLoopGetCurrent(), invalidated, mode_1());
    CHECK_FALSE(CFRunLoopContainsObserver(CFRunLoopGetCurrent(), invalidated, mode_1()));
  });
}

TEST_CASE("the common modes count for observers as for sources") {
  on_each_edition([](Stage& s) {
    const CFRunLoopRef loop = CFRunLoopGetCurrent();
    const CFRunLoopObserverRef observer = s.observer("O", "I1", kCFRunLoopEntry);
    CFRunLoopAddObserver(loop, observer, mode_2());
    CFRunLoopAddObserver(loop, observer, mode_2());
    CHECK(count_of(observer) == 2);
    CFRunLoopAddObserver(loop, observer, kCFRunLoopCommonModes);
    CHECK(count_of(observer) == 4);
    CHECK(CFRunLoopContainsObserver(loop, observer, kCFRunLoopCommonModes));
    CFRunLoopAddCommonMode(loop, mode_1());
    CHECK(CFRunLoopContainsObserver(loop, observer, mode_1()));
    CHECK(count_of(observer) == 5);
    CHECK(all_modes(loop) == "kCFRunLoopDefaultMode M2 M1");
    CFRunLoopRemoveObserver(loop, observer, kCFRunLoopCommonModes);
    CFRunLoopRemoveObserver(loop, observer, kCFRunLoopCommonModes);
    CHECK(count_of(observer) == 2);
    CHECK_FALSE(CFRunLoopContainsObserver(loop, observer, kCFRunLoopDefaultMode));
    CHECK(CFRunLoopContainsObserver(loop, observer, mode_2()));
  });
}

TEST_CASE("an observer is in one run loop at a time; the thread's end sets it free") {
  on_each_edition([](Stage& s) {
    static CFRunLoopObserverRef observer;
    observer = s.observer("O", "I1", kCFRunLoopEntry);
    hosted::World::current()->start_thread(
        1,
        [](void*) {
          const CFRunLoopRef mine = CFRunLoopGetCurrent();
          CFRunLoopAddObserver(mine, observer, mode_1());
          CFRunLoopAddObserver(mine, observer, kCFRunLoopCommonModes);
          CFRunLoopAddObserver(CFRunLoopGetMain(), observer, mode_1());
          CHECK(CFRunLoopContainsObserver(mine, observer, mode_1()));
          CHECK_FALSE(CFRunLoopContainsObserver(CFRunLoopGetMain(), observer, mode_1()));
        },
        nullptr);
    Stage::settle();
    CHECK(count_of(observer) == 1);
    CFRunLoopAddObserver(CFRunLoopGetMain(), observer, mode_1());
    CHECK(CFRunLoopContainsObserver(CFRunLoopGetMain(), observer, mode_1()));
  });
}

TEST_CASE("11: the current mode is the run's from Entry to Exit, and the outer run's again afterwards") {
  on_each_edition([](Stage& s) {
    add_port(s, "S", s.create("P", "I1", no_parts));
    const auto current_mode = [] {
      const CFStringRef mode = CFRunLoopCopyCurrentMode(CFRunLoopGetCurrent());
      if (mode == nullptr) return std::string("none");
      std::string text = text_of(mode);
      CFRelease(mode);
      return text;
    };
    watch(s, "O", "O", kCFRunLoopEntry | kCFRunLoopExit);
    s.during("observe O Entry", [&] {
      CHECK(current_mode() == "M1");
      CHECK(Stage::run(kCFRunLoopDefaultMode, 0, false) == "TimedOut");
      CHECK(current_mode() == "M1");
    });
    s.during("observe O Exit", [&] { CHECK(current_mode() == "M1"); });
    CHECK(Stage::run(mode_1(), 0, false) == "TimedOut");
    CHECK(s.take() == Lines{"observe O Entry", "observe O Exit"});
    CHECK(current_mode() == "none");
  });
}

TEST_CASE("IsWaiting is true while the loop sleeps, and not in the observers around that") {
  on_each_edition([](Stage& s) {
    add_port(s, "S", s.create("P", "I1", no_parts));
    watch(s, "O", "O", kCFRunLoopBeforeWaiting | kCFRunLoopAfterWaiting);
    const auto not_waiting = [] { CHECK_FALSE(CFRunLoopIsWaiting(CFRunLoopGetMain())); };
    s.during("observe O BeforeWaiting", not_waiting);
    s.during("observe O AfterWaiting", not_waiting);
    hosted::World::current()->start_thread(
        1,
        [](void*) {
          CHECK(CFRunLoopIsWaiting(CFRunLoopGetMain()));
          CFRunLoopStop(CFRunLoopGetMain());
        },
        nullptr);
    CHECK(Stage::run(mode_1(), 5, false) == "Stopped");
    CHECK(activities(s) == Lines{"BeforeWaiting", "AfterWaiting"});
  });
}

TEST_CASE("CFRunLoopRun ends when it is stopped, or when nothing is left") {
  on_each_edition([](Stage& s) {
    static Stage* stage;
    stage = &s;
    hosted::World::current()->start_thread(
        1,
        [](void*) {
          CFRunLoopRun();
          stage->write("nothing left");
          const CFRunLoopSourceRef source = stage->signal_source("S", "I1");
          CFRunLoopAddSource(CFRunLoopGetCurrent(), source, kCFRunLoopDefaultMode);
          CFRunLoopSourceSignal(source);
          stage->during("perform I1", [] { CFRunLoopStop(CFRunLoopGetCurrent()); });
          CFRunLoopRun();
          stage->write("stopped");
        },
        nullptr);
    Stage::settle();
    CHECK(s.take() == Lines{"nothing left", "schedule I1 kCFRunLoopDefaultMode", "perform I1", "stopped",
                            "cancel I1 kCFRunLoopDefaultMode"});
  });
}

}  // namespace
}  // namespace portunus::cf
