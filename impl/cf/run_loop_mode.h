// A run loop's mode: the sources, observers and timers that are served while the loop runs in it, and the
// port set that the sources share.
#pragma once

#include <CoreFoundation/CFRunLoop.h>

#include <mach/mach.h>

#include "impl/cf/attendant.h"
#include "impl/cf/vector.h"

namespace portunus::cf {

// The loop's lock guards all of it but the name and the set's, which never change. A source's `equal`, `hash`
// and `getPort` are called under that lock: they are about the source's info alone and do not touch the loop.
class Mode {
 public:
  // Makes the mode and its port set. Traps when there is no memory or no port set.
  static Mode* create(CFStringRef name);
  // Frees a mode that has nothing in it any more.
  static void destroy(Mode* mode);

  CFStringRef name() const { return name_; }
  mach_port_t port_set() const { return port_set_; }
  // Both by their order, and those of one order as they came.
  const Vector<CFRunLoopSourceRef>& sources() const { return sources_; }
  const Vector<Attendant*>& attendants() const { return attendants_; }

  // Makes the set hear a port that is nobody's source.
  void listen(mach_port_t port) { mach_port_insert_member(mach_task_self(), port, port_set_); }

  // The source in the mode that equals `source`; null if none does.
  CFRunLoopSourceRef find(CFRunLoopSourceRef source) const;
  // Adds a source that equals none in the mode, with one reference that passes to the mode. What its port
  // feeds from now on is this source.
  void add(CFRunLoopSourceRef source);
  // Takes out the source that equals `source`, and its port with it, whichever source that feeds. Gives the
  // source taken out, with the mode's reference; null if there was none.
  CFRunLoopSourceRef remove(CFRunLoopSourceRef source);
  // The source that `port` feeds; null if none.
  CFRunLoopSourceRef fed_by(mach_port_t port) const;

  // Observers and timers are compared by identity.
  bool contains(const Attendant* attendant) const;
  bool has_timers() const;
  // Adds one that is not in the mode, with one reference that passes to the mode.
  void add(Attendant* attendant);
  // False when it is not in the mode. If it was, the mode's reference passes to the caller.
  bool remove(const Attendant* attendant);

 private:
  // A port feeds one source, though two unequal sources of one port may be in the mode (facts cfmachport 4).
  struct Feed {
    mach_port_t port;
    CFRunLoopSourceRef source;
  };

  Mode(CFStringRef name, mach_port_t port_set) : name_(name), port_set_(port_set) {}
  void start_feeding(mach_port_t port, CFRunLoopSourceRef source);
  void stop_feeding(mach_port_t port);

  CFStringRef name_;
  mach_port_t port_set_;
  Vector<CFRunLoopSourceRef> sources_;
  Vector<Attendant*> attendants_;
  Vector<Feed> feeds_;
};

// Where `source`, or one equal to it, stands in `sources`; null if it does not.
const CFRunLoopSourceRef* find_equal(const Vector<CFRunLoopSourceRef>& sources, CFRunLoopSourceRef source);

}  // namespace portunus::cf
