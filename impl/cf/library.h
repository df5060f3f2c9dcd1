// All the globals of CoreFoundation. They hang on the world, so that a fresh world has a fresh
// CoreFoundation.
#pragma once

#include <CoreFoundation/CFRunLoop.h>

#include "impl/cf/atomic.h"
#include "impl/cf/edition.h"
#include "impl/cf/main_queue.h"
#include "impl/cf/registry.h"
#include "impl/cf/vector.h"
#include "impl/cf/watch.h"
#include "impl/mach/seam.h"

namespace portunus::cf {

struct Library {
  explicit Library(const Edition& the_edition) : edition(the_edition) {}

  const Edition& edition;

  Registry registry;
  DeathWatch watch;
  MainQueue main_queue;

  seam::Mutex main_run_loop_lock;
  CFRunLoopRef main_run_loop = nullptr;  // made when first asked for; the main thread's reference

  seam::Mutex constant_strings_lock;
  Vector<CFStringRef> constant_strings;

  // Log lines that come once in a process.
  Atomic<bool> no_receive_right_logged = false;
  Atomic<bool> common_modes_run_logged = false;
};

// The current world's. Traps before begin_world and after end_world.
Library& library();

}  // namespace portunus::cf
