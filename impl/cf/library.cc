#include "impl/cf/library.h"

#include <new>

#include "impl/cf/portunus_cf.h"
#include "impl/cf/run_loop.h"

namespace portunus::cf {

Library& library() {
  auto* library = reinterpret_cast<Library*>(seam::world_data());
  if (library == nullptr) seam::trap();
  return *library;
}

void begin_world(const Edition& edition) {
  void* memory = seam::allocate(sizeof(Library));
  if (memory == nullptr) seam::trap();
  seam::set_world_data(reinterpret_cast<std::uintptr_t>(new (memory) Library(edition)));
  seam::set_at_exit(seam::ThreadKey::run_loop, run_loop_thread_exits);
}

void end_world() {
  seam::set_world_data(0);
}

}  // namespace portunus::cf
