// What MIG's stubs call (kernel/include/mach/mig_support.h).
#include <cstddef>
#include <cstdint>

#include "impl/mach/gnumach/names.h"
#include "impl/mach/gnumach/thread.h"

using namespace portunus::gnumach;

namespace {

// MACH_PORT_RIGHT_RECEIVE of <mach/port.h>.
constexpr std::uint32_t receive_right = 1;

// The kernel's own choice of a name may be one that a client has known: it is used just to ask for another.
Name make_reply_port(Thread& thread) {
  const Name first = kernel_reply_port();
  const Name fresh = fresh_name();
  thread.reply_port = first;
  if (kernel_mach_port_allocate_name(task_self(), receive_right, fresh) != 0) return first;
  thread.reply_port = fresh;
  kernel_mach_port_destroy(task_self(), first);
  return fresh;
}

}  // namespace

extern "C" {

Name mig_get_reply_port() {
  Thread& thread = current_thread();
  if (thread.reply_port == null_name) thread.reply_port = make_reply_port(thread);
  return thread.reply_port;
}

void mig_put_reply_port(Name) {}

// The port may be in any state: it is left behind, and the next call makes another.
void mig_dealloc_reply_port(Name) {
  current_thread().reply_port = null_name;
}

std::size_t mig_strncpy(char* to, const char* from, std::size_t size) {
  std::size_t length = 0;
  for (; length + 1 < size && from[length] != '\0'; ++length) to[length] = from[length];
  if (size > 0) to[length] = '\0';
  return length;
}

void mig_allocate(std::uintptr_t* address, std::uintptr_t size) {
  *address = 0;
  kernel_vm_allocate(task_self(), address, size, 1);
}

}  // extern "C"
