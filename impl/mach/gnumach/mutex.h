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

class WordLock {
 public:
  explicit WordLock(std::uint32_t& word) : word_(word) { lock_word(word_); }
  ~WordLock() { unlock_word(word_); }
  WordLock(const WordLock&) = delete;
  WordLock& operator=(const WordLock&) = delete;

 private:
  std::uint32_t& word_;
};

}  // namespace portunus::gnumach
