/* Darwin declares some calls here; ours are all in mach_init.h. */
#ifndef PORTUNUS_MACH_MACH_TRAPS_H
#define PORTUNUS_MACH_MACH_TRAPS_H

#include <mach/mach_init.h>

#endif
