// Every seeded fault shows, in the one rule that it breaks.
#include <doctest/doctest.h>

#include <set>

#include "impl/fault/fault.h"
#include "props/impl/cf/stage.h"

namespace portunus::cf {
namespace {

// What a scene writes down in the intended edition, with that fault in it.
template <class Scene>
Lines with_fault(fault::Id id, const Scene& scene) {
  Lines lines;
  fault::seed(id);
  Stage(intended).play([&](Stage& s) {
    scene(s);
    lines = s.take();
  });
  fault::seed(fault::Id::none);
  return lines;
}

template <class Scene>
void check_fault(fault::Id id, const Scene& scene, const Lines& sound, const Lines& faulty) {
  CHECK(with_fault(fault::Id::none, scene) == sound);
  CHECK(with_fault(id, scene) == (fault::compiled_in ? faulty : sound));
}

TEST_CASE("the registry of faults: names and ids are unique, and find finds them") {
  std::set<std::string_view> names;
  for (const fault::Fault& fault : fault::faults()) {
    CHECK(names.insert(fault.name).second);
    CHECK(fault::find(fault.name) == &fault);
    CHECK_FALSE(fault.what.empty());
    CHECK_FALSE(fault.clause.empty());
  }
  CHECK(fault::find("no such fault") == nullptr);
}

TEST_CASE("source-before-callback") {
  const auto scene = [](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1");
    const CFRunLoopSourceRef source = s.source("S", port);
    CFMachPortSetInvalidationCallBack(port, inv);
    s.during("inv P I1", [&s, source] { s.write(CFRunLoopSourceIsValid(source) ? "valid" : "invalid"); });
    CFMachPortInvalidate(port);
  };
  check_fault(fault::Id::source_before_callback, scene, {"retain I1", "inv P I1", "valid", "release I1"},
              {"retain I1", "inv P I1", "invalid", "release I1"});
}

TEST_CASE("hit-retains-info") {
  const auto scene = [](Stage& s) {
    const mach_port_t name = make_port();
    s.wrap("P", name, "I1");
    s.wrap("Q", name, "I2");
  };
  check_fault(fault::Id::hit_retains_info, scene, {"retain I1"}, {"retain I1", "retain I2"});
}

TEST_CASE("release-frees-ready") {
  const auto scene = [](Stage& s) { CFRelease(s.create("P", "I1")); };
  check_fault(fault::Id::release_frees_ready, scene, {"retain I1"}, {"retain I1", "free P"});
}

TEST_CASE("send-right-left") {
  const auto scene = [](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1", no_parts);
    const mach_port_t name = CFMachPortGetPort(port);
    CFMachPortInvalidate(port);
    CFRelease(port);
    Stage::settle();
    s.write(rights(name));
  };
  check_fault(fault::Id::send_right_left, scene, {"free P", "none"}, {"free P", "DEAD 1"});
}

TEST_CASE("late-callback-stored") {
  const auto scene = [](Stage& s) {
    const CFMachPortRef port = s.create("P", "I1", no_parts);
    CFMachPortInvalidate(port);
    CFMachPortSetInvalidationCallBack(port, inv);
  };
  check_fault(fault::Id::late_callback_stored, scene, {"inv P NULL"}, {});
}

}  // namespace
}  // namespace portunus::cf
