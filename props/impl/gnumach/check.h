// A few words for tests that run where no test framework does: in a task of GNU Mach.
#pragma once

namespace portunus::guest_test {

struct Case {
  const char* name;
  void (*run)();
};

// Notes a failure of the case that runs.
void check(bool holds, const char* what, int line);

}  // namespace portunus::guest_test

#define CHECK(condition) ::portunus::guest_test::check((condition), #condition, __LINE__)
