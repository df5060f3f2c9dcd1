#include "impl/driver/handles.h"

#include <doctest/doctest.h>

namespace portunus::driver {
namespace {

constexpr Value p0 = make_value(Type::port, 0), p1 = make_value(Type::port, 1);
constexpr Value s0 = make_value(Type::source, 0);
constexpr Value n0 = make_value(Type::name, 0), n1 = make_value(Type::name, 1);

class Deaf final : public AllocationListener {
 public:
  Value allocating() override { return {}; }
  void allocated(Value) override {}
  void deallocated(Value) override {}
};

// Without observed memory: what an identity is then, is told by the pointers alone.
struct Fixture {
  Deaf deaf;
  Observer observer{deaf};
  Handles handles{observer};
  char memory[2] = {};
};

TEST_CASE_FIXTURE(Fixture, "a variable is bound once, and stands for nothing before") {
  CHECK_FALSE(handles.resolve(p0).has_value());
  CHECK(handles.reserve(p0));
  CHECK_FALSE(handles.reserve(p0));
  CHECK_FALSE(handles.resolve(p0).has_value());
  handles.bind(p0, p1);
  CHECK(handles.resolve(p0) == p1);
  CHECK_FALSE(handles.reserve(p0));
  CHECK(handles.reserve(s0));
}

TEST_CASE_FIXTURE(Fixture, "a variable can stand for NULL") {
  REQUIRE(handles.reserve(n0));
  handles.bind(n0, make_value(Type::name, Value::null));
  CHECK(handles.resolve(n0) == make_value(Type::name, Value::null));
}

TEST_CASE_FIXTURE(Fixture, "a pointer's identity is the handle of the first call that returned it") {
  CHECK(handles.object(Type::port, &memory[0]).number == Value::other);
  CHECK(handles.object(Type::port, &memory[0], p0) == p0);
  CHECK(handles.object(Type::port, &memory[0], p1) == p0);
  CHECK(handles.object(Type::port, &memory[1], p1) == p1);
  CHECK(handles.object(Type::port, &memory[0]) == p0);
  CHECK(handles.pointer(p0) == &memory[0]);
  CHECK(handles.object(Type::source, &memory[0]).number == Value::other);
}

TEST_CASE_FIXTURE(Fixture, "NULL is NULL, whatever was to be bound") {
  CHECK(handles.object(Type::port, nullptr, p0).number == Value::null);
  CHECK(handles.name(MACH_PORT_NULL, n0).number == Value::null);
  CHECK(handles.name(MACH_PORT_DEAD, n0).number == Value::dead);
  CHECK_FALSE(handles.known(n0));
}

TEST_CASE_FIXTURE(Fixture, "a name's identity is its number") {
  CHECK(handles.name(0x1003).number == Value::other);
  CHECK(handles.name(0x1003, n1) == n1);
  CHECK(handles.name(0x1003, n0) == n1);
  CHECK(handles.number(n1) == 0x1003);
  CHECK(handles.number(make_value(Type::name, Value::null)) == MACH_PORT_NULL);
  CHECK(handles.number(make_value(Type::name, Value::dead)) == MACH_PORT_DEAD);
  CHECK(handles.known(n1));
  CHECK_FALSE(handles.known(n0));
}

TEST_CASE("handles of objects can be written as objects, and back") {
  for (const Value handle : {p1, s0, make_value(Type::loop, 3)}) {
    CHECK(as_object(handle).type == Type::object);
    CHECK(as_handle(as_object(handle)) == handle);
  }
  CHECK(as_object(p1) == make_object(ObjectClass::port, 1));
  CHECK(as_object(make_value(Type::port, Value::null)) == make_value(Type::object, Value::null));
  CHECK(as_handle(make_value(Type::object, Value::null)) == make_value(Type::object, Value::null));
}

}  // namespace
}  // namespace portunus::driver
