#include "impl/sut/confine.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PORTUNUS_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define PORTUNUS_SANITIZED
#endif
#endif

namespace portunus {
namespace {

void set_limit(__rlimit_resource_t resource, rlim_t most) {
  const rlimit limit{.rlim_cur = most, .rlim_max = most};
  setrlimit(resource, &limit);
}

#ifndef PORTUNUS_SANITIZED
// The address space that this process has now, in bytes; 0 if that cannot be told.
std::uint64_t address_space() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  unsigned long long pages = 0;
  const bool read = std::fscanf(file, "%llu", &pages) == 1;
  std::fclose(file);
  return read ? pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}
#endif

// A sanitizer's shadow is larger than any limit that would mean something.
void limit_memory([[maybe_unused]] std::uint64_t bytes) {
#ifndef PORTUNUS_SANITIZED
  if (const std::uint64_t now = address_space(); now != 0) set_limit(RLIMIT_AS, now + bytes);
#endif
}

}  // namespace

void confine(pid_t parent, std::uint64_t memory_bytes) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);  // it has died before the line above
  set_limit(RLIMIT_CORE, 0);
  limit_memory(memory_bytes);
}

int keep_one_file(int descriptor) {
  constexpr int kept = 3;
  if (descriptor != kept) dup2(descriptor, kept);
  const int nowhere = open("/dev/null", O_RDWR);
  for (int stream = 0; stream < 3; ++stream) dup2(nowhere, stream);
  close_range(kept + 1, ~0u, 0);
  return kept;
}

void keep_streams(int in, int out, int err) {
  int streams[] = {in, out, err};
  // Out of each other's way first: one may have the number that another is to get.
  for (int& stream : streams) stream = fcntl(stream, F_DUPFD, 3);
  for (int number = 0; number < 3; ++number) dup2(streams[number], number);
  close_range(3, ~0u, 0);
}

}  // namespace portunus
