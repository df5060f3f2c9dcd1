/* Calls on clocks. */
#ifndef PORTUNUS_MACH_CLOCK_H
#define PORTUNUS_MACH_CLOCK_H

#include <mach/clock_types.h>
#include <mach/mach_types.h>

#ifdef __cplusplus
extern "C" {
#endif

kern_return_t clock_get_time(clock_serv_t clock_serv, mach_timespec_t* cur_time);

#ifdef __cplusplus
}
#endif

#endif
