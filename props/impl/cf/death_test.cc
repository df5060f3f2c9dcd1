// Death of the native port, the sweep and the main queue: observed families 9 and 10, 7e, 7i, f11, f25, f75.
#include <doctest/doctest.h>

#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

TEST_CASE("9a: a death, step by step") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(port);
    CFMachPortSetInvalidationCallBack(port, inv);
    const CFRunLoopSourceRef source = s.source("S", port);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    s.take();
    destroy_receive_right(name);
    CHECK(rights(name) == "DEAD 2");
    CHECK_FALSE(CFMachPortIsValid(port));
    Stage::settle();
    CHECK(rights(name) == "DEAD 1");
    CHECK(count_of(port) == 3);
    CHECK(s.info_of(port) == "I1");
    CHECK(CFRunLoopSourceIsValid(source));
    CHECK(modes_of(source) == "M1");
    CHECK(s.take().empty());
    s.during("inv P I1", [&] {
      CHECK(count_of(port) == 3);
      CHECK(s.info_of(port) == (s.is("cf-1153") ? "I1" : "NULL"));
      CHECK(CFRunLoopSourceIsValid(source));
    });
    Stage::run_main_queue();
    CHECK(s.take() == Lines{"inv P I1", "release I1"});
    CHECK(count_of(port) == 2);
    CHECK_FALSE(CFRunLoopSourceIsValid(source));
    CHECK(count_of(source) == 1);
  });
}

TEST_CASE("9c2: the same for a wrapped port, whose dead name stays the client's") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef port = s.wrap("P", name, "I1");
    CFMachPortSetInvalidationCallBack(port, inv);
    s.take();
    destroy_receive_right(name);
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take() == Lines{"inv P I1", "release I1"});
    CFRelease(port);
    Stage::settle();
    CHECK(rights(name) == "DEAD 1");
  });
}

TEST_CASE("9c3: the client's last send right goes while the port lives: nobody is told") {
  on_each_edition([](Stage& s) {
    // A send right alone: the receive right is in a message of its own port's other name.
    const mach_port_t name = make_port();
    const mach_port_t parking = make_port(0);
    struct {
      mach_msg_header_t header;
      mach_msg_body_t body;
      mach_msg_port_descriptor_t port;
    } message = {};
    message.header.msgh_bits = MACH_MSGH_BITS(MACH_MSG_TYPE_MAKE_SEND, 0) | MACH_MSGH_BITS_COMPLEX;
    message.header.msgh_remote_port = parking;
    message.body.msgh_descriptor_count = 1;
    message.port.name = name;
    message.port.disposition = MACH_MSG_TYPE_MOVE_RECEIVE;
    message.port.type = MACH_MSG_PORT_DESCRIPTOR;
    CHECK(mach_msg(&message.header, MACH_SEND_MSG, sizeof message, 0, MACH_PORT_NULL, 0, MACH_PORT_NULL) ==
          MACH_MSG_SUCCESS);
    CHECK(rights(name) == "SEND 1");
    const CFMachPortRef port = s.wrap("P", name, "I1");
    CHECK(rights(name) == "SEND|dnreq 1");
    CHECK(CFMachPortIsValid(port));
    s.take();
    mach_port_deallocate(mach_task_self(), name);
    CHECK_FALSE(CFMachPortIsValid(port));
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take().empty());
    CHECK(s.info_of(port) == "I1");
  });
}

TEST_CASE("7e: the death of a receive-only port is noticed in intended alone") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port(0);
    const CFMachPortRef port = s.wrap("P", name, "I1");
    s.take();
    destroy_receive_right(name);
    CHECK_FALSE(CFMachPortIsValid(port));
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take() == (s.is("intended") ? Lines{"release I1"} : Lines{}));
    CFMachPortInvalidate(port);
    CHECK(s.take() == (s.is("intended") ? Lines{} : Lines{"release I1"}));
    CFRelease(port);
    Stage::settle();
    CHECK(s.take() == Lines{"free P"});
  });
}

TEST_CASE("9: the send right dropped before the receive right: noticed in intended alone") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef port = s.wrap("P", name, "I1");
    s.take();
    mach_port_deallocate(mach_task_self(), name);
    CHECK(rights(name) == "RECV|dnreq 0");
    CHECK(CFMachPortIsValid(port));
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take().empty());
    destroy_receive_right(name);
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take() == (s.is("intended") ? Lines{"release I1"} : Lines{}));
  });
}

TEST_CASE("9e: a mode that is not common does not serve the main queue") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = s.source("S", port);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, kCFRunLoopDefaultMode);
    s.take();
    destroy_receive_right(CFMachPortGetPort(port));
    CHECK(Stage::run(mode_1(), 1, false) == "TimedOut");
    CHECK(s.take().empty());
    CHECK(Stage::run(kCFRunLoopDefaultMode, 1, false) == "TimedOut");
    CHECK(s.take() == Lines{"release I1"});
    CHECK(modes_of(source).empty());
  });
}

TEST_CASE("9i: invalidated before the notification is processed, and not again afterwards") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const mach_port_t name = CFMachPortGetPort(port);
    CFMachPortSetInvalidationCallBack(port, inv);
    s.take();
    destroy_receive_right(name);
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"inv P I1", "release I1"});
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take().empty());
    CHECK(rights(name) == "DEAD 1");
  });
}

TEST_CASE("9: Invalidate between sweep and block does nothing; the callback still comes") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFMachPortSetInvalidationCallBack(port, inv);
    s.take();
    destroy_receive_right(CFMachPortGetPort(port));
    Stage::settle();
    CFMachPortInvalidate(port);
    CHECK(s.take().empty());
    CFRelease(port);
    Stage::run_main_queue();
    CHECK(s.take() == Lines{"inv P I1", "release I1", "free P"});
  });
}

TEST_CASE("7i: a first callback set between sweep and block is called at once, with the real info") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    s.take();
    destroy_receive_right(CFMachPortGetPort(port));
    Stage::settle();
    CFMachPortSetInvalidationCallBack(port, inv);
    CHECK(s.take() == Lines{"log error send rights", "inv P I1"});
    Stage::run_main_queue();
    CHECK(s.take() == Lines{"release I1"});
  });
}

TEST_CASE("10b: an object with a source is not swept while its port lives, though no client holds it") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef held = s.create("B", "I2");
    const CFRunLoopSourceRef source = s.source("SB", held);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    CFRelease(source);
    CFRelease(held);
    const CFMachPortRef dying = s.create("A", "I1");
    s.take();
    destroy_receive_right(CFMachPortGetPort(dying));
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take() == Lines{"release I1"});
    CHECK(CFMachPortIsValid(held));
    CHECK(count_of(held) == 2);
  });
}

TEST_CASE("10d: a swept name that is wrapped again before its block gets a new object") {
  for (const Edition* edition : {&cf_1153, &cf_2021}) {
    Stage(*edition).play([](Stage& s) {
      const mach_port_t name = make_port(0);
      CFRelease(s.wrap("B", name, "I2"));
      const CFMachPortRef dying = s.create("A", "I1");
      s.take();
      destroy_receive_right(CFMachPortGetPort(dying));
      Stage::settle();
      const CFMachPortRef again = s.wrap("B2", name, "I3");
      CHECK_FALSE(s.should_free_info());
      CHECK(count_of(again) == 2);
      Stage::run_main_queue();
      CHECK(s.take() == Lines{"retain I3", "release I2", "free B", "release I1"});
      CHECK(CFMachPortIsValid(again));
    });
  }
}

TEST_CASE("11a: nothing but a death sweeps") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFRelease(port);
    const CFMachPortRef other = s.create("Q", "I2");
    CFMachPortInvalidate(other);
    s.take();
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take().empty());
    CHECK(count_of(port) == 1);
  });
}

TEST_CASE("f25: one sweep takes all that qualify, in the order of registration") {
  on_each_edition([](Stage& s) {
    const mach_port_t first = make_port();
    const mach_port_t second = make_port();
    CFMachPortSetInvalidationCallBack(s.wrap("A", first, "I1"), inv);
    CFMachPortSetInvalidationCallBack(s.wrap("B", second, "I2"), inv);
    s.take();
    destroy_receive_right(second);
    destroy_receive_right(first);
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take() == Lines{"inv A I1", "release I1", "inv B I2", "release I2"});
    CHECK(rights(first) == "DEAD 1");
    CHECK(rights(second) == "DEAD 1");
  });
}

TEST_CASE("f75: without client references the source goes after inv, the port after its release") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFRelease(s.source("S", port));
    CFMachPortSetInvalidationCallBack(port, inv);
    CFRelease(port);
    s.take();
    destroy_receive_right(CFMachPortGetPort(port));
    Stage::settle();
    s.during("inv P I1", [&] { CHECK(count_of(port) == 2); });
    s.during("release I1", [&] { CHECK(count_of(port) == 1); });
    Stage::run_main_queue();
    CHECK(s.take() == Lines{"inv P I1", "free S", "release I1", "free P"});
  });
}

TEST_CASE("9: CFRetain inside a death's inv saves the object, invalid") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CFMachPortSetInvalidationCallBack(port, inv);
    CFRelease(port);
    s.take();
    s.during("inv P I1", [&] { CFRetain(port); });
    destroy_receive_right(CFMachPortGetPort(port));
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take() == Lines{"inv P I1", "release I1"});
    CHECK(count_of(port) == 1);
    CHECK_FALSE(CFMachPortIsValid(port));
  });
}

TEST_CASE("f11: after a port message the main queue goes first, but for what its own blocks add") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I0");
    const CFRunLoopSourceRef source = s.source("S", port);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, kCFRunLoopDefaultMode);
    const CFMachPortRef first = s.create("A", "I1");
    const CFMachPortRef second = s.create("B", "I2");
    const CFMachPortRef third = s.create("C", "I3");
    for (const int id : {1, 2, 3}) Stage::send(CFMachPortGetPort(port), id);
    destroy_receive_right(CFMachPortGetPort(first));
    destroy_receive_right(CFMachPortGetPort(second));
    Stage::settle();
    s.take();
    s.during("release I1", [&] {
      destroy_receive_right(CFMachPortGetPort(third));
      Stage::settle();
    });
    CHECK(Stage::run(kCFRunLoopDefaultMode, 0.1, false) == "TimedOut");
    CHECK(s.take() == Lines{"retain I0", "message P 1 24 I0", "release I0", "release I1", "release I2",
                            "retain I0", "message P 2 24 I0", "release I0", "release I3", "retain I0",
                            "message P 3 24 I0", "release I0"});
  });
}

TEST_CASE(
    "9: a run inside a main-queue block does not serve the main queue; one in a message callback does") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef first = s.create("A", "I1");
    const CFMachPortRef second = s.create("B", "I2");
    destroy_receive_right(CFMachPortGetPort(first));
    destroy_receive_right(CFMachPortGetPort(second));
    Stage::settle();
    s.take();
    s.during("release I1", [] { CHECK(Stage::run(kCFRunLoopDefaultMode, 0.1, true) == "Finished"); });
    CHECK(Stage::run(kCFRunLoopDefaultMode, 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"release I1", "release I2"});

    const CFMachPortRef port = s.create("P", "I0", no_parts);
    const CFRunLoopSourceRef source = s.source("S", port);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    const CFMachPortRef third = s.create("C", "I3");
    Stage::send(CFMachPortGetPort(port), 1);
    s.take();
    s.during("message P 1 24 I0", [&] {
      destroy_receive_right(CFMachPortGetPort(third));
      Stage::settle();
      Stage::run_main_queue();
      s.write("callback ends");
    });
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"message P 1 24 I0", "release I3", "callback ends"});
  });
}

}  // namespace
}  // namespace portunus::cf
