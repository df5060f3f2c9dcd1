// A guest that tests the layer it stands on: for each case a line `ok NAME`, or `failed NAME`, with what did
// not hold and where; `end` at last.
#include <string>

#include "impl/mach/gnumach/runtime.h"
#include "impl/mach/gnumach/thread.h"
#include "impl/sut/gnumach/guest/devices.h"
#include "props/impl/gnumach/cases.h"

namespace portunus::guest_test {
namespace {

std::string failures;
gnumach::Name host = gnumach::null_name;

void run_cases(std::span<const Case> cases) {
  for (const Case& one : cases) {
    failures.clear();
    one.run();
    guest::write_out(std::string(failures.empty() ? "ok " : "failed ") + one.name + failures + '\n');
  }
}

// In a thread of the layer's own, which the one that the kernel began with is not.
void run_all(void*) {
  run_cases(machine_cases());
  run_cases(membership_cases());
  run_cases(message_cases());
  guest::write_out("end\n");
  guest::power_off(0, host);
}

}  // namespace

void check(bool holds, const char* what, int line) {
  if (!holds) failures += "; line " + std::to_string(line) + ": " + what;
}

}  // namespace portunus::guest_test

using namespace portunus;
using namespace portunus::guest_test;

extern "C" [[noreturn]] void portunus_start(const std::uintptr_t* words) {
  gnumach::run_constructors();
  const auto name_in = [&](std::uintptr_t index) {
    return static_cast<gnumach::Name>(*reinterpret_cast<const char*>(words[1 + index]) - '0');
  };
  host = name_in(1);
  if (!guest::open_devices(name_in(2))) guest::power_off(2, host);
  if (!gnumach::start_thread(0, run_all, nullptr)) guest::power_off(3, host);
  for (;;) gnumach::kernel_thread_switch(gnumach::null_name, gnumach::wait_option, 1000);
}
