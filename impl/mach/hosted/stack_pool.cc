#include "impl/mach/hosted/stack_pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "impl/mach/hosted/sanitizer.h"

namespace portunus::hosted {
namespace {

// Room for a script's sixteen frames of calls and callbacks, each with a run loop's buffer. Sanitizers'
// frames are several times as big.
#if defined(PORTUNUS_ASAN) || defined(PORTUNUS_TSAN)
constexpr std::size_t stack_size = 1024 * 1024;
#else
constexpr std::size_t stack_size = 256 * 1024;
#endif
constexpr std::size_t pooled_max = 64;

std::size_t guard_size() {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

void unmap(Stack stack) {
  munmap(stack.bottom - guard_size(), stack.size + guard_size());
}

struct Pool {
  std::vector<Stack> stacks;
  ~Pool() {
    for (const Stack stack : stacks) unmap(stack);
  }
};

std::vector<Stack>& pool() {
  thread_local Pool pool;
  return pool.stacks;
}

}  // namespace

Stack take_stack() {
  std::vector<Stack>& stacks = pool();
  if (!stacks.empty()) {
    const Stack stack = stacks.back();
    stacks.pop_back();
    return stack;
  }
  void* const memory = mmap(nullptr, stack_size + guard_size(), PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory, guard_size(), PROT_NONE) != 0) {
    std::fputs("portunus: no memory for a thread's stack\n", stderr);
    std::abort();
  }
  return Stack{.bottom = static_cast<std::byte*>(memory) + guard_size(), .size = stack_size};
}

void give_stack_back(Stack stack) {
#if defined(PORTUNUS_ASAN)
  // A fibre that was dropped where it stood has left its frames' redzones behind.
  __asan_unpoison_memory_region(stack.bottom, stack.size);
#endif
  std::vector<Stack>& stacks = pool();
  if (stacks.size() < pooled_max) {
    stacks.push_back(stack);
  } else {
    unmap(stack);
  }
}

}  // namespace portunus::hosted
