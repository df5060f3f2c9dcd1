#include "impl/cf/main_queue.h"

#include "impl/cf/invalidation.h"

namespace portunus::cf {

mach_port_t MainQueue::port() {
  const seam::Lock lock(lock_);
  if (bell_.port() == MACH_PORT_NULL) bell_.open();
  return bell_.port();
}

void MainQueue::push(CFMachPortRef port) {
  this->port();
  const seam::Lock lock(lock_);
  blocks_.push_back(port);
  if (!draining_) bell_.ring();
}

void MainQueue::drain() {
  std::size_t count;
  {
    const seam::Lock lock(lock_);
    draining_ = true;
    bell_.answered();
    count = blocks_.size();
  }
  for (; count != 0; --count) {
    CFMachPortRef port;
    {
      const seam::Lock lock(lock_);
      port = blocks_[0];
      blocks_.erase(blocks_.begin());
    }
    finish_invalidation(port);
    CFRelease(port);
  }
  const seam::Lock lock(lock_);
  draining_ = false;
  if (!blocks_.empty()) bell_.ring();
}

}  // namespace portunus::cf
