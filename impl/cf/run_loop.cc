#include "impl/cf/run_loop.h"

#include <utility>

#include "impl/cf/array.h"
#include "impl/cf/library.h"
#include "impl/cf/membership.h"
#include "impl/cf/text.h"

namespace portunus::cf {
namespace {

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

CFRunLoopRef create_loop(bool is_main) {
  auto* loop = create_instance<__CFRunLoop>(nullptr);
  if (loop == nullptr) seam::trap();
  loop->is_main = is_main;
  loop->wake_up.open();
  loop->common_modes.push_back(retain(kCFRunLoopDefaultMode));
  run_loop_mode_for(loop, kCFRunLoopDefaultMode);
  return loop;
}

void finalize_loop(Instance* instance) {
  auto* loop = static_cast<__CFRunLoop*>(instance);
  loop->~__CFRunLoop();
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

Mode* run_loop_mode_for(CFRunLoopRef loop, CFStringRef name) {
  if (Mode* mode = run_loop_find_mode(loop, name)) return mode;
  Mode* mode = Mode::create(name);
  mode->listen(loop->wake_up.port());
  if (loop->is_main && is_common(loop, name)) mode->listen(library().main_queue.port());
  loop->modes.push_back(mode);
  return mode;
}

bool run_loop_declare_common(CFRunLoopRef loop, CFStringRef name) {
  if (is_common(loop, name)) return false;
  loop->common_modes.push_back(retain(name));
  if (Mode* existing = run_loop_find_mode(loop, name); existing != nullptr && loop->is_main) {
    existing->listen(library().main_queue.port());
  }
  return true;
}

bool run_loop_serves_main_queue(CFRunLoopRef loop, const Mode* mode) {
  return loop->is_main && !library().main_queue.draining() && is_common(loop, mode->name());
}

bool run_loop_mode_is_empty(CFRunLoopRef loop, const Mode* mode) {
  return mode->sources().empty() && !mode->has_timers() && !run_loop_serves_main_queue(loop, mode);
}

void run_loop_thread_exits(std::uintptr_t word) {
  const auto loop = reinterpret_cast<CFRunLoopRef>(word);
  run_loop_ends(loop);
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

CFArrayRef CFRunLoopCopyAllModes(CFRunLoopRef rl) {
  Vector<CFTypeRef> names;
  const seam::Lock lock(rl->lock);
  for (const Mode* mode : rl->modes) names.push_back(retain(mode->name()));
  return create_array(std::move(names));
}
