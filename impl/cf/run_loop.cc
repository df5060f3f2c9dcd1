#include "impl/cf/run_loop.h"

#include "impl/cf/library.h"
#include "impl/cf/name.h"
#include "impl/cf/run.h"
#include "impl/cf/run_loop_source.h"
#include "impl/cf/text.h"

namespace portunus::cf {
namespace {

// References to give up once the loop's lock is free: the last one of a source calls the client. Declare it
// before the lock.
class Doomed {
 public:
  Doomed() = default;
  Doomed(const Doomed&) = delete;
  Doomed& operator=(const Doomed&) = delete;
  ~Doomed() {
    for (const CFTypeRef object : objects_) CFRelease(object);
  }
  void add(CFTypeRef object) { objects_.push_back(object); }

 private:
  Vector<CFTypeRef> objects_;
};

// ---- The object -------------------------------------------------------------------------------------------

CFStringRef describe_loop(const Instance* instance) {
  Text text;
  return text.add("<CFRunLoop ").pointer(instance).add(">").copy_string();
}

bool is_common(CFRunLoopRef loop, CFStringRef name) {
  for (const CFStringRef common : loop->common_modes) {
    if (CFEqual(common, name)) return true;
  }
  return false;
}

// The mode of that name, made when there is none yet. The loop's lock is held.
Mode* mode_for(CFRunLoopRef loop, CFStringRef name) {
  if (Mode* mode = run_loop_find_mode(loop, name)) return mode;
  Mode* mode = Mode::create(name);
  mode->listen(loop->wake_up.port());
  if (loop->is_main && is_common(loop, name)) mode->listen(library().main_queue.port());
  loop->modes.push_back(mode);
  return mode;
}

CFRunLoopRef create_loop(bool is_main) {
  auto* loop = create_instance<__CFRunLoop>(nullptr);
  if (loop == nullptr) seam::trap();
  loop->is_main = is_main;
  loop->wake_up.open();
  loop->common_modes.push_back(retain(kCFRunLoopDefaultMode));
  mode_for(loop, kCFRunLoopDefaultMode);
  return loop;
}

// Everything that the loop holds. Its lock is held, or nobody else knows it any more.
void empty_loop(CFRunLoopRef loop, Doomed& doomed) {
  for (Mode* mode : loop->modes) {
    while (!mode->sources().empty()) {
      const CFRunLoopSourceRef source = mode->remove(mode->sources()[0]);
      source_leaves(source, loop);
      doomed.add(source);
    }
    Mode::destroy(mode);
  }
  loop->modes = {};
  for (const CFRunLoopSourceRef source : loop->common_items) {
    source_leaves(source, loop);
    doomed.add(source);
  }
  loop->common_items = {};
  for (const CFStringRef name : loop->common_modes) doomed.add(name);
  loop->common_modes = {};
  loop->wake_up.close();
  loop->ended = true;
}

void finalize_loop(Instance* instance) {
  auto* loop = static_cast<__CFRunLoop*>(instance);
  loop->~__CFRunLoop();
}

// ---- Membership: the loop's lock is held ------------------------------------------------------------------

void add_to_mode(CFRunLoopRef loop, Mode* mode, CFRunLoopSourceRef source) {
  if (mode->find(source) == nullptr && source_joins(source, loop)) mode->add(retain(source));
}

void remove_from_mode(CFRunLoopRef loop, Mode* mode, CFRunLoopSourceRef source, Doomed& doomed) {
  const CFRunLoopSourceRef removed = mode->remove(source);
  if (removed == nullptr) return;
  source_leaves(removed, loop);
  doomed.add(removed);
}

void add_to_common_modes(CFRunLoopRef loop, CFRunLoopSourceRef source) {
  if (find_equal(loop->common_items, source) == nullptr && source_joins(source, loop)) {
    loop->common_items.push_back(retain(source));
  }
  for (const CFStringRef name : loop->common_modes) add_to_mode(loop, mode_for(loop, name), source);
}

// From the items, and from every mode that is common now, though it may have been added there by itself.
void remove_from_common_modes(CFRunLoopRef loop, CFRunLoopSourceRef source, Doomed& doomed) {
  const CFRunLoopSourceRef* place = find_equal(loop->common_items, source);
  if (place == nullptr) return;
  const CFRunLoopSourceRef removed = *place;
  loop->common_items.erase(place);
  source_leaves(removed, loop);
  doomed.add(removed);
  for (const CFStringRef name : loop->common_modes) {
    if (Mode* mode = run_loop_find_mode(loop, name)) remove_from_mode(loop, mode, source, doomed);
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

}  // namespace

constinit const Class run_loop_class = {.type = type_run_loop,
                                        .finalize = finalize_loop,
                                        .equal = nullptr,
                                        .hash = nullptr,
                                        .describe = describe_loop};

Mode* run_loop_find_mode(CFRunLoopRef loop, CFStringRef name) {
  for (Mode* mode : loop->modes) {
    if (CFEqual(mode->name(), name)) return mode;
  }
  return nullptr;
}

bool run_loop_serves_main_queue(CFRunLoopRef loop, const Mode* mode) {
  return loop->is_main && !library().main_queue.draining() && is_common(loop, mode->name());
}

bool run_loop_mode_is_empty(CFRunLoopRef loop, const Mode* mode) {
  return mode->sources().empty() && !run_loop_serves_main_queue(loop, mode);
}

void run_loop_loses_source(CFRunLoopRef loop, CFRunLoopSourceRef source) {
  Doomed doomed;
  const seam::Lock lock(loop->lock);
  for (Mode* mode : loop->modes) remove_from_mode(loop, mode, source, doomed);
  remove_from_common_modes(loop, source, doomed);
}

void run_loop_thread_exits(std::uintptr_t word) {
  const auto loop = reinterpret_cast<CFRunLoopRef>(word);
  {
    Doomed doomed;
    const seam::Lock lock(loop->lock);
    empty_loop(loop, doomed);
  }
  CFRelease(loop);
}

}  // namespace portunus::cf

using namespace portunus::cf;
namespace seam = portunus::seam;

CFTypeID CFRunLoopGetTypeID() {
  return type_run_loop;
}

CFRunLoopRef CFRunLoopGetMain() {
  Library& lib = library();
  const seam::Lock lock(lib.main_run_loop_lock);
  if (lib.main_run_loop == nullptr) lib.main_run_loop = create_loop(true);
  return lib.main_run_loop;
}

CFRunLoopRef CFRunLoopGetCurrent() {
  if (seam::is_main_thread()) return CFRunLoopGetMain();
  const std::uintptr_t word = seam::thread_data(seam::ThreadKey::run_loop);
  if (word != 0) return reinterpret_cast<CFRunLoopRef>(word);
  const CFRunLoopRef loop = create_loop(false);
  seam::set_thread_data(seam::ThreadKey::run_loop, reinterpret_cast<std::uintptr_t>(loop));
  return loop;
}

Boolean CFRunLoopIsWaiting(CFRunLoopRef rl) {
  return rl->waiting;
}

void CFRunLoopAddCommonMode(CFRunLoopRef rl, CFRunLoopMode mode) {
  const seam::Lock lock(rl->lock);
  if (rl->ended || is_common(rl, mode)) return;
  rl->common_modes.push_back(retain(mode));
  if (Mode* existing = run_loop_find_mode(rl, mode); existing != nullptr && rl->is_main) {
    existing->listen(library().main_queue.port());
  }
  for (const CFRunLoopSourceRef source : rl->common_items) add_to_mode(rl, mode_for(rl, mode), source);
}

Boolean CFRunLoopContainsSource(CFRunLoopRef rl, CFRunLoopSourceRef source, CFRunLoopMode mode) {
  const seam::Lock lock(rl->lock);
  if (CFEqual(mode, kCFRunLoopCommonModes)) return find_equal(rl->common_items, source) != nullptr;
  const Mode* found = run_loop_find_mode(rl, mode);
  return found != nullptr && found->find(source) != nullptr;
}

void CFRunLoopAddSource(CFRunLoopRef rl, CFRunLoopSourceRef source, CFRunLoopMode mode) {
  if (!CFRunLoopSourceIsValid(source)) return;
  warn_without_receive_right(source);
  const seam::Lock lock(rl->lock);
  if (rl->ended) return;
  if (CFEqual(mode, kCFRunLoopCommonModes)) {
    add_to_common_modes(rl, source);
  } else {
    add_to_mode(rl, mode_for(rl, mode), source);
  }
}

void CFRunLoopRemoveSource(CFRunLoopRef rl, CFRunLoopSourceRef source, CFRunLoopMode mode) {
  Doomed doomed;
  const seam::Lock lock(rl->lock);
  if (CFEqual(mode, kCFRunLoopCommonModes)) {
    remove_from_common_modes(rl, source, doomed);
  } else if (Mode* found = run_loop_find_mode(rl, mode)) {
    remove_from_mode(rl, found, source, doomed);
  }
}
