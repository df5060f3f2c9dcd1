// The guest: the first program that the kernel starts.

#include <cstdint>
#include <string>

#include "impl/mach/gnumach/kernel/kernel.h"
#include "impl/mach/gnumach/runtime.h"
#include "impl/sut/gnumach/guest/batch.h"
#include "impl/sut/gnumach/guest/devices.h"
#include "impl/sut/gnumach/guest/supervisor.h"

using namespace portunus;

extern "C" {

// `words` is argc, argv[], 0, envp[], 0, as the kernel has put them on the first stack.
[[noreturn]] void portunus_start(const std::uintptr_t* words);
}

namespace {

enum ExitStatus : std::uint8_t { done = 0, bad_batch = 1, bad_machine = 2 };

// A decimal number: the name of a port that the boot script has put into the task.
gnumach::Name name_in(const char* word) {
  gnumach::Name name = 0;
  for (; *word >= '0' && *word <= '9'; ++word) name = name * 10 + static_cast<gnumach::Name>(*word - '0');
  return name;
}

// The kernel's own words about itself, in one line.
std::string kernel_version() {
  char version[512] = {};
  gnumach::kernel_host_kernel_version(gnumach::kernel_host_self(), version);
  std::string line(version);
  return line.substr(0, line.find('\n'));
}

}  // namespace

void portunus_start(const std::uintptr_t* words) {
  gnumach::run_constructors();
  const auto argument = [&](std::uintptr_t index) { return reinterpret_cast<const char*>(words[1 + index]); };
  const gnumach::Name host = words[0] > 2 ? name_in(argument(1)) : gnumach::null_name;
  const gnumach::Name device_master = words[0] > 2 ? name_in(argument(2)) : gnumach::null_name;
  if (!guest::open_devices(device_master)) guest::power_off(bad_machine, host);
  guest::write_out("portunus-guest 1\nkernel " + kernel_version() + '\n');
  const std::string text = guest::read_file("opt/portunus");
  const guest::Batch batch = guest::parse_batch(text);
  if (!batch.error.empty()) {
    guest::write_out("error " + batch.error + '\n');
    guest::power_off(bad_batch, host);
  }
  guest::run_batch(batch);
  guest::power_off(done, host);
}
