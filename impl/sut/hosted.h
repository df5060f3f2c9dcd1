// The hosted system: our CoreFoundation on our user-space Mach kernel, in a fresh world for each script.
#pragma once

#include "impl/cf/edition.h"
#include "impl/driver/driver.h"
#include "impl/fault/fault.h"
#include "impl/sut/event_sink.h"
#include "model/vocabulary/script.h"

namespace portunus {

struct HostedOptions {
  const cf::Edition* edition = &cf::intended;
  fault::Id fault = fault::Id::none;
  std::uint64_t schedule = 0;
};

inline constexpr driver::Capabilities hosted_capabilities{};  // all of them

// Runs `script` in a world of its own, in this process: what brings the system down brings the caller down. A
// system in which nothing can happen any more is told as a hang. Seeds the fault for the process.
void run_hosted(const Script& script, const HostedOptions& options, EventSink& sink);

// The thread of the script that runs at this moment in run_hosted; safe in a signal handler. What the system
// does by itself is told of the main thread, as by the driver.
ThreadId hosted_thread();

}  // namespace portunus
