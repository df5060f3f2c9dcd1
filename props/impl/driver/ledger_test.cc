#include "impl/driver/ledger.h"

#include <doctest/doctest.h>

namespace portunus::driver {
namespace {

constexpr Value port = make_value(Type::port, 0);
constexpr Value source = make_value(Type::source, 0);
constexpr Value name = make_value(Type::name, 3);

TEST_CASE("a reference can be given up as often as it was taken, and no more") {
  Ledger ledger;
  CHECK_FALSE(ledger.disown(port, 0));
  ledger.own(port);
  ledger.own(port);
  CHECK(ledger.owned(port) == 2);
  CHECK(ledger.disown(port, 0));
  CHECK(ledger.disown(port, 0));
  CHECK_FALSE(ledger.disown(port, 0));
  CHECK(ledger.owned(port) == 0);
}

TEST_CASE("objects of the same number but different classes are different") {
  Ledger ledger;
  ledger.own(port);
  CHECK(ledger.owned(source) == 0);
  CHECK(ledger.owned(make_value(Type::loop, 0)) == 0);
  CHECK_FALSE(ledger.borrow(source, 0));
}

TEST_CASE("a call needs a reference") {
  Ledger ledger;
  CHECK_FALSE(ledger.borrow(port, 1));
  ledger.own(port);
  CHECK(ledger.borrow(port, 1));
  ledger.give_back(port, 1);
}

TEST_CASE("the last reference cannot be given up under a call on another thread") {
  Ledger ledger;
  ledger.own(port);
  REQUIRE(ledger.borrow(port, 1));
  CHECK_FALSE(ledger.disown(port, 0));
  CHECK(ledger.owned(port) == 1);

  SUBCASE("but when that call has ended") {
    ledger.give_back(port, 1);
    CHECK(ledger.disown(port, 0));
  }
  SUBCASE("but when there is one more reference") {
    ledger.own(port);
    CHECK(ledger.disown(port, 0));
    CHECK_FALSE(ledger.disown(port, 0));
  }
  SUBCASE("but on the thread that is inside the call: a callback of it may do that") {
    CHECK(ledger.disown(port, 1));
  }
}

TEST_CASE("a name is gone until it is seen again") {
  Ledger ledger;
  CHECK_FALSE(ledger.is_gone(name));
  ledger.gone(name);
  CHECK(ledger.is_gone(name));
  CHECK_FALSE(ledger.is_gone(make_value(Type::name, 2)));
  ledger.seen(name);
  CHECK_FALSE(ledger.is_gone(name));
}

}  // namespace
}  // namespace portunus::driver
