// The names that this layer gives out. GNU Mach's own are small numbers, used again at once (facts gnumach
// 7); Darwin's are an index and a generation, so that a client who looks at a name that has gone finds nobody
// under it. The kernel takes any number for a name, so new names are chosen here, as XNU would. What
// the kernel chooses by itself is the name freed last, so that it must not choose where a client could see
// it.
#pragma once

#include "impl/mach/gnumach/kernel/kernel.h"

namespace portunus::gnumach {

// A name that this task has not had yet.
Name fresh_name();

// Gives what is under the name, which the kernel has chosen, a fresh name instead. Null and dead names stay
// what they are.
Name with_fresh_name(Name name);

}  // namespace portunus::gnumach
