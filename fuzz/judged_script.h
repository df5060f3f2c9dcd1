// What the targets that run scripts have in common: the hosted system runs a script in this process, and the
// oracle judges what happened. Everything lives within one call, so that inputs do not depend on one another.
//
// In a build with seeded faults the environment variable PORTUNUS_FAULT names one to put in.
#pragma once

#include "model/vocabulary/script.h"

namespace portunus {

// A rejection is reported on stderr and ends the process.
void run_and_judge(const Script& script);

}  // namespace portunus
