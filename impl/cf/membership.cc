#include "impl/cf/membership.h"

#include <algorithm>

#include "impl/cf/aftermath.h"
#include "impl/cf/library.h"
#include "impl/cf/name.h"
#include "impl/cf/observer.h"
#include "impl/cf/run_loop.h"
#include "impl/cf/run_loop_source.h"
#include "impl/cf/text.h"
#include "impl/cf/timer.h"

namespace portunus::cf {
namespace {

bool is_common_modes(CFStringRef mode) {
  return CFEqual(mode, kCFRunLoopCommonModes);
}

// A loop that sleeps until the date of a timer has to look at the dates again. The loop's lock is held.
void look_at_timers_again(CFRunLoopRef loop) {
  if (loop->waiting) loop->wake_up.ring();
}

// ---- Sources: the loop's lock is held ---------------------------------------------------------------------

void add_to_mode(CFRunLoopRef loop, Mode* mode, CFRunLoopSourceRef source, Aftermath& aftermath) {
  if (mode->find(source) != nullptr || !source_joins(source, loop)) return;
  mode->add(retain(source));
  aftermath.joined(source, mode->name());
}

void remove_from_mode(CFRunLoopRef loop, Mode* mode, CFRunLoopSourceRef source, Aftermath& aftermath) {
  const CFRunLoopSourceRef removed = mode->remove(source);
  if (removed == nullptr) return;
  source_leaves(removed, loop);
  aftermath.left(removed, mode->name());
}

void add_to_common_modes(CFRunLoopRef loop, CFRunLoopSourceRef source, Aftermath& aftermath) {
  if (find_equal(loop->common_items, source) == nullptr && source_joins(source, loop)) {
    loop->common_items.push_back(retain(source));
  }
  for (const CFStringRef name : loop->common_modes) {
    add_to_mode(loop, run_loop_mode_for(loop, name), source, aftermath);
  }
}

// From the items, and from every mode that is common now, though it may have been added there by itself.
void remove_from_common_modes(CFRunLoopRef loop, CFRunLoopSourceRef source, Aftermath& aftermath) {
  const CFRunLoopSourceRef* place = find_equal(loop->common_items, source);
  if (place == nullptr) return;
  const CFRunLoopSourceRef removed = *place;
  loop->common_items.erase(place);
  source_leaves(removed, loop);
  aftermath.release(removed);
  for (const CFStringRef name : loop->common_modes) {
    if (Mode* mode = run_loop_find_mode(loop, name)) remove_from_mode(loop, mode, source, aftermath);
  }
}

// Once in a process: a source whose port cannot receive is in vain (facts cfmachport 2).
void warn_without_receive_right(CFRunLoopSourceRef source) {
  Library& lib = library();
  if (!lib.edition.no_receive_right_logged || lib.no_receive_right_logged) return;
  const mach_port_t port = port_of_source(source);
  if (port == MACH_PORT_NULL || (type_of_name(port) & MACH_PORT_TYPE_RECEIVE) != 0) return;
  if (lib.no_receive_right_logged.exchange(true)) return;
  Text text;
  text.add("CFRunLoopAddSource(): port 0x").hex(port);
  text.add(" of the source has no receive right, so it will never fire").log(LogLevel::error);
}

// ---- Observers and timers: the loop's lock is held --------------------------------------------------------

Attendant* const* find_common(CFRunLoopRef loop, const Attendant* attendant) {
  const Vector<Attendant*>& items = loop->common_attendants;
  Attendant* const* place = std::find(items.begin(), items.end(), attendant);
  return place == items.end() ? nullptr : place;
}

void add_to_mode(CFRunLoopRef loop, Mode* mode, Attendant* attendant) {
  if (mode->contains(attendant) || !attendant_joins(attendant, loop)) return;
  mode->add(retain(attendant));
  if (as_timer(attendant) != nullptr) look_at_timers_again(loop);
}

void remove_from_mode(Mode* mode, Attendant* attendant, Aftermath& aftermath) {
  if (!mode->remove(attendant)) return;
  attendant_leaves(attendant);
  aftermath.release(attendant);
}

void add_to_common_modes(CFRunLoopRef loop, Attendant* attendant) {
  if (find_common(loop, attendant) == nullptr && attendant_joins(attendant, loop)) {
    loop->common_attendants.push_back(retain(attendant));
  }
  for (const CFStringRef name : loop->common_modes) {
    add_to_mode(loop, run_loop_mode_for(loop, name), attendant);
  }
}

void remove_from_common_modes(CFRunLoopRef loop, Attendant* attendant, Aftermath& aftermath) {
  Attendant* const* place = find_common(loop, attendant);
  if (place == nullptr) return;
  loop->common_attendants.erase(place);
  attendant_leaves(attendant);
  aftermath.release(attendant);
  for (const CFStringRef name : loop->common_modes) {
    if (Mode* mode = run_loop_find_mode(loop, name)) remove_from_mode(mode, attendant, aftermath);
  }
}

// What CFRunLoop.h has for observers and for timers alike. No lock is held.

bool contains_attendant(CFRunLoopRef loop, const Attendant* attendant, CFStringRef mode) {
  const seam::Lock lock(loop->lock);
  if (is_common_modes(mode)) return find_common(loop, attendant) != nullptr;
  const Mode* found = run_loop_find_mode(loop, mode);
  return found != nullptr && found->contains(attendant);
}

void add_attendant(CFRunLoopRef loop, Attendant* attendant, CFStringRef mode) {
  if (!attendant->valid) return;
  const seam::Lock lock(loop->lock);
  if (loop->ended) return;
  if (is_common_modes(mode)) {
    add_to_common_modes(loop, attendant);
  } else {
    add_to_mode(loop, run_loop_mode_for(loop, mode), attendant);
  }
}

void remove_attendant(CFRunLoopRef loop, Attendant* attendant, CFStringRef mode) {
  Aftermath aftermath(loop);
  const seam::Lock lock(loop->lock);
  if (is_common_modes(mode)) {
    remove_from_common_modes(loop, attendant, aftermath);
  } else if (Mode* found = run_loop_find_mode(loop, mode)) {
    remove_from_mode(found, attendant, aftermath);
  }
}

// ---- The end of a loop: its lock is held ------------------------------------------------------------------

void empty_mode(CFRunLoopRef loop, Mode* mode, Aftermath& aftermath) {
  while (!mode->sources().empty()) remove_from_mode(loop, mode, mode->sources()[0], aftermath);
  while (!mode->attendants().empty()) remove_from_mode(mode, mode->attendants()[0], aftermath);
}

void empty_common_items(CFRunLoopRef loop, Aftermath& aftermath) {
  for (const CFRunLoopSourceRef source : loop->common_items) {
    source_leaves(source, loop);
    aftermath.release(source);
  }
  loop->common_items = {};
  for (Attendant* attendant : loop->common_attendants) {
    attendant_leaves(attendant);
    aftermath.release(attendant);
  }
  loop->common_attendants = {};
}

}  // namespace

void run_loop_loses_source(CFRunLoopRef loop, CFRunLoopSourceRef source) {
  Aftermath aftermath(loop);
  const seam::Lock lock(loop->lock);
  for (Mode* mode : loop->modes) remove_from_mode(loop, mode, source, aftermath);
  remove_from_common_modes(loop, source, aftermath);
}

void run_loop_loses_attendant(CFRunLoopRef loop, Attendant* attendant) {
  Aftermath aftermath(loop);
  const seam::Lock lock(loop->lock);
  for (Mode* mode : loop->modes) remove_from_mode(mode, attendant, aftermath);
  remove_from_common_modes(loop, attendant, aftermath);
}

void run_loop_ends(CFRunLoopRef loop) {
  Aftermath aftermath(loop);
  const seam::Lock lock(loop->lock);
  for (Mode* mode : loop->modes) {
    empty_mode(loop, mode, aftermath);
    Mode::destroy(mode);
  }
  loop->modes = {};
  empty_common_items(loop, aftermath);
  for (const CFStringRef name : loop->common_modes) aftermath.release(name);
  loop->common_modes = {};
  loop->wake_up.close();
  loop->ended = true;
}

void run_loop_timers_changed(CFRunLoopRef loop) {
  const seam::Lock lock(loop->lock);
  look_at_timers_again(loop);
}

}  // namespace portunus::cf

using namespace portunus::cf;
namespace seam = portunus::seam;

void CFRunLoopAddCommonMode(CFRunLoopRef rl, CFRunLoopMode mode) {
  Aftermath aftermath(rl);
  const seam::Lock lock(rl->lock);
  if (rl->ended || !run_loop_declare_common(rl, mode)) return;
  for (const CFRunLoopSourceRef source : rl->common_items) {
    add_to_mode(rl, run_loop_mode_for(rl, mode), source, aftermath);
  }
  for (Attendant* attendant : rl->common_attendants) {
    add_to_mode(rl, run_loop_mode_for(rl, mode), attendant);
  }
}

Boolean CFRunLoopContainsSource(CFRunLoopRef rl, CFRunLoopSourceRef source, CFRunLoopMode mode) {
  const seam::Lock lock(rl->lock);
  if (is_common_modes(mode)) return find_equal(rl->common_items, source) != nullptr;
  const Mode* found = run_loop_find_mode(rl, mode);
  return found != nullptr && found->find(source) != nullptr;
}

void CFRunLoopAddSource(CFRunLoopRef rl, CFRunLoopSourceRef source, CFRunLoopMode mode) {
  if (!CFRunLoopSourceIsValid(source)) return;
  warn_without_receive_right(source);
  Aftermath aftermath(rl);
  const seam::Lock lock(rl->lock);
  if (rl->ended) return;
  if (is_common_modes(mode)) {
    add_to_common_modes(rl, source, aftermath);
  } else {
    add_to_mode(rl, run_loop_mode_for(rl, mode), source, aftermath);
  }
}

void CFRunLoopRemoveSource(CFRunLoopRef rl, CFRunLoopSourceRef source, CFRunLoopMode mode) {
  Aftermath aftermath(rl);
  const seam::Lock lock(rl->lock);
  if (is_common_modes(mode)) {
    remove_from_common_modes(rl, source, aftermath);
  } else if (Mode* found = run_loop_find_mode(rl, mode)) {
    remove_from_mode(rl, found, source, aftermath);
  }
}

Boolean CFRunLoopContainsObserver(CFRunLoopRef rl, CFRunLoopObserverRef observer, CFRunLoopMode mode) {
  return contains_attendant(rl, observer, mode);
}

void CFRunLoopAddObserver(CFRunLoopRef rl, CFRunLoopObserverRef observer, CFRunLoopMode mode) {
  add_attendant(rl, observer, mode);
}

void CFRunLoopRemoveObserver(CFRunLoopRef rl, CFRunLoopObserverRef observer, CFRunLoopMode mode) {
  remove_attendant(rl, observer, mode);
}

Boolean CFRunLoopContainsTimer(CFRunLoopRef rl, CFRunLoopTimerRef timer, CFRunLoopMode mode) {
  return contains_attendant(rl, timer, mode);
}

void CFRunLoopAddTimer(CFRunLoopRef rl, CFRunLoopTimerRef timer, CFRunLoopMode mode) {
  add_attendant(rl, timer, mode);
}

void CFRunLoopRemoveTimer(CFRunLoopRef rl, CFRunLoopTimerRef timer, CFRunLoopMode mode) {
  remove_attendant(rl, timer, mode);
}
