// The main queue: blocks for the main thread, which the main run loop serves in its common modes (facts
// cfmachport 9). A block finishes the invalidation of one swept port.
#pragma once

#include <CoreFoundation/CFMachPort.h>

#include "impl/cf/doorbell.h"
#include "impl/cf/vector.h"
#include "impl/mach/seam.h"

namespace portunus::cf {

class MainQueue {
 public:
  // The port that has a message while blocks wait, for the sets of the modes that serve the queue.
  mach_port_t port();

  // Adds a block for `port`, and takes over one reference to it. From any thread.
  void push(CFMachPortRef port);

  // The rest is for the main thread.

  // Takes the message out of the port, if there is one.
  bool answer_if_rung() { return bell_.answer_if_rung(); }
  // Runs the blocks that are there now; later ones have to wait for the next time. The port's message has
  // been taken out.
  void drain();
  // Whether a block is running: then no run nested in it serves the queue.
  bool draining() const { return draining_; }

 private:
  seam::Mutex lock_;
  Doorbell bell_;  // rings only while nobody drains, so that a nested run never finds a message
  Vector<CFMachPortRef> blocks_;
  bool draining_ = false;
};

}  // namespace portunus::cf
