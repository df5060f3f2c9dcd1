#include "impl/driver/scope.h"

#include <doctest/doctest.h>

namespace portunus::driver {
namespace {

constexpr auto every_step = [](std::uint32_t) { return true; };
constexpr auto every_time = [](std::uint32_t, std::uint32_t) { return true; };

std::uint32_t latest(Scope* scope) {
  return scope->find(every_step, every_time);
}

TEST_CASE("the latest registration of the innermost scope is in force") {
  Scopes scopes;
  Scope* outer = scopes.open(nullptr);
  Scope* inner = scopes.open(outer);
  CHECK(latest(inner) == Scope::none);
  outer->add(1);
  CHECK(latest(inner) == 1);
  outer->add(2);
  CHECK(latest(inner) == 2);
  inner->add(3);
  CHECK(latest(inner) == 3);
  CHECK(latest(outer) == 2);
}

TEST_CASE("a scope that is over has nothing in force, but what surrounds it has") {
  Scopes scopes;
  Scope* outer = scopes.open(nullptr);
  Scope* middle = scopes.open(outer);
  Scope* inner = scopes.open(middle);
  outer->add(1);
  middle->add(2);
  CHECK(latest(inner) == 2);
  middle->close();
  CHECK(latest(inner) == 1);
}

TEST_CASE("what does not match is passed over") {
  Scopes scopes;
  Scope* scope = scopes.open(nullptr);
  scope->add(1);
  scope->add(2);
  CHECK(scope->find([](std::uint32_t step) { return step == 1; }, every_time) == 1);
}

TEST_CASE("each registration counts its own occurrences, from when it was made") {
  Scopes scopes;
  Scope* scope = scopes.open(nullptr);
  const auto second_time = [](std::uint32_t, std::uint32_t occurrence) { return occurrence == 2; };
  scope->add(1);
  CHECK(scope->find(every_step, second_time) == Scope::none);
  scope->add(2);
  CHECK(scope->find(every_step, second_time) == 1);
  CHECK(scope->find(every_step, second_time) == 2);
  CHECK(scope->find(every_step, second_time) == Scope::none);
}

}  // namespace
}  // namespace portunus::driver
