/* Time in ticks; mach_timebase_info says how long a tick is. */
#ifndef PORTUNUS_MACH_MACH_TIME_H
#define PORTUNUS_MACH_MACH_TIME_H

#include <mach/mach_types.h>
#include <stdint.h>

struct mach_timebase_info {
  uint32_t numer; /* ticks * numer / denom = nanoseconds */
  uint32_t denom;
};
typedef struct mach_timebase_info* mach_timebase_info_t;
typedef struct mach_timebase_info mach_timebase_info_data_t;

#ifdef __cplusplus
extern "C" {
#endif

uint64_t mach_absolute_time(void);
/* The function has the structure's name, as on Darwin, which g++ takes for shadowing. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif
kern_return_t mach_timebase_info(mach_timebase_info_t info);
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
/* Sleeps until mach_absolute_time() is at least `deadline`. */
kern_return_t mach_wait_until(uint64_t deadline);

#ifdef __cplusplus
}
#endif

#endif
