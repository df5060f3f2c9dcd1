// The rights of owned ports: observed 1b, 5h, 5i, 5j, 5l, 3e, 3g, f31, f31b, 9a, 9a3, 10f.
#include <doctest/doctest.h>

#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

TEST_CASE("1b 5h: released before the watch's cancellation, the rights go, with a queued message") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(port);
    Stage::send(name, 1);
    CFMachPortInvalidate(port);
    CFRelease(port);
    CHECK(rights(name) == "RECV|SEND|dnreq 1");
    Stage::settle();
    CHECK(rights(name) == "none");
  });
}

TEST_CASE("5i: released after it, they leak in cf-2021, and go at once in intended") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(port);
    CFMachPortInvalidate(port);
    Stage::settle();
    CHECK(rights(name) == "RECV|SEND 1");
    CFRelease(port);
    CHECK(rights(name) == (s.is("intended") ? "none" : "RECV|SEND 1"));
    Stage::settle();
    CHECK(rights(name) == (s.is("cf-2021") ? "RECV|SEND 1" : "none"));
  });
}

TEST_CASE("5j: nothing of a wrapped name goes") {
  on_each_edition([](Stage& s) {
    for (const bool settled : {false, true}) {
      const mach_port_t name = make_port();
      const CFMachPortRef port = s.wrap("P", name, "I1");
      CFMachPortInvalidate(port);
      if (settled) Stage::settle();
      CFRelease(port);
      Stage::settle();
      CHECK(rights(name) == "RECV|SEND 1");
    }
  });
}

TEST_CASE("5l: a send right of the client's own ends as a dead name") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(port);
    mach_port_mod_refs(mach_task_self(), name, MACH_PORT_RIGHT_SEND, 1);
    CFMachPortInvalidate(port);
    CFRelease(port);
    Stage::settle();
    CHECK(rights(name) == "DEAD 1");
  });
}

TEST_CASE("3e: an invalid owner's release takes the port away from the object that wraps its name") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef owner = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(owner);
    CFMachPortInvalidate(owner);
    const CFMachPortRef wrapper = s.wrap("Q", name, "I2");
    CFMachPortSetInvalidationCallBack(wrapper, inv);
    s.take();
    CFRelease(owner);
    Stage::settle();
    Stage::run_main_queue();
    Stage::settle();
    CHECK(rights(name) == "none");
    CHECK_FALSE(CFMachPortIsValid(wrapper));
    if (s.is("cf-1153")) {  // the name was deleted, and so nobody tells Q
      CHECK(s.take() == Lines{"free P"});
    } else if (s.is("cf-2021")) {  // the record of the name is gone by the time that Q's own events come
      CHECK(s.take() ==
            Lines{"free P", "log error watch record", "log error watch record", "inv Q I2", "release I2"});
    } else {
      CHECK(s.take() == Lines{"free P", "inv Q I2", "release I2"});
    }
  });
}

TEST_CASE("3g: the wrapper goes first, then the owner") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef owner = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(owner);
    CFMachPortInvalidate(owner);
    const CFMachPortRef wrapper = s.wrap("Q", name, "I2");
    CFMachPortInvalidate(wrapper);
    CFRelease(wrapper);
    s.take();
    Stage::settle();
    CHECK(s.take() == (s.is("cf-2021") ? Lines{"log error watch record"} : Lines{}));
    CHECK(rights(name) == "RECV|SEND 1");
    CFRelease(owner);
    if (!s.is("cf-1153")) CHECK(rights(name) == "none");
    Stage::settle();
    CHECK(rights(name) == "none");
  });
}

TEST_CASE("f31: the owner's cancellation is done, its name is wrapped, then it is released") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef owner = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(owner);
    CFMachPortInvalidate(owner);
    Stage::settle();
    const CFMachPortRef wrapper = s.wrap("Q", name, "I2");
    CFRelease(owner);
    s.take();
    Stage::settle();
    Stage::run_main_queue();
    if (!s.is("cf-2021")) {
      CHECK(rights(name) == "none");
      CHECK(s.take() == (s.is("intended") ? Lines{"release I2"} : Lines{}));
      return;
    }
    CHECK(rights(name) == "RECV|SEND|dnreq 1");
    CFMachPortInvalidate(wrapper);
    CFRelease(wrapper);
    Stage::settle();
    CHECK(s.take() == Lines{"release I2", "free Q", "log error watch record"});
    CHECK(rights(name) == "RECV|SEND 1");
  });
}

TEST_CASE("f31b: another object of the name is released last: cf-2021 forgets the rights") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef owner = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(owner);
    CFMachPortInvalidate(owner);
    const CFMachPortRef wrapper = s.wrap("Q", name, "I2");
    CFMachPortInvalidate(wrapper);
    CFRelease(owner);
    CFRelease(wrapper);
    s.take();
    Stage::settle();
    CHECK(s.take() == (s.is("cf-2021") ? Lines{"log error watch record"} : Lines{}));
    CHECK(rights(name) == (s.is("cf-2021") ? "RECV|SEND 1" : "none"));
  });
}

TEST_CASE("9a: after a death, released after the cancellation: only intended leaves no dead name") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(port);
    destroy_receive_right(name);
    CHECK(rights(name) == "DEAD 2");
    Stage::settle();
    CHECK(rights(name) == "DEAD 1");
    Stage::run_main_queue();
    CFRelease(port);
    Stage::settle();
    CHECK(rights(name) == (s.is("intended") ? "none" : "DEAD 1"));
  });
}

TEST_CASE(
    "10f: a swept object whose port lives: the rights stay in cf-2021 when the cancellation came first") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef unreferenced = s.create("B", "I2");
    const mach_port_t name = CFMachPortGetPort(unreferenced);
    CFRelease(unreferenced);
    const CFMachPortRef dying = s.create("A", "I1");
    s.take();
    destroy_receive_right(CFMachPortGetPort(dying));
    Stage::settle();
    Stage::run_main_queue();
    Stage::settle();
    if (s.is("intended")) {  // the sweep leaves alone what lives
      CHECK(s.take() == Lines{"release I1"});
      CHECK(rights(name) == "RECV|SEND|dnreq 1");
    } else {
      CHECK(s.take() == Lines{"release I2", "free B", "release I1"});
      CHECK(rights(name) == (s.is("cf-2021") ? "RECV|SEND 1" : "none"));
    }
  });
}

}  // namespace
}  // namespace portunus::cf
