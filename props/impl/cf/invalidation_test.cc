// Invalidation: observed families 5, 6 and 7, without messages.
#include <doctest/doctest.h>

#include "impl/mach/hosted/world.h"
#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

TEST_CASE("5b: what inv and ctx.release see") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(port);
    CFMachPortSetInvalidationCallBack(port, inv);
    s.during("inv P I1", [&] {
      CHECK_FALSE(CFMachPortIsValid(port));
      CHECK(count_of(port) == 2);
      CHECK(CFMachPortGetPort(port) == name);
      CHECK(s.source("S", port) == nullptr);
      CHECK(callback_of(port) == "inv");
      CHECK(s.info_of(port) == (s.is("cf-1153") ? "I1" : "NULL"));
    });
    s.during("release I1", [&] {
      CHECK(count_of(port) == 2);
      CHECK(s.info_of(port) == "NULL");
    });
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"retain I1", "inv P I1", "release I1"});
    CHECK(count_of(port) == 1);
    CHECK(CFMachPortGetPort(port) == name);
    CHECK(callback_of(port) == "inv");
    CHECK(rights(name) == "RECV|SEND|dnreq 1");
    CFRelease(port);
    CHECK(s.take() == Lines{"free P"});
    Stage::settle();
    CHECK(rights(name) == "none");
  });
}

TEST_CASE("5d 5e 5f: the source is valid and in its modes in inv, and nowhere in ctx.release") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = s.source("S", port);
    CFMachPortSetInvalidationCallBack(port, inv);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, kCFRunLoopDefaultMode);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, kCFRunLoopCommonModes);
    s.during("inv P I1", [&] {
      CHECK(count_of(port) == 3);
      CHECK(CFRunLoopSourceIsValid(source));
      CHECK(count_of(source) == 5);
      CHECK(modes_of(source) == "default M1 common");
    });
    s.during("release I1", [&] {
      CHECK(count_of(port) == 3);
      CHECK_FALSE(CFRunLoopSourceIsValid(source));
      CHECK(count_of(source) == 1);
      CHECK(modes_of(source).empty());
    });
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"retain I1", "inv P I1", "release I1"});
    CHECK(count_of(port) == 2);
    CFRelease(source);
    CFRelease(port);
    CHECK(s.take() == Lines{"free S", "free P"});
  });
}

TEST_CASE("5p: an invalid source keeps its port, whose memory goes first") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = s.source("S", port);
    CFMachPortInvalidate(port);
    CFRelease(port);
    CHECK(count_of(port) == 1);
    CFRunLoopSourceContext1 context;
    context.version = 1;
    CFRunLoopSourceGetContext(source, reinterpret_cast<CFRunLoopSourceContext*>(&context));
    CHECK(context.info == port);
    s.take();
    CFRelease(source);
    CHECK(s.take() == Lines{"free P", "free S"});
  });
}

TEST_CASE("5o: everything happens on the thread that invalidates") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = s.source("S", port);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    CFMachPortSetInvalidationCallBack(port, inv);
    s.take();
    for (const char* line : {"inv P I1", "release I1"}) {
      s.during(line, [] { CHECK(hosted::World::current()->current_thread() == 2); });
    }
    hosted::World::current()->start_thread(
        2, [](void* argument) { CFMachPortInvalidate(static_cast<CFMachPortRef>(argument)); }, port);
    Stage::settle();
    CHECK(s.take() == Lines{"inv P I1", "release I1"});
    CHECK(modes_of(source).empty());
  });
}

TEST_CASE("6c 6l: Invalidate inside inv and inside ctx.release does nothing") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFMachPortSetInvalidationCallBack(port, inv);
    for (const char* line : {"inv P I1", "release I1"}) {
      s.during(line, [&] {
        CFMachPortInvalidate(port);
        CHECK(count_of(port) == 2);
        CHECK(s.source("S", port) == nullptr);
      });
    }
    CFMachPortInvalidate(port);
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"retain I1", "inv P I1", "release I1"});
  });
}

TEST_CASE("6: the last release inside inv frees the port when the invalidation is over") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFMachPortSetInvalidationCallBack(port, inv);
    s.during("inv P I1", [&] { CFRelease(port); });
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"retain I1", "inv P I1", "release I1", "free P"});
  });
}

TEST_CASE("6k: a source added inside inv is taken out again") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = s.source("S", port);
    CFMachPortSetInvalidationCallBack(port, inv);
    s.during("inv P I1", [&] {
      CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
      CHECK(modes_of(source) == "M1");
      CHECK(count_of(source) == 3);
    });
    CFMachPortInvalidate(port);
    CHECK(modes_of(source).empty());
    CHECK(count_of(source) == 1);
  });
}

TEST_CASE("5: mutual invalidation nests") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef p = s.create("P", "I1");
    const CFMachPortRef q = s.create("Q", "I2");
    CFMachPortSetInvalidationCallBack(p, inv);
    CFMachPortSetInvalidationCallBack(q, inv);
    s.take();
    s.during("inv P I1", [&] { CFMachPortInvalidate(q); });
    s.during("inv Q I2", [&] { CFMachPortInvalidate(p); });
    CFMachPortInvalidate(p);
    CHECK(s.take() == Lines{"inv P I1", "inv Q I2", "release I2", "release I1"});
  });
}

TEST_CASE("7a: on a Ready port the last callback wins, and NULL clears it") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFMachPortSetInvalidationCallBack(port, inv);
    CFMachPortSetInvalidationCallBack(port, inv2);
    CHECK(callback_of(port) == "inv2");
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"retain I1", "inv2 P I1", "release I1"});
    const CFMachPortRef other = s.create("Q", "I2");
    CFMachPortSetInvalidationCallBack(other, inv);
    CFMachPortSetInvalidationCallBack(other, nullptr);
    CFMachPortInvalidate(other);
    CHECK(s.take() == Lines{"retain I2", "release I2"});
  });
}

TEST_CASE("7b 7f: on a port without one that is not Ready it is called at once, and never stored") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    s.during("release I1", [&] { CFMachPortSetInvalidationCallBack(port, inv); });
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"retain I1", "release I1", "inv P NULL"});
    CFMachPortSetInvalidationCallBack(port, inv);
    CFMachPortSetInvalidationCallBack(port, inv2);
    CFMachPortSetInvalidationCallBack(port, nullptr);
    CHECK(s.take() == Lines{"inv P NULL", "inv2 P NULL"});
    CHECK(callback_of(port) == "NULL");
  });
}

TEST_CASE("7g: cleared and set inside inv: the info of the call at once is the context's") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFMachPortSetInvalidationCallBack(port, inv);
    s.during("inv P I1", [&] {
      CFMachPortSetInvalidationCallBack(port, inv2);
      CFMachPortSetInvalidationCallBack(port, nullptr);
      CFMachPortSetInvalidationCallBack(port, inv2);
    });
    CFMachPortInvalidate(port);
    const std::string immediate = s.is("cf-1153") ? "inv2 P I1" : "inv2 P NULL";
    CHECK(s.take() == Lines{"retain I1", "inv P I1", "log warning thwarted", immediate, "release I1"});
  });
}

TEST_CASE("7d: a name without a send right gets a warning first, and the callback all the same") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.wrap("P", make_port(0), "I1");
    s.take();
    CFMachPortSetInvalidationCallBack(port, inv);
    CFMachPortSetInvalidationCallBack(port, nullptr);
    CFMachPortSetInvalidationCallBack(port, inv);
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"log error send rights", "log error send rights", "inv P I1", "release I1"});
  });
}

TEST_CASE("f74: a callback stays; another is thwarted, and both warnings can come in one call") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(port);
    CFMachPortSetInvalidationCallBack(port, inv);
    CFMachPortInvalidate(port);
    s.take();
    CFMachPortSetInvalidationCallBack(port, inv2);
    CHECK(s.take() == Lines{"log warning thwarted"});
    destroy_receive_right(name);
    CFMachPortSetInvalidationCallBack(port, inv);
    CHECK(s.take() == Lines{"log error send rights", "log warning thwarted"});
    CHECK(callback_of(port) == "inv");
    CHECK(rights(name) == "DEAD 2");
    CFRelease(port);
    Stage::settle();
    CHECK(rights(name) == (s.is("cf-1153") ? "DEAD 1" : "none"));
  });
}

TEST_CASE("7j: the call at once happens on the caller's thread") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFMachPortInvalidate(port);
    s.take();
    s.during("inv P NULL", [] { CHECK(hosted::World::current()->current_thread() == 2); });
    hosted::World::current()->start_thread(
        2,
        [](void* argument) { CFMachPortSetInvalidationCallBack(static_cast<CFMachPortRef>(argument), inv); },
        port);
    Stage::settle();
    CHECK(s.take() == Lines{"inv P NULL"});
  });
}

}  // namespace
}  // namespace portunus::cf
