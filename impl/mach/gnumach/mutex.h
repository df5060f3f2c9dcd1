// A lock on one word of memory, on the kernel's gsync calls (facts gnumach 8).
#pragma once

#include <atomic>
#include <cstdint>

namespace portunus::gnumach {

enum WordState : std::uint32_t { unlocked_word, locked_word, contended_word };

// 0 is an unlocked word.
void lock_word(std::uint32_t& word);
void unlock_word(std::uint32_t& word);
// Blocks while the word has that value; may come back early.
void wait_on_word(std::uint32_t& word, std::uint32_t value);
void wake_word(std::uint32_t& word, bool all);

// The layer's own lock: held for moments, by a thread that does not block meanwhile.
class LayerLock {
 public:
  LayerLock();
  ~LayerLock();
  LayerLock(const LayerLock&) = delete;
  LayerLock& operator=(const LayerLock&) = delete;
};

}  // namespace portunus::gnumach
