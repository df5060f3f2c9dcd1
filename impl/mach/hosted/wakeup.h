// Where one thread of the operating system waits until another rings.
//
// What it waits for is told under a lock, and the ring comes after the lock is let go: who is woken while the
// lock is held would run into it, and sleep twice.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace portunus::hosted {

class Wakeup {
 public:
  using Clock = std::chrono::steady_clock;

  // Under the lock: there is something new for the one who waits; ring() is to follow.
  void tell() { told_.fetch_add(1, std::memory_order_release); }
  void ring();

  // Under the lock, by the one who will wait: what it has been told so far.
  std::uint32_t told() const { return told_.load(std::memory_order_acquire); }
  // Without the lock: until more than `seen` has been told, or for no reason; false when the deadline has
  // passed.
  bool wait(std::uint32_t seen, std::optional<Clock::time_point> deadline);

 private:
  std::atomic<std::uint32_t> told_ = 0;
};

}  // namespace portunus::hosted
