// A thread of a world, as the kernel and the seam see it. How it runs is its scheduler's business.
#pragma once

#include <array>
#include <cstdint>

#include "impl/mach/hosted/list.h"
#include "impl/mach/hosted/world.h"
#include "impl/mach/seam.h"

namespace portunus::hosted {

struct Port;
struct Task;

struct Thread : ListNode<Thread> {
  Thread(Task& the_task, int the_number, bool is_main, ThreadEntry the_entry, void* the_argument)
      : task(&the_task), number(the_number), main(is_main), entry(the_entry), argument(the_argument) {}

  Task* const task;
  const int number;  // what World::current_thread gives
  const bool main;
  const ThreadEntry entry;
  void* const argument;
  std::array<std::uintptr_t, seam::thread_keys> data = {};

  Port* port = nullptr;      // that stands for the thread, once somebody has asked for it; the kernel's
  unsigned suspensions = 0;  // the thread's own, beside its task's
};

}  // namespace portunus::hosted
