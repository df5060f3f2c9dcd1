// The end of a thread's data, the same on every kernel.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "impl/mach/seam.h"

namespace portunus::seam {

using ThreadWords = std::array<std::uintptr_t, thread_keys>;
using AtExitCallbacks = std::array<void (*)(std::uintptr_t), thread_keys>;

// Calls the callback of each key whose word is not 0, with that word, which is 0 by then. On the thread whose
// words they are.
inline void run_at_exit(ThreadWords& words, const AtExitCallbacks& callbacks) {
  // A callback may set a word anew; as POSIX does, this is humoured a few times only.
  constexpr int rounds = 4;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t key = 0; key < words.size(); ++key) {
      const std::uintptr_t word = words[key];
      words[key] = 0;
      if (word != 0 && callbacks[key] != nullptr) callbacks[key](word);
    }
  }
}

}  // namespace portunus::seam
