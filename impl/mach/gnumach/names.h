// The names that this layer gives out. GNU Mach's own are small numbers, used again at once (facts gnumach
// 7); Darwin's are an index and a generation, so that a client who looks at a name that has gone finds nobody
// under it. The kernel takes any number for a name, so new names are chosen here, as XNU would.
#pragma once

#include "impl/mach/gnumach/kernel/kernel.h"

namespace portunus::gnumach {

// A name that this task has not had yet, and the kernel would not choose.
Name fresh_name();

}  // namespace portunus::gnumach
