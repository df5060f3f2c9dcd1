#include "impl/mach/gnumach/names.h"

#include <atomic>

#include "impl/mach/gnumach/thread.h"

namespace portunus::gnumach {
namespace {

// As MACH_PORT_MAKE of <mach/port.h>: the low byte is a generation, which XNU begins with 3.
constexpr unsigned index_shift = 8;
constexpr Name first_generation = 3;
constexpr Name first_index = 1;

std::atomic<Name> next_index{first_index};

}  // namespace

Name fresh_name() {
  return next_index.fetch_add(1) << index_shift | first_generation;
}

Name with_fresh_name(Name name) {
  if (name == null_name || name == dead_name) return name;
  const Name fresh = fresh_name();
  return kernel_mach_port_rename(task_self(), name, fresh) == 0 ? fresh : name;
}

}  // namespace portunus::gnumach
