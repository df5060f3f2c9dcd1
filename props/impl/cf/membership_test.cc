// What is in which mode, and how often it counts: observed family 13, 2c, 2d, 14a, f05c, f06.
#include <doctest/doctest.h>

#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

TEST_CASE("13b: an invalid source is not added") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = s.source("S", port);
    CFMachPortInvalidate(port);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, kCFRunLoopCommonModes);
    CHECK(modes_of(source).empty());
    CHECK(count_of(source) == 1);
  });
}

TEST_CASE("13d: a second source of a port does not mind what the first one was") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef port = s.wrap("P", name, "I1", no_parts);
    const CFRunLoopSourceRef first = s.source("S1", port);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), first, mode_1());
    CFRunLoopSourceInvalidate(first);
    const CFRunLoopSourceRef second = s.source("S2", port);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), second, mode_1());
    CFRunLoopRemoveSource(CFRunLoopGetCurrent(), first, mode_1());
    CHECK(modes_of(first).empty());
    CHECK(modes_of(second) == "M1");
    Stage::send(name, 1);
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"message P 1 24 I1"});
  });
}

TEST_CASE("13e 2c 2d: a port that cannot receive may have its source in a mode, in vain; logged once") {
  on_each_edition([](Stage& s) {
    const Lines once = s.is("cf-1153") ? Lines{} : Lines{"log error receive right"};
    const mach_port_t name = make_port();
    const CFRunLoopSourceRef source = s.source("S", s.wrap("P", name, "I1", no_parts));
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    CHECK(s.take().empty());
    destroy_receive_right(name);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_2());
    CHECK(modes_of(source) == "M1 M2");
    CHECK(s.take() == once);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, kCFRunLoopCommonModes);
    CHECK(s.take().empty());
    CFRunLoopRemoveSource(CFRunLoopGetCurrent(), source, mode_1());
    CHECK(modes_of(source) == "default M2 common");
    CHECK(CFRunLoopSourceIsValid(source));
    CHECK(Stage::run(mode_2(), 0.5, false) == "TimedOut");
  });
}

TEST_CASE("14a: retain counts through a life") {
  on_each_edition([](Stage& s) {
    const CFRunLoopRef loop = CFRunLoopGetCurrent();
    const CFMachPortRef port = s.create("P", "I1");
    CHECK(count_of(port) == 2);
    const CFRunLoopSourceRef source = s.source("S", port);
    CHECK(count_of(port) == 3);
    CHECK(count_of(source) == 2);
    CFRunLoopAddSource(loop, source, kCFRunLoopDefaultMode);
    CHECK(count_of(source) == 3);
    CFRunLoopAddSource(loop, source, mode_1());
    CFRunLoopAddSource(loop, source, mode_1());
    CHECK(count_of(source) == 4);
    CFRunLoopAddSource(loop, source, kCFRunLoopCommonModes);
    CHECK(count_of(source) == 5);
    CHECK(count_of(port) == 3);
    CHECK(count_of(loop) == 2);
    Stage::send(CFMachPortGetPort(port), 1);
    s.during("message P 1 24 I1", [&] { CHECK(count_of(source) == 6); });
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CFMachPortInvalidate(port);
    CHECK(count_of(port) == 2);
    CHECK(count_of(source) == 1);
    CHECK(count_of(loop) == 1);
    CFRelease(port);
    CHECK(count_of(port) == 1);
    s.take();
    CFRelease(source);
    CHECK(s.take() == Lines{"free P", "free S"});
  });
}

TEST_CASE("f06: the common modes add to every common mode, and remove from each, however it got there") {
  on_each_edition([](Stage& s) {
    const CFRunLoopRef loop = CFRunLoopGetCurrent();
    const CFRunLoopSourceRef source = s.source("S", s.create("P", "I1"));
    for (const CFStringRef mode : {kCFRunLoopDefaultMode, mode_1(), mode_2(), kCFRunLoopCommonModes}) {
      CFRunLoopAddSource(loop, source, mode);
    }
    CHECK(count_of(source) == 6);
    CFRunLoopRemoveSource(loop, source, kCFRunLoopCommonModes);
    CHECK(modes_of(source) == "M1 M2");
    CHECK(count_of(source) == 4);
    CFRunLoopAddSource(loop, source, kCFRunLoopCommonModes);
    CFRunLoopRemoveSource(loop, source, kCFRunLoopDefaultMode);
    CHECK(modes_of(source) == "M1 M2 common");
    CFRunLoopAddCommonMode(loop, mode_1());
    CHECK(count_of(source) == 5);
    CFRunLoopAddCommonMode(loop, CFSTR("M9"));
    CHECK(count_of(source) == 6);
    CHECK(CFRunLoopContainsSource(loop, source, CFSTR("M9")));
    CFRunLoopRemoveSource(loop, source, kCFRunLoopCommonModes);
    CHECK(modes_of(source) == "M2");
    CHECK(count_of(source) == 3);
  });
}

TEST_CASE("4: two valid sources of equal ports are equal if their orders are") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef port = s.wrap("P", name, "I1");
    const CFRunLoopSourceRef source = s.source("SP", port);
    CFMachPortSetInvalidationCallBack(port, inv);
    s.during("inv P I1", [&] {
      const CFMachPortRef next = s.wrap("Q", name, "I2");
      const CFRunLoopSourceRef same = s.source("SQ", next);
      CHECK(CFEqual(source, same));
      CHECK(CFHash(source) == name);
      CHECK(CFHash(same) == name);
      CFRunLoopSourceInvalidate(same);
      CHECK_FALSE(CFEqual(source, same));
      CHECK_FALSE(CFEqual(source, s.source("SR", next, 1)));
    });
    CFMachPortInvalidate(port);
  });
}

TEST_CASE(
    "f05c: removing a source removes an equal one, and the new object's source goes on in its own mode") {
  on_each_edition([](Stage& s) {
    const CFRunLoopRef loop = CFRunLoopGetCurrent();
    const mach_port_t name = make_port();
    const CFMachPortRef port = s.wrap("P", name, "I1");
    const CFRunLoopSourceRef old = s.source("SP", port);
    CFRunLoopAddSource(loop, old, mode_1());
    Stage::send(name, 1);
    CFMachPortSetInvalidationCallBack(port, inv);
    CFRunLoopSourceRef fresh = nullptr;
    s.during("inv P I1", [&] {
      fresh = s.source("SQ", s.wrap("Q", name, "I2"));
      CFRunLoopAddSource(loop, fresh, mode_2());
      CHECK(modes_of(old) == "M1 M2");
      CHECK(modes_of(fresh) == "M1 M2");
      CFRunLoopRemoveSource(loop, fresh, mode_1());
      CHECK(modes_of(old) == "M2");
      CHECK(count_of(old) == 2);
      CHECK(count_of(fresh) == 3);
    });
    CFMachPortInvalidate(port);
    CHECK(modes_of(old).empty());
    CHECK(modes_of(fresh) == "M2");
    s.take();
    CHECK(Stage::run(mode_2(), 0.1, true) == "HandledSource");
    CHECK(s.take() == Lines{"retain I2", "message Q 1 24 I2", "release I2"});
  });
}

TEST_CASE("4: replaced inside inv with the same order the mode ends empty; with another, full but deaf") {
  on_each_edition([](Stage& s) {
    const CFRunLoopRef loop = CFRunLoopGetCurrent();
    for (const CFIndex order : {0, 1}) {
      const mach_port_t name = make_port();
      const CFMachPortRef port = s.wrap("P", name, "I1", no_parts);
      CFRunLoopAddSource(loop, s.source("SP", port), mode_1());
      CFMachPortSetInvalidationCallBack(port, inv);
      CFRunLoopSourceRef fresh = nullptr;
      s.during("inv P I1", [&] {
        fresh = s.source("SQ", s.wrap("Q", name, "I2", no_parts), order);
        CFRunLoopAddSource(loop, fresh, mode_1());
      });
      CFMachPortInvalidate(port);
      CHECK(modes_of(fresh) == (order == 0 ? "" : "M1"));
      Stage::send(name, 1);
      s.take();
      CFRunLoopAddSource(loop, fresh, mode_1());
      Stage::run(mode_1(), 0.1, true);
      CHECK(s.take() == (order == 0 ? Lines{"message Q 1 24 I2"} : Lines{}));
      CFRunLoopRemoveSource(loop, fresh, mode_1());
      CFRunLoopAddSource(loop, fresh, mode_1());
      Stage::run(mode_1(), 0.1, true);
      CHECK(s.take() == (order == 0 ? Lines{} : Lines{"message Q 1 24 I2"}));
      CFRunLoopRemoveSource(loop, fresh, mode_1());
    }
  });
}

}  // namespace
}  // namespace portunus::cf
