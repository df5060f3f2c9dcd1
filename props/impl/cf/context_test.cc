// Every form of a port's context: any subset of its functions, with an info and without, through a life:
// facts cfmachport 1, 4, 5, 11.
#include <doctest/doctest.h>

#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

struct Form {
  int parts;
  bool has_info;

  bool has(ContextParts part) const { return (parts & part) != 0; }
  std::string info() const { return has_info ? "I1" : "NULL"; }
};

// What a context of that form is called for while its port is made, describes itself, delivers a message, is
// invalidated, describes itself again, and goes.
Lines calls_of(const Form& form, bool null_info_released) {
  Lines lines;
  const bool delivery_releases = form.has(with_retain) && form.has(with_release);
  const auto say = [&](bool is_called, const std::string& function) {
    if (is_called) lines.push_back(function + " " + form.info());
  };
  say(form.has(with_retain), "retain");
  say(form.has(with_description) && form.has_info, "describe");
  say(form.has(with_retain), "retain");
  lines.push_back("message P 1 24 " + form.info());
  say(delivery_releases, "release");
  say(form.has(with_release) && (form.has_info || null_info_released), "release");
  lines.push_back("free P");
  return lines;
}

void live(Stage& s, const Form& form) {
  const CFMachPortRef port = s.create("P", form.info(), form.parts);
  CHECK_FALSE(s.should_free_info());
  CHECK(s.info_of(port) == form.info());
  const bool own_words = form.has(with_description) && form.has_info;
  CHECK(description(port).ends_with("context = D}") == own_words);
  const CFRunLoopSourceRef source = s.source("S", port);
  CFRunLoopAddSource(CFRunLoopGetCurrent(), source, mode_1());
  Stage::send(CFMachPortGetPort(port), 1);
  CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
  CFMachPortInvalidate(port);
  CHECK(s.info_of(port) == "NULL");
  CHECK(description(port).ends_with("context = <CFMachPort context 0x0>}"));
  CFRelease(source);
  CFRelease(port);
}

TEST_CASE("1 4 5 11: all forms of a context, each function called when it is there, and only then") {
  on_each_edition([](Stage& s) {
    for (const bool has_info : {true, false}) {
      for (int parts = no_parts; parts <= all_parts; ++parts) {
        const Form form = {.parts = parts, .has_info = has_info};
        CAPTURE(parts);
        CAPTURE(has_info);
        live(s, form);
        Lines lines = s.take();
        std::erase(lines, "free S");
        CHECK(lines == calls_of(form, s.is("cf-1153")));
      }
    }
  });
}

TEST_CASE("1: a retain that returns NULL: there is no info from then on") {
  on_each_edition([](Stage& s) {
    CFMachPortContext context = s.context("I1");
    context.retain = [](const void*) -> const void* { return nullptr; };
    const CFMachPortRef port = CFMachPortCreate(s.allocator("P"), nullptr, &context, nullptr);
    CHECK(s.info_of(port) == "NULL");
    CHECK(description(port).ends_with("context = <CFMachPort context 0x0>}"));
    CFMachPortInvalidate(port);
    CHECK(s.take() == (s.is("cf-1153") ? Lines{"release NULL"} : Lines{}));
  });
}

TEST_CASE("11: what delivery's retain returns goes to the callout and to delivery's release alone") {
  on_each_edition([](Stage& s) {
    static void* first;
    static void* second;
    static int calls;
    first = s.context("I1").info;
    second = s.context("I2").info;
    calls = 0;
    CFMachPortContext context = s.context("I0", with_release);
    context.retain = [](const void*) -> const void* { return calls++ == 0 ? first : second; };
    const auto callout = [](CFMachPortRef, void*, CFIndex, void* info) {
      Stage::current().write("callout " + *static_cast<std::string*>(info));
    };
    const CFMachPortRef port = CFMachPortCreate(s.allocator("P"), callout, &context, nullptr);
    CFRunLoopAddSource(CFRunLoopGetCurrent(), s.source("S", port), mode_1());
    Stage::send(CFMachPortGetPort(port), 1);
    CHECK(Stage::run(mode_1(), 0, true) == "HandledSource");
    CHECK(s.info_of(port) == "I1");
    CFMachPortInvalidate(port);
    CHECK(s.take() == Lines{"callout I2", "release I2", "release I1"});
  });
}

TEST_CASE("4: a copyDescription that has no words is answered by ours") {
  on_each_edition([](Stage& s) {
    CFMachPortContext context = s.context("I1", no_parts);
    context.copyDescription = [](const void*) -> CFStringRef { return nullptr; };
    const CFMachPortRef port = CFMachPortCreate(s.allocator("P"), nullptr, &context, nullptr);
    CHECK(description(port).find("context = <CFMachPort context 0x") != std::string::npos);
    CHECK_FALSE(description(port).ends_with("context 0x0>}"));
  });
}

TEST_CASE("1 2: NULL for the flag, the callout and the context, of a port made and of one wrapped") {
  on_each_edition([](Stage& s) {
    const CFMachPortRef made = CFMachPortCreate(nullptr, nullptr, nullptr, nullptr);
    const CFMachPortRef wrapped = CFMachPortCreateWithPort(nullptr, make_port(), nullptr, nullptr, nullptr);
    for (const CFMachPortRef port : {made, wrapped}) {
      CHECK(CFMachPortIsValid(port));
      CHECK(CFGetAllocator(port) == kCFAllocatorSystemDefault);
      CHECK(CFMachPortCreateWithPort(nullptr, CFMachPortGetPort(port), nullptr, nullptr, nullptr) == port);
    }
    CHECK(CFMachPortCreateWithPort(nullptr, MACH_PORT_NULL, nullptr, nullptr, nullptr) == nullptr);
    CHECK(CFMachPortCreate(kCFAllocatorNull, nullptr, nullptr, nullptr) == nullptr);
    CHECK(s.take().empty());
  });
}

}  // namespace
}  // namespace portunus::cf
