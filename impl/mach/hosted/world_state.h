// The inside of a World, for the files that act on the current one: the Mach calls and the seam.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "impl/mach/at_exit.h"
#include "impl/mach/hosted/kernel.h"
#include "impl/mach/hosted/scheduler.h"
#include "impl/mach/hosted/seam_memory.h"
#include "impl/mach/hosted/world.h"

namespace portunus::hosted {

struct World::State {
  State(World& world, const WorldOptions& options);

  LogSink log;
  const std::unique_ptr<Scheduler> owned_scheduler;
  Scheduler& scheduler;
  Kernel kernel;

  SeamMemory memory;
  std::uintptr_t seam_word = 0;
  seam::AtExitCallbacks at_exit = {};
  std::unordered_map<const void*, WaitQueue> parked;  // who waits for a mutex or a once, by its address
};

// The current world's inside; aborts if there is none.
World::State& current_state();

}  // namespace portunus::hosted
