#include "impl/cf/attendant.h"

#include "impl/cf/membership.h"

namespace portunus::cf {
namespace {

// Ends the valid state. False if it was invalid already. `loop` is where it was, retained; null if nowhere.
bool end_validity(Attendant* attendant, CFRunLoopRef& loop) {
  const seam::Lock lock(attendant->lock);
  if (!attendant->valid) return false;
  attendant->valid = false;
  loop = attendant->loop == nullptr ? nullptr : retain(attendant->loop);
  return true;
}

void release_info_of(Attendant* attendant) {
  void* info;
  {
    const seam::Lock lock(attendant->lock);
    info = attendant->info;
    attendant->info = nullptr;
  }
  if (attendant->release_info != nullptr) attendant->release_info(info);
}

}  // namespace

void* attendant_info(const Attendant* attendant) {
  const seam::Lock lock(attendant->lock);
  return attendant->info;
}

bool attendant_joins(Attendant* attendant, CFRunLoopRef loop) {
  const seam::Lock lock(attendant->lock);
  if (!attendant->valid || (attendant->loop != nullptr && attendant->loop != loop)) return false;
  if (attendant->loop == nullptr) attendant->loop = retain(loop);
  ++attendant->places;
  return true;
}

void attendant_leaves(Attendant* attendant) {
  const seam::Lock lock(attendant->lock);
  if (--attendant->places != 0) return;
  CFRelease(attendant->loop);
  attendant->loop = nullptr;
}

void attendant_invalidate(Attendant* attendant) {
  CFRunLoopRef loop = nullptr;
  if (!end_validity(attendant, loop)) return;
  if (loop != nullptr) {
    run_loop_loses_attendant(loop, attendant);
    CFRelease(loop);
  }
  release_info_of(attendant);
}

void attendant_finalize(Attendant* attendant) {
  if (attendant->valid) release_info_of(attendant);
}

void attendant_begin_text(Text& text, std::string_view name, const Attendant* attendant) {
  text.add("<").add(name).add(" ").pointer(attendant).add(" [").pointer(CFGetAllocator(attendant));
  text.add("]>{valid = ").add(attendant->valid ? "Yes" : "No").add(", order = ").decimal(attendant->order);
  text.add(", ");
}

void attendant_end_text(Text& text, const Attendant* attendant) {
  const void* info = attendant_info(attendant);
  CFStringRef words = nullptr;
  if (info != nullptr && attendant->copy_info_description != nullptr) {
    words = attendant->copy_info_description(info);
  }
  text.add("context = ");
  if (words != nullptr) {
    text.add(words).add("}");
    CFRelease(words);
  } else {
    text.add("<context ").pointer(info).add(">}");
  }
}

}  // namespace portunus::cf
