/* Clocks, and times in seconds and nanoseconds. */
#ifndef PORTUNUS_MACH_CLOCK_TYPES_H
#define PORTUNUS_MACH_CLOCK_TYPES_H

#include <mach/vm_types.h>

typedef int alarm_type_t;
typedef int sleep_type_t;
typedef int clock_id_t;
typedef int clock_flavor_t;
typedef int* clock_attr_t;
typedef int clock_res_t;

typedef struct mach_timespec {
  unsigned int tv_sec;
  clock_res_t tv_nsec;
} mach_timespec_t;

#define SYSTEM_CLOCK 0   /* since the system's beginning */
#define CALENDAR_CLOCK 1 /* since 1970 */
#define REALTIME_CLOCK 0

#define NSEC_PER_USEC 1000ull
#define USEC_PER_SEC 1000000ull
#define NSEC_PER_SEC 1000000000ull
#define NSEC_PER_MSEC 1000000ull
#define BAD_MACH_TIMESPEC(t) ((t)->tv_nsec < 0 || (unsigned long)(t)->tv_nsec >= NSEC_PER_SEC)

#define TIME_ABSOLUTE 0x00
#define TIME_RELATIVE 0x01

#endif
