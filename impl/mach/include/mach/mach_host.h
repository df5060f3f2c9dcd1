/* Calls on the host. */
#ifndef PORTUNUS_MACH_MACH_HOST_H
#define PORTUNUS_MACH_MACH_HOST_H

#include <mach/clock_types.h>
#include <mach/mach_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A send right to the clock. */
kern_return_t host_get_clock_service(host_t host, clock_id_t clock_id, clock_serv_t* clock_serv);

#ifdef __cplusplus
}
#endif

#endif
