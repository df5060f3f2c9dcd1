// Threads of a free-running world that make and end names, with nothing between them but the kernel's lock.
// Under ThreadSanitizer the program shows that the suites' silence means something: with the argument
// `unlocked` the lock is left out, and the sanitizer must say so.
#include <mach/mach.h>

#include <atomic>
#include <string_view>

#include "impl/fault/fault.h"
#include "impl/mach/hosted/require.h"
#include "impl/mach/hosted/world.h"

namespace portunus::props {
namespace {

constexpr int threads = 3;
constexpr int rounds = 300;

// Who is there, and who is done. Nothing of the kernel but calls that do not wait is between the two, so that
// a kernel without its lock is the only thing that can go wrong.
std::atomic<int> ready = 0;
std::atomic<int> done = 0;

void make_and_end_names(void*) {
  for (++ready; ready != threads;) {
  }
  for (int round = 0; round < rounds; ++round) {
    mach_port_t port = MACH_PORT_NULL;
    mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_RECEIVE, &port);
    mach_port_insert_right(mach_task_self(), port, port, MACH_MSG_TYPE_MAKE_SEND);
    mach_port_mod_refs(mach_task_self(), port, MACH_PORT_RIGHT_RECEIVE, -1);
    mach_port_deallocate(mach_task_self(), port);
  }
  for (++done; done != threads;) {
  }
}

void run_main(void*) {
  hosted::World& world = *hosted::World::current();
  for (int number = 1; number <= threads; ++number)
    hosted::require(world.start_thread(number, make_and_end_names, nullptr), "a thread does not start");
  while (world.accounting().threads != 1) world.wait_for_others();
}

}  // namespace
}  // namespace portunus::props

int main(int count, char** arguments) {
  using namespace portunus;
  const bool unlocked = count == 2 && std::string_view(arguments[1]) == "unlocked";
  if (unlocked) fault::seed(fault::Id::kernel_unlocked);
  hosted::World world({.free_running = true});
  const hosted::Outcome outcome = world.run(props::run_main, nullptr);
  return outcome == hosted::Outcome::returned ? 0 : 1;
}
