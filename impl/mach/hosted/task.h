// A task: its names, its memory, and how it is known to others. Its threads are its scheduler's.
//
// A task is alive until it is terminated; then it has no names, no memory, no port and no thread that will
// ever run its own code again. It stays in memory as that until its kernel goes, because threads may still
// be on their way out of a call.
#pragma once

#include "impl/mach/hosted/regions.h"
#include "impl/mach/hosted/registry.h"
#include "impl/mach/hosted/right.h"
#include "impl/mach/hosted/space.h"

namespace portunus::hosted {

struct Task : Registered {
  explicit Task(unsigned name_turns) : space(name_turns) {}

  bool alive = true;
  Space space;
  Regions regions;
  Port* port = nullptr;       // that stands for the task; the kernel's. nullptr for a dead task
  mach_port_name_t self = 0;  // the task's own name for it
  unsigned suspensions = 0;   // none of its threads runs while there is one
  Right bootstrap;            // send, or null
};

}  // namespace portunus::hosted
