// Who waits for what. The kernel's objects own wait queues; a scheduler blocks and wakes the threads in them.
#pragma once

#include "impl/mach/hosted/list.h"

namespace portunus::hosted {

struct Thread;
class WaitQueue;

// One thread's wait; it lives on that thread's stack. Whoever wakes it leaves the outcome in a derived type.
struct Waiter : ListNode<Waiter> {
  Thread* thread = nullptr;
  WaitQueue* queue = nullptr;  // while it waits
  bool interruptible = true;   // by Scheduler::abort; terminating a thread ends any wait
};

// First come, first served.
class WaitQueue {
 public:
  Waiter* front() const { return waiters_.front(); }
  Waiter* back() const { return waiters_.back(); }
  bool empty() const { return waiters_.empty(); }

  void push_back(Waiter& waiter) {
    waiter.queue = this;
    waiters_.push_back(waiter);
  }
  void remove(Waiter& waiter) {
    waiters_.remove(waiter);
    waiter.queue = nullptr;
  }

 private:
  List<Waiter> waiters_;
};

}  // namespace portunus::hosted
