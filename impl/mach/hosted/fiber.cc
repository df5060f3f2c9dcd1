#include "impl/mach/hosted/fiber.h"

#include <cstdint>
#include <cstdlib>

#include "impl/mach/hosted/sanitizer.h"

namespace portunus::hosted {
namespace {

// Who switched to the fibre that now arrives: AddressSanitizer tells that one's stack only then.
thread_local Fiber* departed = nullptr;

}  // namespace

Fiber::Fiber() : host_(true), started_(true) {
#if defined(PORTUNUS_TSAN)
  tsan_fiber_ = __tsan_get_current_fiber();
#endif
}

Fiber::Fiber(Body body, void* argument) : stack_(take_stack()), body_(body), argument_(argument) {
  getcontext(&context_);
  context_.uc_stack.ss_sp = stack_.bottom;
  context_.uc_stack.ss_size = stack_.size;
  context_.uc_link = nullptr;
  // makecontext hands over ints only.
  const auto address = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&context_, reinterpret_cast<void (*)()>(begin), 2,
              static_cast<unsigned>(std::uint64_t{address} >> 32), static_cast<unsigned>(address));
#if defined(PORTUNUS_TSAN)
  tsan_fiber_ = __tsan_create_fiber(0);
#endif
}

Fiber::~Fiber() {
  if (host_) return;
#if defined(PORTUNUS_ASAN)
  // Only the fibre itself can hand its fake stack back: let it, without running anything of its body.
  if (started_ && !finished_ && fake_stack_ != nullptr) {
    Fiber host;
    reaper_ = &host;
    host.switch_to(*this);
  }
#endif
#if defined(PORTUNUS_TSAN)
  __tsan_destroy_fiber(tsan_fiber_);
#endif
  give_stack_back(stack_);
}

void Fiber::begin(unsigned high, unsigned low) {
  const auto address = static_cast<std::uintptr_t>(std::uint64_t{high} << 32 | low);
  Fiber& self = *reinterpret_cast<Fiber*>(address);
  self.started_ = true;
  self.arrive();
  self.body_(self.argument_);
  std::abort();  // a body does not return
}

void Fiber::switch_to(Fiber& next) {
  leave_for(next, false);
  swapcontext(&context_, &next.context_);
  arrive();
  if (reaper_ != nullptr) finish(*reaper_);
}

void Fiber::finish(Fiber& next) {
  finished_ = true;
  leave_for(next, true);
  setcontext(&next.context_);
  std::abort();  // setcontext does not return
}

void Fiber::leave_for(Fiber& next, [[maybe_unused]] bool for_good) {
  departed = this;
#if defined(PORTUNUS_ASAN)
  __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_stack_, next.stack_.bottom, next.stack_.size);
#endif
#if defined(PORTUNUS_TSAN)
  __tsan_switch_to_fiber(next.tsan_fiber_, 0);
#endif
  static_cast<void>(next);
}

void Fiber::arrive() {
#if defined(PORTUNUS_ASAN)
  const void* bottom = nullptr;
  std::size_t size = 0;
  __sanitizer_finish_switch_fiber(fake_stack_, &bottom, &size);
  fake_stack_ = nullptr;
  if (departed->host_) {
    departed->stack_ = Stack{.bottom = static_cast<std::byte*>(const_cast<void*>(bottom)), .size = size};
  }
#endif
}

}  // namespace portunus::hosted
