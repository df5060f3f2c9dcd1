// The same port twice: observed family 3, and what is registered while ctx.retain runs.
#include <doctest/doctest.h>

#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

TEST_CASE("3a: a registered name gives the same object, and the new context is not looked at") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef port = s.wrap("P", name, "I1");
    CHECK(s.wrap("Q", name, "I2") == port);
    CHECK(s.should_free_info());
    CHECK(count_of(port) == 3);
    CHECK(CFMachPortCreateWithPort(nullptr, name, nullptr, nullptr, nullptr) == port);
    CHECK(count_of(port) == 4);
    CHECK(s.take() == Lines{"retain I1"});
  });
}

TEST_CASE("3b: so does the name of an object from CFMachPortCreate") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CHECK(s.wrap("Q", CFMachPortGetPort(port), "I2") == port);
    CHECK(s.should_free_info());
    CHECK(s.take() == Lines{"retain I1"});
  });
}

TEST_CASE("3: an object that every client has released is revived") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFRelease(port);
    CHECK(s.wrap("Q", CFMachPortGetPort(port), "I2") == port);
    CHECK(count_of(port) == 2);
    CHECK(s.info_of(port) == "I1");
  });
}

TEST_CASE("3c: inside inv the name is free for a new object, which has a watch of its own") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef first = s.wrap("P", name, "I1");
    CFMachPortSetInvalidationCallBack(first, inv);
    CFMachPortRef second = nullptr;
    s.during("inv P I1", [&] { second = s.wrap("Q", name, "I2"); });
    CFMachPortInvalidate(first);
    CHECK(s.take() == Lines{"retain I1", "inv P I1", "retain I2", "release I1"});
    CHECK(second != first);
    CHECK(CFEqual(first, second));
    CHECK(CFHash(first) == name);
    CHECK(CFHash(second) == name);
    Stage::settle();
    CHECK(rights(name) == "RECV|SEND|dnreq 1");
    destroy_receive_right(name);
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take() == Lines{"release I2"});
    CHECK(count_of(second) == 1);
    CHECK(rights(name) == "DEAD 1");
  });
}

TEST_CASE("3d: after Invalidate, too, a new object is made") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef first = s.wrap("P", name, "I1");
    CFMachPortInvalidate(first);
    const CFMachPortRef second = s.wrap("Q", name, "I2");
    CHECK_FALSE(s.should_free_info());
    CHECK(count_of(first) == 1);
    CHECK(count_of(second) == 2);
    CFRelease(first);
    Stage::settle();
    CHECK(CFMachPortIsValid(second));
    CHECK(rights(name) == "RECV|SEND|dnreq 1");
    CHECK(s.take() == Lines{"retain I1", "release I1", "retain I2", "free P"});
  });
}

TEST_CASE("1: a wrap of the same name inside ctx.retain makes two objects in cf-1153, one in intended") {
  for (const Edition* edition : {&cf_1153, &intended}) {
    Stage(*edition).play([](Stage& s) {
      const mach_port_t name = make_port();
      CFMachPortRef inner = nullptr;
      s.during("retain I1", [&] { inner = s.wrap("Q", name, "I2"); });
      const CFMachPortRef outer = s.wrap("P", name, "I1");
      if (s.is("cf-1153")) {
        CHECK(outer != inner);
        CHECK_FALSE(s.should_free_info());
        CHECK(s.take() == Lines{"retain I1", "retain I2"});
      } else {
        CHECK(outer == inner);
        CHECK(s.should_free_info());
        CHECK(count_of(outer) == 3);
        CHECK(s.take() == Lines{"retain I1", "retain I2", "release I1", "free P"});
      }
      CHECK(s.wrap("R", name, "I3") == inner);
    });
  }
}

TEST_CASE("1: Set, IsValid and CreateRunLoopSource of another port are fine inside ctx.retain") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef other = s.create("Q", "I2");
    s.during("retain I1", [&] {
      CFMachPortSetInvalidationCallBack(other, inv);
      CHECK(CFMachPortIsValid(other));
      CHECK(s.source("SQ", other) != nullptr);
    });
    CHECK(s.create("P", "I1") != nullptr);
    CHECK(s.take() == Lines{"retain I2", "retain I1"});
  });
}

TEST_CASE("9: a name that is reused while its stale object is registered") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef stale = s.wrap("P", name, "I1");
    s.take();
    destroy_receive_right(name);
    mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_DEAD_NAME, -2);
    CHECK(rights(name) == "none");
    mach_port_allocate_name(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, name);
    mach_port_insert_right(mach_task_self(), name, name, MACH_MSG_TYPE_MAKE_SEND);
    CHECK(CFMachPortIsValid(stale));
    const CFMachPortRef found = s.wrap("Q", name, "I2");
    CHECK(s.should_free_info() == (found == stale));
    CHECK((found == stale) == !s.is("intended"));
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take() == (s.is("intended") ? Lines{"retain I2", "release I1"} : Lines{}));
    CHECK(CFMachPortIsValid(found));
    CHECK(rights(name) == (s.is("intended") ? "RECV|SEND|dnreq 1" : "RECV|SEND 1"));
  });
}

}  // namespace
}  // namespace portunus::cf
