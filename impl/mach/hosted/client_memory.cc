#include "impl/mach/hosted/client_memory.h"

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace portunus::hosted {

bool is_plausible(const void* address) {
  // The lowest page is nobody's on any system, and neither is the upper half of the address space.
  constexpr std::uintptr_t lowest = 0x1000;
  const auto value = reinterpret_cast<std::uintptr_t>(address);
  return value >= lowest && value <= UINTPTR_MAX / 2;
}

bool read_client(void* to, const void* from, std::size_t size) {
  if (size == 0) return true;
  if (!is_plausible(from)) return false;
  const iovec local = {.iov_base = to, .iov_len = size};
  const iovec remote = {.iov_base = const_cast<void*>(from), .iov_len = size};
  const ssize_t copied = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
  if (copied >= 0) return static_cast<std::size_t>(copied) == size;
  if (errno == EFAULT) return false;
  // Where a process may not read itself in this way, the client is trusted.
  std::memcpy(to, from, size);
  return true;
}

}  // namespace portunus::hosted
