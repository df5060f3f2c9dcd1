// The Mach port object: its fields, and what asks and sets them.
#pragma once

#include <CoreFoundation/CFMachPort.h>

#include <cstdint>

#include "impl/cf/atomic.h"
#include "impl/cf/runtime.h"
#include "impl/cf/watch.h"
#include "impl/mach/seam.h"

namespace portunus::cf {

extern const Class mach_port_class;

// In this order, each at most once (facts cfmachport 0). Only a Ready object is in the registry; the step out
// of Ready is made under the registry's lock.
enum class State : std::uint8_t { ready, invalidating, invalid };

}  // namespace portunus::cf

struct __CFMachPort : portunus::cf::Instance {
  __CFMachPort() : Instance(portunus::cf::mach_port_class) {}

  // Set when the object is made, and never changed.
  mach_port_t name = MACH_PORT_NULL;
  CFMachPortCallBack callout = nullptr;
  CFMachPortContext context = {};  // as the client gave it, but for the info, which stands below
  bool has_context = false;

  portunus::cf::Atomic<portunus::cf::State> state = portunus::cf::State::ready;
  portunus::cf::Watch* watch = nullptr;  // null until the object is registered

  // `lock` guards the rest. It is held, too, while a delivery calls ctx.retain, so that no other thread
  // releases the info meanwhile: take it with PortLock, for what the client calls in there.
  portunus::seam::Mutex lock;
  void* info = nullptr;
  CFRunLoopSourceRef source = nullptr;  // one reference
  CFMachPortInvalidationCallBack invalidation = nullptr;
};

namespace portunus::cf {

using MachPort = __CFMachPort;

// Holds a port's lock, and lets the thread pass that holds it already.
class PortLock {
 public:
  explicit PortLock(CFMachPortRef port) : lock_(port->lock), mine_(!lock_.held()) {
    if (mine_) lock_.lock();
  }
  ~PortLock() {
    if (mine_) lock_.unlock();
  }
  PortLock(const PortLock&) = delete;
  PortLock& operator=(const PortLock&) = delete;

 private:
  seam::Mutex& lock_;
  bool mine_;
};

// Whether the kernel says that `name` denotes a port right now (facts cfmachport 0).
bool denotes_port(mach_port_t name);

}  // namespace portunus::cf
