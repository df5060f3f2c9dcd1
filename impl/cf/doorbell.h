// A doorbell: a port that wakes whoever waits for it, with at most one message in it however often it rings.
#pragma once

#include <mach/mach.h>

#include "impl/cf/atomic.h"

namespace portunus::cf {

class Doorbell {
 public:
  // Makes the port. Traps when the kernel gives none.
  void open();
  // Destroys it. Nobody may wait for it or ring it any more.
  void close();

  // To receive from; MACH_PORT_NULL before open().
  mach_port_t port() const { return port_; }

  // Puts a message into the port, unless one is in it. Never blocks; from any thread.
  void ring();
  // To be called when the message has been received, before looking at what it was rung for.
  void answered() { rung_.store(false); }
  // Takes the message out if there is one, as a receive and answered(). False if there is none.
  bool answer_if_rung();

 private:
  mach_port_t port_ = MACH_PORT_NULL;
  Atomic<bool> rung_ = false;
};

}  // namespace portunus::cf
