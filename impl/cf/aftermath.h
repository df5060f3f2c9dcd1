// Aftermath: what is to be done for a run loop's client once the loop's lock is free. Declare it before the
// lock.
#pragma once

#include <CoreFoundation/CFRunLoop.h>

#include "impl/cf/vector.h"

namespace portunus::cf {

// Does what was noted when it ends, in the order in which that was noted: the client's functions run then,
// with no lock held.
class Aftermath {
 public:
  // The caller holds a reference to the loop for as long as this lives.
  explicit Aftermath(CFRunLoopRef loop) : loop_(loop) {}
  ~Aftermath();
  Aftermath(const Aftermath&) = delete;
  Aftermath& operator=(const Aftermath&) = delete;

  // A reference is to be given up.
  void release(CFTypeRef object);
  // A mode has got the source.
  void joined(CFRunLoopSourceRef source, CFStringRef mode);
  // A mode has lost the source; the mode's reference is to be given up.
  void left(CFRunLoopSourceRef source, CFStringRef mode);

 private:
  enum class Act : unsigned char { release, schedule, cancel };
  struct Step {
    Act act;
    CFTypeRef object;  // one reference
    CFStringRef mode;  // one reference, where the act has a mode
  };

  CFRunLoopRef loop_;
  Vector<Step> steps_;
};

}  // namespace portunus::cf
