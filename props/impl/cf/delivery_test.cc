// Messages and what their callbacks do: observed families 6, 8 and 12, and f03, f16, f20, f39, f70, f76, f97.
#include <doctest/doctest.h>

#include "impl/mach/hosted/world.h"
#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

// A port from CFMachPortCreate, with its source in M1.
struct Served {
  CFMachPortRef port;
  CFRunLoopSourceRef source;
  mach_port_t name;
};

Served serve(Stage& s, const std::string& label, const std::string& info, int parts = all_parts) {
  Served served = {};
  served.port = s.create(label, info, parts);
  served.source = s.source("S" + label, served.port);
  served.name = CFMachPortGetPort(served.port);
  CFRunLoopAddSource(CFRunLoopGetCurrent(), served.source, mode_1());
  s.take();
  return served;
}

TEST_CASE("7: the messages of an invalid port are counted too; without a receive right there are none") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef port = s.wrap("P", name, "I1");
    Stage::send(name, 1);
    Stage::send(name, 2);
    CFMachPortInvalidate(port);
    CHECK(CFMachPortGetQueuedMessageCount(port) == 2);
    destroy_receive_right(name);
    CHECK(CFMachPortGetQueuedMessageCount(port) == 0);
  });
}

TEST_CASE("12a: one message: retain, callout, release; the source is retained meanwhile") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    Stage::send(p.name, 7);
    CHECK(CFMachPortGetQueuedMessageCount(p.port) == 1);
    s.during("message P 7 24 I1", [&] {
      CHECK(count_of(p.port) == 3);
      CHECK(count_of(p.source) == 4);
      CHECK(CFMachPortIsValid(p.port));
      const CFStringRef mode = CFRunLoopCopyCurrentMode(CFRunLoopGetCurrent());
      CHECK(CFEqual(mode, mode_1()));
      CFRelease(mode);
    });
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"retain I1", "message P 7 24 I1", "release I1"});
    CHECK(CFMachPortGetQueuedMessageCount(p.port) == 0);
    Stage::send(p.name, 8, 40);
    CHECK(Stage::run(mode_1(), 1, true) == "HandledSource");
    CHECK(s.take() == Lines{"retain I1", "message P 8 40 I1", "release I1"});
    CHECK(count_of(p.port) == 3);
    CHECK(count_of(p.source) == 3);
    CHECK(CFRunLoopCopyCurrentMode(CFRunLoopGetCurrent()) == nullptr);
  });
}

// How many blocks of the world's memory there were during the last message, and what followed the message.
struct Seen {
  std::size_t blocks;
  unsigned trailer_type;
};
Seen seen;

std::size_t blocks() {
  return hosted::World::current()->accounting().allocations;
}

void look_at_message(CFMachPortRef, void* msg, CFIndex size, void*) {
  const auto* trailer = reinterpret_cast<const mach_msg_trailer_t*>(static_cast<const char*>(msg) + size);
  seen = {.blocks = blocks(), .trailer_type = trailer->msgh_trailer_type};
}

TEST_CASE(
    "12i: up to 3 KiB with its trailer a message needs no memory, above a block until the callout is over") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = CFMachPortCreate(s.allocator("P"), look_at_message, nullptr, nullptr);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), s.source("S", port), mode_1());
    for (const mach_msg_size_t size : {24u, 2900u, 3004u, 3008u, 3072u, 4000u, 100000u}) {
      CAPTURE(size);
      CHECK(Stage::send(CFMachPortGetPort(port), 1, size) == MACH_MSG_SUCCESS);
      const std::size_t before = blocks();
      seen = {.blocks = 0, .trailer_type = 99};
      CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
      CHECK(seen.trailer_type == MACH_MSG_TRAILER_FORMAT_0);
      CHECK(seen.blocks == before + (size <= 3004 ? 0 : 1));
      CHECK(blocks() == before);
    }
  });
}

TEST_CASE("12v: a notification is a message like any other") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1", no_parts);
    mach_port_t once = MACH_PORT_NULL;
    mach_msg_type_name_t kind = 0;
    mach_port_extract_right(mach_task_self(), p.name, MACH_MSG_TYPE_MAKE_SEND_ONCE, &once, &kind);
    mach_port_deallocate(mach_task_self(), once);
    CHECK(Stage::run(mode_1(), 0.1, true) == "HandledSource");
    CHECK(s.take() == Lines{"message P 71 24 I1"});
  });
}

TEST_CASE("f03: retain and release go together, and a NULL info is retained and released") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1", with_release);
    const Served q = serve(s, "Q", "I2", with_retain);
    const Served r = serve(s, "R", "NULL", with_retain | with_release);
    for (const Served& served : {p, q, r}) {
      Stage::send(served.name, 1);
      CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    }
    CHECK(s.take() == Lines{"message P 1 24 I1", "retain I2", "message Q 1 24 I2", "retain NULL",
                            "message R 1 24 NULL", "release NULL"});
  });
}

TEST_CASE("6b: Invalidate inside the message callback nests; what is queued stays queued") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    CFMachPortSetInvalidationCallBack(p.port, inv);
    Stage::send(p.name, 1);
    Stage::send(p.name, 2);
    s.during("message P 1 24 I1", [&] {
      CFMachPortInvalidate(p.port);
      s.write("callback goes on");
      CHECK(count_of(p.port) == 2);
      CHECK(count_of(p.source) == 2);
      CHECK(modes_of(p.source).empty());
    });
    CHECK(Stage::run(mode_1(), 1, false) == "Finished");
    CHECK(s.take() == Lines{"retain I1", "message P 1 24 I1", "inv P I1", "release I1", "callback goes on",
                            "release I1"});
    CHECK(queued(p.name) == 1);
    CHECK(count_of(p.source) == 1);
  });
}

TEST_CASE("6d2: invalidated and released inside the message callback: freed when the delivery is over") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    CFRelease(p.source);
    Stage::send(p.name, 1);
    s.during("message P 1 24 I1", [&] {
      CFMachPortInvalidate(p.port);
      CFRelease(p.port);
      s.write("callback ends");
    });
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"retain I1", "message P 1 24 I1", "release I1", "callback ends", "release I1",
                            "free P", "free SP"});
    Stage::settle();
    CHECK(rights(p.name) == "none");
  });
}

TEST_CASE("6n: delivery's ctx.retain may ask and set the port's callback") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    Stage::send(p.name, 1);
    s.during("retain I1", [&] {
      CFMachPortSetInvalidationCallBack(p.port, inv);
      CHECK(callback_of(p.port) == "inv");
    });
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"retain I1", "message P 1 24 I1", "release I1"});
  });
}

TEST_CASE("6o: Invalidate inside delivery's ctx.release: the whole sequence, nested") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    CFMachPortSetInvalidationCallBack(p.port, inv);
    Stage::send(p.name, 1);
    s.during("release I1", [&] { CFMachPortInvalidate(p.port); });
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"retain I1", "message P 1 24 I1", "release I1", "inv P I1", "release I1"});
    CHECK(count_of(p.port) == 2);
  });
}

TEST_CASE(
    "f76: Invalidate inside delivery's ctx.retain: the editions call the message callout all the same") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    const mach_port_t reply = make_port(0);
    Stage::send(p.name, 1, 24, reply);
    s.during("retain I1", [&] {
      CFMachPortInvalidate(p.port);
      CFRelease(p.source);
      CFRelease(p.port);
    });
    CHECK(Stage::run(mode_1(), 0.1, false) == "Finished");
    if (s.is("intended")) {  // the message is destroyed, and its reply right says so
      CHECK(s.take() == Lines{"retain I1", "release I1", "release I1", "free P", "free SP"});
      CHECK(queued(reply) == 1);
    } else {
      CHECK(s.take() ==
            Lines{"retain I1", "release I1", "message P 1 24 I1", "release I1", "free P", "free SP"});
      CHECK(queued(reply) == 0);
    }
  });
}

TEST_CASE("f97: delivery's ctx.retain may create and invalidate another port") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    Stage::send(p.name, 1);
    s.during("retain I1", [&] { CFMachPortInvalidate(s.create("Q", "I2")); });
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"retain I1", "retain I2", "release I2", "message P 1 24 I1", "release I1"});
  });
}

TEST_CASE(
    "f70: the loop run inside inv: the message is dropped, and counts; its rights leak, but for intended") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    const mach_port_t reply = make_port(0);
    CFMachPortSetInvalidationCallBack(p.port, inv);
    Stage::send(p.name, 1, 24, reply);
    s.during("inv P I1", [&] {
      CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
      CHECK(queued(reply) == (s.is("intended") ? 1 : 0));
    });
    CFMachPortInvalidate(p.port);
    CHECK(s.take() == Lines{"inv P I1", "release I1"});
    CHECK(queued(p.name) == 0);
  });
}

TEST_CASE("f16: inside inv another port's source can be made and served") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef p = s.create("P", "I1");
    const CFMachPortRef q = s.create("Q", "I2");
    CFMachPortSetInvalidationCallBack(p, inv);
    s.take();
    s.during("inv P I1", [&] {
      CFRunLoopAddSource(CFRunLoopGetCurrent(), s.source("SQ", q), mode_1());
      Stage::send(CFMachPortGetPort(q), 1);
      CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    });
    CFMachPortInvalidate(p);
    CHECK(s.take() == Lines{"inv P I1", "retain I2", "message Q 1 24 I2", "release I2", "release I1"});
  });
}

TEST_CASE(
    "f20: wrapped again inside its message callback, after Invalidate: the new object gets the next "
    "message") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef port = s.wrap("P", name, "I1");
    const CFRunLoopSourceRef source = s.source("S", port);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
    Stage::send(name, 1);
    Stage::send(name, 2);
    s.take();
    s.during("message P 1 24 I1", [&] {
      CHECK(s.wrap("R", name, "I2") == port);
      CHECK(s.should_free_info());
      CFRelease(port);
      CFMachPortInvalidate(port);
      const CFMachPortRef next = s.wrap("Q", name, "I2");
      CHECK(next != port);
      const CFRunLoopSourceRef fresh = s.source("SQ", next);
      CFRunLoopAddSource(CFRunLoopGetCurrent(), fresh, mode_1());
      CHECK_FALSE(CFEqual(source, fresh));
      CHECK(modes_of(source).empty());
      CHECK(modes_of(fresh) == "M1");
    });
    CHECK(Stage::run(mode_1(), 0.1, false) == "TimedOut");
    CHECK(s.take() == Lines{"retain I1", "message P 1 24 I1", "release I1", "retain I2", "release I1",
                            "retain I2", "message Q 2 24 I2", "release I2"});
  });
}

TEST_CASE("f39: a nested delivery that invalidates: each delivery releases its own retain") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    for (const int id : {1, 2, 3}) Stage::send(p.name, id);
    s.during("message P 1 24 I1", [&] { CHECK(Stage::run(mode_1(), 0.2, false) == "Finished"); });
    s.during("message P 2 24 I1", [&] {
      CFMachPortInvalidate(p.port);
      CHECK(count_of(p.source) == 3);
    });
    CHECK(Stage::run(mode_1(), 0.5, false) == "Finished");
    CHECK(s.take() == Lines{"retain I1", "message P 1 24 I1", "retain I1", "message P 2 24 I1", "release I1",
                            "release I1", "release I1"});
    CHECK(queued(p.name) == 1);
  });
}

TEST_CASE("12s: the messages of a port that another's callback invalidates stay queued") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    const Served q = serve(s, "Q", "I2");
    Stage::send(p.name, 1);
    Stage::send(q.name, 1);
    s.during("message P 1 24 I1", [&] { CFMachPortInvalidate(q.port); });
    CHECK(Stage::run(mode_1(), 0.2, false) == "TimedOut");
    CHECK(s.take() == Lines{"retain I1", "message P 1 24 I1", "release I2", "release I1"});
    CHECK(queued(q.name) == 1);
  });
}

TEST_CASE("8: the same source every time, and one of its own order") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = s.source("S", port, 5);
    CHECK(count_of(source) == 2);
    CHECK(count_of(port) == 3);
    CHECK(s.source("other", port, 9) == source);
    CHECK(count_of(source) == 3);
    CHECK(CFRunLoopSourceGetOrder(source) == 5);
    CHECK(CFGetAllocator(source) == s.allocator("S"));
  });
}

TEST_CASE("8b: an invalidated source is replaced by a new one, which works") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    CFRunLoopSourceInvalidate(p.source);
    CHECK(count_of(p.source) == 2);
    CHECK(modes_of(p.source).empty());
    CHECK(CFMachPortIsValid(p.port));
    const CFRunLoopSourceRef fresh = s.source("fresh", p.port, 9);
    CHECK(fresh != p.source);
    CHECK(count_of(p.source) == 1);
    CHECK(count_of(fresh) == 2);
    CHECK(count_of(p.port) == 4);
    CHECK_FALSE(CFEqual(p.source, fresh));
    CFRelease(p.source);
    CHECK(s.take() == Lines{"free SP"});
    CHECK(count_of(p.port) == 3);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), fresh, mode_1());
    Stage::send(p.name, 1);
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"retain I1", "message P 1 24 I1", "release I1"});
  });
}

TEST_CASE("8: no source of a port that is invalid or whose name is dead, nor from an empty allocator") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    CHECK(CFMachPortCreateRunLoopSource(kCFAllocatorNull, port, 0) == nullptr);
    CHECK(count_of(port) == 2);
    CHECK(s.source("S", port) != nullptr);
    const CFMachPortRef dead = s.create("Q", "I2");
    destroy_receive_right(CFMachPortGetPort(dead));
    CHECK(s.source("SQ", dead) == nullptr);
    CFMachPortInvalidate(port);
    CHECK(s.source("SP", port) == nullptr);
  });
}

TEST_CASE("8d: a port and a source that nobody invalidates keep each other") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = s.source("S", port);
    CFRelease(source);
    CFRelease(port);
    const CFMachPortRef dying = s.create("Q", "I2");
    s.take();
    destroy_receive_right(CFMachPortGetPort(dying));
    Stage::settle();
    Stage::run_main_queue();
    CHECK(s.take() == Lines{"release I2"});
    CHECK(count_of(port) == 2);
    CHECK(CFMachPortIsValid(port));
  });
}

TEST_CASE("8h: delivery goes on without any client reference") {
  on_each_edition([](Stage& s) {
    const Served p = serve(s, "P", "I1");
    CFRelease(p.source);
    CFRelease(p.port);
    Stage::send(p.name, 1);
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.take() == Lines{"retain I1", "message P 1 24 I1", "release I1"});
    CFRunLoopRemoveSource(CFRunLoopGetCurrent(), p.source, mode_1());
    CHECK(count_of(p.port) == 2);
    CHECK(count_of(p.source) == 1);
  });
}

}  // namespace
}  // namespace portunus::cf
