#include "impl/driver/observer.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "impl/cf/edition.h"
#include "impl/cf/portunus_cf.h"
#include "impl/mach/hosted/world.h"

namespace portunus::driver {
namespace {

constexpr Value p0 = make_object(ObjectClass::port, 0);

// Everything asked for is the object P0, once.
class Clerk final : public AllocationListener {
 public:
  std::string told;

  Value allocating() override { return std::exchange(next_, Value{}); }
  void allocated(Value object) override { told += object == p0 ? "+P0" : "+other"; }
  void deallocated(Value object) override { told += object == p0 ? "-P0" : "-other"; }

 private:
  Value next_ = p0;
};

// Runs `test` where there is a CoreFoundation.
template <class Test>
void in_world(Test test) {
  hosted::World world;
  const auto entry = [](void* argument) {
    cf::begin_world(cf::intended);
    (*static_cast<Test*>(argument))();
    cf::end_world();
  };
  REQUIRE(world.run(entry, &test) == hosted::Outcome::returned);
}

struct Fixture {
  Clerk clerk;
  Observer observer{clerk};

  char* allocate() { return static_cast<char*>(CFAllocatorAllocate(observer.allocator(), 64, 0)); }
  void deallocate(void* memory) { CFAllocatorDeallocate(observer.allocator(), memory); }
};

TEST_CASE_FIXTURE(Fixture, "an object is known by any address in its memory, also when that is freed") {
  in_world([&] {
    observer.open();
    char* memory = allocate();
    CHECK(observer.object_at(memory) == p0);
    CHECK(observer.object_at(memory + 63) == p0);
    CHECK(observer.object_at(memory + 64) == Value{});
    CHECK(observer.object_at(memory - 1) == Value{});
    deallocate(memory);
    CHECK(observer.object_at(memory) == p0);
    CHECK(observer.close());
  });
  CHECK(clerk.told == "+P0-P0");
}

TEST_CASE_FIXTURE(Fixture, "memory that is no object is not told") {
  in_world([&] {
    observer.open();
    deallocate(allocate());
    char* second = allocate();
    CHECK(observer.object_at(second) == Value{});
    deallocate(second);
    CHECK(observer.close());
  });
  CHECK(clerk.told == "+P0-P0");
}

TEST_CASE_FIXTURE(Fixture, "memory that comes back twice is told twice") {
  in_world([&] {
    observer.open();
    char* memory = allocate();
    deallocate(memory);
    deallocate(memory);
    CHECK(observer.close());
  });
  CHECK(clerk.told == "+P0-P0-P0");
}

TEST_CASE_FIXTURE(Fixture, "no address is given out twice") {
  in_world([&] {
    observer.open();
    char* first = allocate();
    deallocate(first);
    for (int more = 0; more < 20; ++more) {
      char* next = allocate();
      CHECK(next != first);
      deallocate(next);
    }
    CHECK(observer.close());
  });
}

#ifndef __has_feature
#define __has_feature(feature) 0  // clang's; g++ says the same with __SANITIZE_ADDRESS__
#endif

// AddressSanitizer would stop the test at the write.
#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)
TEST_CASE_FIXTURE(Fixture, "a write to freed memory is seen at the end") {
  in_world([&] {
    observer.open();
    char* memory = allocate();
    deallocate(memory);
    memory[40] = 0;
    CHECK_FALSE(observer.close());
  });
}
#endif

TEST_CASE_FIXTURE(Fixture, "memory that is in use at the end can come back later") {
  in_world([&] {
    observer.open();
    const CFAllocatorRef allocator = observer.allocator();
    CFRetain(allocator);
    char* memory = allocate();
    CHECK(observer.close());
    memory[0] = 1;
    CFAllocatorDeallocate(allocator, memory);
    CFRelease(allocator);
  });
  CHECK(clerk.told == "+P0");
}

}  // namespace
}  // namespace portunus::driver
