// Something that the kernel does by itself when its time has come.
#pragma once

#include "impl/mach/hosted/clock.h"
#include "impl/mach/hosted/list.h"

namespace portunus::hosted {

// An alarm is set while it is in a scheduler's list, and rings once, inside the monitor, on any thread.
struct Alarm : ListNode<Alarm> {
  Time deadline = never;
  void (*ring)(Alarm& alarm) = nullptr;
};

}  // namespace portunus::hosted
