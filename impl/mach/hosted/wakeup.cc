#include "impl/mach/hosted/wakeup.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

namespace portunus::hosted {

void Wakeup::ring() {
  syscall(SYS_futex, &told_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

bool Wakeup::wait(std::uint32_t seen, std::optional<Clock::time_point> deadline) {
  std::timespec until = {};
  if (deadline.has_value()) {
    const auto time = deadline->time_since_epoch();  // of the system's monotonic clock
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    until.tv_sec = seconds.count();
    until.tv_nsec = std::chrono::duration_cast<std::chrono::nanoseconds>(time - seconds).count();
  }
  const long woken = syscall(SYS_futex, &told_, FUTEX_WAIT_BITSET_PRIVATE, seen,
                             deadline.has_value() ? &until : nullptr, nullptr, FUTEX_BITSET_MATCH_ANY);
  return woken == 0 || errno != ETIMEDOUT;
}

}  // namespace portunus::hosted
