// A fibre: a stack and where it stands. One OS thread switches between them; the sanitizers are told.
#pragma once

#include <ucontext.h>

#include "impl/mach/hosted/stack_pool.h"

namespace portunus::hosted {

class Fiber {
 public:
  // Must not return: it ends by switching away for good.
  using Body = void (*)(void* argument);

  // The OS thread's own stack, as a fibre to come back to. Made and destroyed by that stack.
  Fiber();
  // A fibre that will run `body(argument)` when it is first switched to.
  Fiber(Body body, void* argument);
  // Requires: it does not run. Its stack is not unwound.
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Requires: `*this` runs. Comes back when something switches to it again.
  void switch_to(Fiber& next);
  // The same, but `*this` will never run again.
  [[noreturn]] void finish(Fiber& next);

 private:
  static void begin(unsigned high, unsigned low);
  // Part of its callers: as a function of its own it would return, for ThreadSanitizer, on the next fibre.
  [[gnu::always_inline]] inline void leave_for(Fiber& next, bool for_good);
  void arrive();

  ucontext_t context_;
  Stack stack_;  // of the host's own stack: known after the first switch away, and only where ASan tells
  Body body_ = nullptr;
  void* argument_ = nullptr;
  bool host_ = false;
  bool started_ = false;
  bool finished_ = false;
  Fiber* reaper_ = nullptr;                      // set when the fibre is to end as soon as it is switched to
  [[maybe_unused]] void* fake_stack_ = nullptr;  // AddressSanitizer's
  [[maybe_unused]] void* tsan_fiber_ = nullptr;  // ThreadSanitizer's
};

}  // namespace portunus::hosted
