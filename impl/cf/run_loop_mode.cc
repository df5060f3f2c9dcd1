#include "impl/cf/run_loop_mode.h"

#include <new>

#include "impl/cf/run_loop_source.h"
#include "impl/cf/runtime.h"

namespace portunus::cf {

const CFRunLoopSourceRef* find_equal(const Vector<CFRunLoopSourceRef>& sources, CFRunLoopSourceRef source) {
  for (const CFRunLoopSourceRef& other : sources) {
    if (CFEqual(other, source)) return &other;
  }
  return nullptr;
}

Mode* Mode::create(CFStringRef name) {
  mach_port_t port_set = MACH_PORT_NULL;
  void* memory = seam::allocate(sizeof(Mode));
  if (memory == nullptr ||
      mach_port_allocate(mach_task_self(), MACH_PORT_RIGHT_PORT_SET, &port_set) != KERN_SUCCESS) {
    seam::trap();
  }
  return new (memory) Mode(retain(name), port_set);
}

void Mode::destroy(Mode* mode) {
  mach_port_mod_refs(mach_task_self(), mode->port_set_, MACH_PORT_RIGHT_PORT_SET, -1);
  CFRelease(mode->name_);
  mode->~Mode();
  seam::deallocate(mode);
}

CFRunLoopSourceRef Mode::find(CFRunLoopSourceRef source) const {
  const CFRunLoopSourceRef* place = find_equal(sources_, source);
  return place == nullptr ? nullptr : *place;
}

void Mode::add(CFRunLoopSourceRef source) {
  sources_.push_back(source);
  const mach_port_t port = port_of_source(source);
  if (port != MACH_PORT_NULL) start_feeding(port, source);
}

CFRunLoopSourceRef Mode::remove(CFRunLoopSourceRef source) {
  const CFRunLoopSourceRef* place = find_equal(sources_, source);
  if (place == nullptr) return nullptr;
  const CFRunLoopSourceRef removed = *place;
  sources_.erase(place);
  const mach_port_t port = port_of_source(removed);
  if (port != MACH_PORT_NULL) stop_feeding(port);
  return removed;
}

CFRunLoopSourceRef Mode::fed_by(mach_port_t port) const {
  for (const Feed& feed : feeds_) {
    if (feed.port == port) return feed.source;
  }
  return nullptr;
}

// A port without a receive right cannot be in a set: its source is in the mode, and never fires.
void Mode::start_feeding(mach_port_t port, CFRunLoopSourceRef source) {
  listen(port);
  for (Feed& feed : feeds_) {
    if (feed.port == port) {
      feed.source = source;
      return;
    }
  }
  feeds_.push_back(Feed{.port = port, .source = source});
}

void Mode::stop_feeding(mach_port_t port) {
  mach_port_extract_member(mach_task_self(), port, port_set_);
  for (const Feed& feed : feeds_) {
    if (feed.port == port) {
      feeds_.erase(&feed);
      return;
    }
  }
}

}  // namespace portunus::cf
