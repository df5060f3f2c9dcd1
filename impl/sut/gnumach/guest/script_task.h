// What runs in a script's own task: the driver, on our CoreFoundation.
#pragma once

#include <string_view>

#include "impl/cf/edition.h"
#include "model/vocabulary/label.h"

namespace portunus::guest {

struct Job {
  std::string_view script;
  const cf::Edition* edition = nullptr;
  std::uint32_t schedule = 0;
};

// The main thread of a task made for one Job, which is its argument; tells `story` what happens, and ends the
// task.
[[noreturn]] void script_main(void* job);

// The script's thread that a thread of the task with this number is; what is not the script's own is told of
// `main`.
ThreadId told_thread(int number, ThreadId main);

}  // namespace portunus::guest
