// The driver: runs a script against a CoreFoundation through its public C API, and tells an observer what
// happened, label by label. It needs nothing beneath it but that CoreFoundation and a Host, so that the same
// files run in this process, in a worker, on a Mac and inside a Mach kernel's task.
#pragma once

#include <cstdint>

#include "model/vocabulary/script.h"

namespace portunus::driver {

// What a system under test can be asked for. Where a capability is missing the driver leaves out what needs
// it.
struct Capabilities {
  bool observed_allocator = true;  // objects come from a client's CFAllocator, and go back to it
  bool logs = true;                // Host::take_log sees what the CoreFoundation logs
  bool retain_counts = true;       // CFGetRetainCount tells the true count
  bool kernel_probes = true;       // mach_port_type and mach_port_get_refs
  bool threads = true;             // several threads
};

// What differs between places where a driver runs. Implemented by each SUT; called on the script's threads.
class Host {
 public:
  // Receives each event as it happens, on the thread it happened on. A false answer ends the run.
  virtual bool observe(const Label& label) = 0;

  // Starts a thread of the script and runs `entry(argument)` on it; false if there is none to be had.
  virtual bool start_thread(ThreadId thread, void (*entry)(void*), void* argument) = 0;
  // Lets other threads of the system run, until one of them may have changed what this one waits for. False
  // when nothing can change any more, or the watchdog has run out.
  virtual bool wait_for_others() = 0;
  // Lets the system run until nothing more happens by itself; false when that is not reached.
  virtual bool settle() = 0;
  // The thread that calls.
  virtual ThreadId current_thread() = 0;

 protected:
  ~Host() = default;
};

// Whether the script calls CoreFoundation. Where it does not, neither does its run: then it is about Mach
// alone, and at its end the driver destroys every name that it has.
bool calls_core_foundation(const Script& script);

// Runs `script` and its teardown. `script` outlives the call. Ends early when the host's observer says so.
void run(const Script& script, Host& host, const Capabilities& capabilities);

// To be called, on the thread that logged, with each line that the CoreFoundation logs while a run is under
// way.
void log_line(int level, const char* text);

}  // namespace portunus::driver
