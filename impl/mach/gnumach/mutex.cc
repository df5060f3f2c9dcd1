#include "impl/mach/gnumach/mutex.h"

#include "impl/mach/gnumach/thread.h"

namespace portunus::gnumach {
namespace {

constexpr std::int32_t broadcast = 8;  // wakes all that wait at the address

std::uintptr_t address_of(const std::uint32_t& word) {
  return reinterpret_cast<std::uintptr_t>(&word);
}

}  // namespace

void wait_on_word(std::uint32_t& word, std::uint32_t value) {
  kernel_gsync_wait(task_self(), address_of(word), value, 0, 0, 0);
}

void wake_word(std::uint32_t& word, bool all) {
  kernel_gsync_wake(task_self(), address_of(word), 0, all ? broadcast : 0);
}

void lock_word(std::uint32_t& word) {
  const std::atomic_ref<std::uint32_t> state(word);
  std::uint32_t seen = unlocked_word;
  if (state.compare_exchange_strong(seen, locked_word, std::memory_order_acquire)) return;
  while (state.exchange(contended_word, std::memory_order_acquire) != unlocked_word)
    wait_on_word(word, contended_word);
}

void unlock_word(std::uint32_t& word) {
  const std::atomic_ref<std::uint32_t> state(word);
  if (state.exchange(unlocked_word, std::memory_order_release) == contended_word) wake_word(word, false);
}

}  // namespace portunus::gnumach
