#include "impl/cf/run_loop_mode.h"

#include <algorithm>
#include <new>

#include "impl/cf/run_loop_source.h"
#include "impl/cf/runtime.h"
#include "impl/cf/timer.h"

namespace portunus::cf {
namespace {

template <class Pointer>
bool comes_before(const Pointer& first, const Pointer& second) {
  return first->order < second->order;
}

}  // namespace

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
  sources_.insert_sorted(source, comes_before<CFRunLoopSourceRef>);
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

bool Mode::contains(const Attendant* attendant) const {
  return std::find(attendants_.begin(), attendants_.end(), attendant) != attendants_.end();
}

bool Mode::has_timers() const {
  return std::any_of(attendants_.begin(), attendants_.end(),
                     [](Attendant* attendant) { return as_timer(attendant) != nullptr; });
}

void Mode::add(Attendant* attendant) {
  attendants_.insert_sorted(attendant, comes_before<Attendant*>);
}

bool Mode::remove(const Attendant* attendant) {
  Attendant* const* place = std::find(attendants_.begin(), attendants_.end(), attendant);
  if (place == attendants_.end()) return false;
  attendants_.erase(place);
  return true;
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
