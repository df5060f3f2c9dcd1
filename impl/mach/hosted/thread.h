// A thread of a world, as the kernel and the seam see it. How it runs is its scheduler's business.
#pragma once

#include <array>
#include <cstdint>

#include "impl/mach/hosted/list.h"
#include "impl/mach/hosted/world.h"
#include "impl/mach/seam.h"

namespace portunus::hosted {

struct Thread : ListNode<Thread> {
  Thread(int the_number, bool is_main, ThreadEntry the_entry, void* the_argument)
      : number(the_number), main(is_main), entry(the_entry), argument(the_argument) {}

  const int number;  // what World::current_thread gives
  const bool main;
  const ThreadEntry entry;
  void* const argument;
  std::array<std::uintptr_t, seam::thread_keys> data = {};
};

}  // namespace portunus::hosted
