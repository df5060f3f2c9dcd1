// Creation and its context: observed families 1 and 2.
#include <doctest/doctest.h>

#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

TEST_CASE("1a: a new object is held by its creator and the registry, and owns both rights") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CHECK(s.take() == Lines{"retain I1"});
    CHECK_FALSE(s.should_free_info());
    CHECK(count_of(port) == 2);
    CHECK(CFMachPortIsValid(port));
    CHECK(rights(CFMachPortGetPort(port)) == "RECV|SEND|dnreq 1");
    CFRelease(port);
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take().empty());
    CHECK(count_of(port) == 1);
    CHECK(CFMachPortIsValid(port));
  });
}

TEST_CASE("1a: GetContext shows what was given, and sentinels for retain and release") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1", with_description);
    CFMachPortContext context;
    CFMachPortGetContext(port, &context);
    CHECK(context.version == 0);
    CHECK(context.info == s.context("I1").info);
    CHECK(reinterpret_cast<std::uintptr_t>(context.retain) ==
          static_cast<std::uintptr_t>(0xAAAAAAAAAACCCAAA));
    CHECK(reinterpret_cast<std::uintptr_t>(context.release) ==
          static_cast<std::uintptr_t>(0xAAAAAAAAAABBBAAA));
    CHECK((context.copyDescription == s.context("I1").copyDescription));
  });
}

TEST_CASE("1c: without a context everything is NULL, before and after invalidation") {
  on_each_edition([](Stage& s) {
    Boolean should_free = TRUE;
    const CFMachPortRef port = CFMachPortCreate(s.allocator("P"), nullptr, nullptr, &should_free);
    CHECK_FALSE(should_free);
    for (int round = 0; round < 2; ++round) {
      CFMachPortContext context;
      CFMachPortGetContext(port, &context);
      CHECK(context.info == nullptr);
      CHECK((context.retain == nullptr));
      CHECK((context.release == nullptr));
      CHECK((context.copyDescription == nullptr));
      CFMachPortInvalidate(port);
    }
    CHECK(s.take().empty());
  });
}

TEST_CASE("1d: release is called though there is no retain, and the other way round it is not") {
  on_each_edition([](Stage& s) {
    CFMachPortInvalidate(s.create("P", "I1", with_release));
    CHECK(s.take() == Lines{"release I1"});
    CFMachPortInvalidate(s.create("Q", "I2", with_retain));
    CHECK(s.take() == Lines{"retain I2"});
  });
}

TEST_CASE("1e: what retain returns is the info from then on") {
  on_each_edition([](Stage& s) {
    static void* other;
    other = s.context("I2").info;
    CFMachPortContext context = s.context("I1", with_release);
    context.retain = [](const void*) -> const void* { return other; };
    const CFMachPortRef port = CFMachPortCreate(s.allocator("P"), nullptr, &context, nullptr);
    CHECK(s.info_of(port) == "I2");
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"release I2"});
  });
}

TEST_CASE("f03: only cf-1153 releases a NULL info at invalidation, though all retain it") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "NULL");
    CHECK(s.take() == Lines{"retain NULL"});
    CFMachPortInvalidate(port);
    CHECK(s.take() == (s.is("cf-1153") ? Lines{"release NULL"} : Lines{}));
  });
}

TEST_CASE("1h: an allocator without memory gives NULL, and leaves the kernel as it was") {
  on_each_edition([](Stage& s) {
    CFMachPortContext context = s.context("I1");
    Boolean should_free = FALSE;
    CHECK(CFMachPortCreate(kCFAllocatorNull, nullptr, &context, &should_free) == nullptr);
    CHECK(should_free);
    const mach_port_t name = make_port();
    should_free = FALSE;
    CHECK(CFMachPortCreateWithPort(kCFAllocatorNull, name, nullptr, &context, &should_free) == nullptr);
    CHECK(should_free);
    CHECK(rights(name) == "RECV|SEND 1");
    CHECK(s.take().empty());
  });
}

TEST_CASE("1i: the context's version is copied unchecked") {
  on_each_edition([](Stage& s) {
    CFMachPortContext context = s.context("I1");
    context.version = 7;
    const CFMachPortRef port = CFMachPortCreate(s.allocator("P"), nullptr, &context, nullptr);
    context.version = 99;
    CFMachPortGetContext(port, &context);
    CHECK(context.version == 7);
  });
}

TEST_CASE("f09: one allocation from the client's allocator, which lives as long as the object") {
  on_each_edition([](Stage& s) {
    const CFAllocatorRef allocator = s.allocator("P");
    const CFMachPortRef port = s.create("P", "I1");
    CHECK(count_of(allocator) == 2);
    CHECK(CFGetAllocator(port) == allocator);
    CFMachPortInvalidate(port);
    s.take();
    CFRelease(port);
    CHECK(s.take() == Lines{"free P"});
    CHECK(count_of(allocator) == 1);
  });
}

TEST_CASE("2: what can be wrapped, and whether its death is watched") {
  on_each_edition([](Stage& s) {
    const mach_port_t receive_only = make_port(0);
    CHECK(count_of(s.wrap("P", receive_only, "I1")) == 2);
    CHECK_FALSE(s.should_free_info());
    CHECK(rights(receive_only) == (s.is("intended") ? "RECV|dnreq 0" : "RECV 0"));
    const mach_port_t both = make_port();
    CHECK(CFMachPortIsValid(s.wrap("Q", both, "I2")));
    CHECK(rights(both) == "RECV|SEND|dnreq 1");
    s.take();
    CHECK(s.take().empty());
  });
}

TEST_CASE("2e 2f: no object for a dead name, a null name, a dead port, an unknown name") {
  on_each_edition([](Stage& s) {
    const mach_port_t dead = make_port();
    destroy_receive_right(dead);
    for (const mach_port_t name : {dead, static_cast<mach_port_t>(MACH_PORT_NULL),
                                   static_cast<mach_port_t>(MACH_PORT_DEAD), mach_port_t{0x70003}}) {
      CHECK(s.wrap("P", name, "I1") == nullptr);
      CHECK(s.should_free_info());
    }
    CHECK(s.take().empty());
  });
}

TEST_CASE("2: a port set is refused with a log line") {
  on_each_edition([](Stage& s) {
    mach_port_t set = MACH_PORT_NULL;
    mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &set);
    CHECK(s.wrap("P", set, "I1") == nullptr);
    CHECK(s.should_free_info());
    CHECK(s.take() == Lines{"log error mysterious"});
  });
}

TEST_CASE("2: the port dies while the info is retained; the flag lies, but for intended") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    s.during("retain I1", [name] { destroy_receive_right(name); });
    CHECK(s.wrap("P", name, "I1") == nullptr);
    const bool undone = s.is("intended");
    CHECK(s.should_free_info() == undone);
    CHECK(s.take() == (undone ? Lines{"retain I1", "release I1", "free P"} : Lines{"retain I1"}));
    // What stays registered goes with the next sweep.
    const CFMachPortRef other = s.create("Q", "I2");
    destroy_receive_right(CFMachPortGetPort(other));
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take() == (undone ? Lines{"retain I2", "release I2"}
                              : Lines{"retain I2", "release I1", "free P", "release I2"}));
  });
}

}  // namespace
}  // namespace portunus::cf
