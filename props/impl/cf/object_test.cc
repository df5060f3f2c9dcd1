// What all objects have: strings, allocators, equality, descriptions.
#include <doctest/doctest.h>

#include <array>
#include <cstdio>

#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

std::string hex(unsigned long long number) {
  char text[32];
  std::snprintf(text, sizeof text, "%llx", number);
  return text;
}

std::string pointer(const void* address) {
  return "0x" + hex(reinterpret_cast<std::uintptr_t>(address));
}

TEST_CASE("4a: descriptions of a port and its source, before and after invalidation") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = CFMachPortCreate(s.allocator("P"), nullptr, nullptr, nullptr);
    const std::string name = hex(CFMachPortGetPort(port));
    const std::string head =
        "<CFMachPort " + pointer(port) + " [" + pointer(s.allocator("P")) + "]>{valid = ";
    const std::string tail = ", callout = ??? (0x0), context = <CFMachPort context 0x0>}";
    CHECK(description(port) == head + "Yes, port = " + name + ", source = 0x0" + tail);
    const CFRunLoopSourceRef source = s.source("S", port, 3);
    CHECK(description(port) == head + "Yes, port = " + name + ", source = " + pointer(source) + tail);
    CHECK(description(source) ==
          "<CFRunLoopSource " + pointer(source) + " [" + pointer(s.allocator("S")) +
              "]>{signalled = No, valid = Yes, order = 3, context = " + description(port) + "}");
    CFMachPortInvalidate(port);
    CHECK(description(port) == head + "No, port = " + name + ", source = 0x0" + tail);
  });
}

TEST_CASE("f14: copyDescription is asked while there is an info, and may release the last client reference") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    s.take();
    s.during("describe I1", [&] { CFRelease(port); });
    CHECK(description(port).ends_with("context = D}"));
    CHECK(s.take() == Lines{"describe I1"});
    CHECK(count_of(port) == 1);
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"release I1", "free P"});
  });
}

TEST_CASE("f14c: a port invalidated by its copyDescription describes itself as invalid") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    s.take();
    s.during("describe I1", [&] { CFMachPortInvalidate(port); });
    const std::string text = description(port);
    CHECK(text.find("valid = No") != std::string::npos);
    CHECK(text.ends_with("context = D}"));
    CHECK(s.take() == Lines{"describe I1", "release I1"});
    // Inside inv the editions differ: where the info is gone already it is not described.
    const CFMachPortRef other = s.create("Q", "I2");
    CFMachPortSetInvalidationCallBack(other, inv);
    s.take();
    s.during("inv Q I2", [&] { description(other); });
    CFMachPortInvalidate(other);
    CHECK(s.take() == (s.is("cf-1153") ? Lines{"inv Q I2", "describe I2", "release I2"}
                                       : Lines{"inv Q I2", "release I2"}));
  });
}

TEST_CASE("intended: a copyDescription that invalidates and releases is safe") {
  Stage(intended).play([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    s.take();
    s.during("describe I1", [&] {
      CFMachPortInvalidate(port);
      CFRelease(port);
    });
    CHECK(description(port).ends_with("context = D}"));
    CHECK(s.take() == Lines{"describe I1", "release I1", "free P"});
  });
}

TEST_CASE("intended: so is one that does the same while the port's source is described") {
  Stage(intended).play([](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = s.source("S", port);
    s.take();
    s.during("describe I1", [&] {
      CFMachPortInvalidate(port);
      CFRelease(source);
      CFRelease(port);
    });
    CHECK(description(source).starts_with("<CFRunLoopSource " + pointer(source)));
    CHECK(s.take() == Lines{"describe I1", "release I1", "free P", "free S"});
  });
}

TEST_CASE("12: the description of a port's source tells of a signal until it is invalidated") {
  on_each_edition([](Stage& s) {
    const CFRunLoopSourceRef source = s.source("S", s.create("P", "I1", no_parts));
    CFRunLoopSourceSignal(source);
    CHECK(description(source).find("signalled = Yes, valid = Yes") != std::string::npos);
    CFRunLoopSourceInvalidate(source);
    CHECK(description(source).find("signalled = No, valid = No") != std::string::npos);
    CFRunLoopSourceSignal(source);
    CHECK(description(source).find("signalled = No") != std::string::npos);
  });
}

TEST_CASE("descriptions of observers, timers and sources of version 0") {
  on_each_edition([](Stage& s) {
    const auto head = [&](const char* type, const void* object, const char* label) {
      return std::string("<") + type + " " + pointer(object) + " [" + pointer(s.allocator(label)) + "]>{";
    };
    const CFRunLoopObserverRef observer =
        s.observer("O", "I1", kCFRunLoopEntry | kCFRunLoopExit, false, -1, with_description);
    CHECK(description(observer) ==
          head("CFRunLoopObserver", observer, "O") +
              "valid = Yes, order = -1, activities = 0x81, repeats = No, context = D}");
    const CFRunLoopTimerRef timer = s.timer("T", "NULL", 1, 2, with_description);
    CHECK(description(timer) == head("CFRunLoopTimer", timer, "T") +
                                    "valid = Yes, order = 0, repeats = Yes, context = <context 0x0>}");
    const CFRunLoopSourceRef source = s.signal_source("S", "NULL", 2);
    CHECK(description(source) == head("CFRunLoopSource", source, "S") +
                                     "signalled = No, valid = Yes, order = 2, context = <CFRunLoopSource "
                                     "context 0x0>}");
  });
}

TEST_CASE("4a: types, equality and hash of ports") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef p = s.create("P", "I1");
    const CFMachPortRef q = s.create("Q", "I2");
    const CFRunLoopSourceRef source = s.source("S", p);
    CHECK(CFGetTypeID(p) == CFMachPortGetTypeID());
    CHECK(CFGetTypeID(source) == CFRunLoopSourceGetTypeID());
    CHECK(CFGetTypeID(CFRunLoopGetMain()) == CFRunLoopGetTypeID());
    CHECK(CFGetTypeID(kCFRunLoopDefaultMode) == CFStringGetTypeID());
    CHECK(CFGetTypeID(s.allocator("P")) == CFAllocatorGetTypeID());
    CHECK(CFGetTypeID(s.observer("O", "I3", 0)) == CFRunLoopObserverGetTypeID());
    CHECK(CFGetTypeID(s.timer("T", "I3", 1)) == CFRunLoopTimerGetTypeID());
    CHECK_FALSE(CFEqual(p, q));
    CHECK_FALSE(CFEqual(p, source));
    CHECK(CFHash(p) == CFMachPortGetPort(p));
    CHECK(CFHash(source) == CFMachPortGetPort(p));
  });
}

TEST_CASE("4: validity does not matter to the equality of ports, and does to that of their sources") {
  on_each_edition([](Stage& s) {
    const mach_port_t name = make_port();
    const CFMachPortRef old = s.wrap("P", name, "I1");
    const CFRunLoopSourceRef old_source = s.source("SP", old);
    CFMachPortInvalidate(old);
    const CFMachPortRef fresh = s.wrap("Q", name, "I2");
    const CFRunLoopSourceRef fresh_source = s.source("SQ", fresh);
    CHECK(CFEqual(old, fresh));
    CHECK(CFHash(old) == CFHash(fresh));
    CHECK_FALSE(CFEqual(old_source, fresh_source));
    CHECK(CFHash(old_source) == CFHash(fresh_source));
    CFMachPortInvalidate(fresh);
    CHECK(CFEqual(old_source, fresh_source));
  });
}

TEST_CASE("types have names, and what is no type has none") {
  on_each_edition([](Stage&) {
    const std::array<std::pair<CFTypeID, const char*>, 8> types = {
        {{CFAllocatorGetTypeID(), "CFAllocator"},
         {CFArrayGetTypeID(), "CFArray"},
         {CFMachPortGetTypeID(), "CFMachPort"},
         {CFRunLoopGetTypeID(), "CFRunLoop"},
         {CFRunLoopObserverGetTypeID(), "CFRunLoopObserver"},
         {CFRunLoopSourceGetTypeID(), "CFRunLoopSource"},
         {CFRunLoopTimerGetTypeID(), "CFRunLoopTimer"},
         {CFStringGetTypeID(), "CFString"}}};
    for (const auto& [type, name] : types) {
      const CFStringRef words = CFCopyTypeIDDescription(type);
      CHECK(text_of(words) == name);
      CFRelease(words);
    }
    CHECK(CFCopyTypeIDDescription(0) == nullptr);
    CHECK(CFCopyTypeIDDescription(1000) == nullptr);
  });
}

TEST_CASE("arrays: the modes of a loop, equal to the same and to no other") {
  on_each_edition([](Stage& s) {
    const CFRunLoopRef loop = CFRunLoopGetMain();
    const CFArrayRef before = CFRunLoopCopyAllModes(loop);
    const CFArrayRef same = CFRunLoopCopyAllModes(loop);
    CFRunLoopAddTimer(loop, s.timer("T", "I1", 1), mode_1());
    const CFArrayRef after = CFRunLoopCopyAllModes(loop);
    CHECK(CFArrayGetCount(before) == 1);
    CHECK(CFArrayGetCount(after) == 2);
    CHECK(CFEqual(before, same));
    CHECK(CFHash(before) == CFHash(same));
    CHECK_FALSE(CFEqual(before, after));
    CHECK(description(after) == "<CFArray " + pointer(after) + ">{count = 2}");
    for (const CFArrayRef array : {before, same, after}) CFRelease(array);
    CHECK(all_modes(loop) == "kCFRunLoopDefaultMode M1");
  });
}

TEST_CASE("strings: lengths, encodings, buffers that are too small") {
  on_each_edition([](Stage&) {
    const CFStringRef ascii = CFStringCreateWithCString(nullptr, "port", kCFStringEncodingASCII);
    CHECK(CFStringGetLength(ascii) == 4);
    CHECK(CFEqual(ascii, CFSTR("port")));
    CHECK(CFHash(ascii) == CFHash(CFSTR("port")));
    CHECK_FALSE(CFEqual(ascii, CFSTR("ports")));
    char buffer[5];
    CHECK(CFStringGetCString(ascii, buffer, 5, kCFStringEncodingASCII));
    CHECK(std::string(buffer) == "port");
    CHECK_FALSE(CFStringGetCString(ascii, buffer, 4, kCFStringEncodingASCII));
    CFRelease(ascii);
    const CFStringRef utf8 =
        CFStringCreateWithCString(nullptr, "\xc3\xa9\xf0\x9f\x94\x91", kCFStringEncodingUTF8);
    CHECK(CFStringGetLength(utf8) == 3);
    CHECK(CFStringGetCStringPtr(utf8, kCFStringEncodingASCII) == nullptr);
    CFRelease(utf8);
    CHECK(CFSTR("x") == CFSTR("x"));
    CHECK(CFStringCreateWithCString(nullptr, "\xc3\xa9", kCFStringEncodingASCII) == nullptr);
    for (const char* malformed :
         {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "\x80"}) {
      CHECK(CFStringCreateWithCString(nullptr, malformed, kCFStringEncodingUTF8) == nullptr);
    }
    CHECK(CFStringCreateWithCString(nullptr, "x", 0x0100) == nullptr);
  });
}

TEST_CASE("allocators: the context is retained by the allocator, and released with it") {
  on_each_edition([](Stage&) {
    static int references;
    references = 0;
    CFAllocatorContext context = {};
    context.retain = [](const void* info) {
      ++references;
      return info;
    };
    context.release = [](const void*) { --references; };
    const CFAllocatorRef allocator = CFAllocatorCreate(nullptr, &context);
    CHECK(references == 1);
    CHECK(CFAllocatorAllocate(allocator, 16, 0) == nullptr);
    CFRelease(allocator);
    CHECK(references == 0);
    void* memory = CFAllocatorAllocate(kCFAllocatorDefault, 16, 0);
    CHECK(memory != nullptr);
    CFAllocatorDeallocate(kCFAllocatorDefault, memory);
    CHECK(CFAllocatorAllocate(kCFAllocatorNull, 16, 0) == nullptr);
    CHECK(CFGetAllocator(CFSTR("x")) == kCFAllocatorSystemDefault);
  });
}

}  // namespace
}  // namespace portunus::cf
