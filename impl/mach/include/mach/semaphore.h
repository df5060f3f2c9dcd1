/* Counting semaphores. One is known by a send right to its port, and ends with the last of them. */
#ifndef PORTUNUS_MACH_SEMAPHORE_H
#define PORTUNUS_MACH_SEMAPHORE_H

#include <mach/clock_types.h>
#include <mach/mach_types.h>
#include <mach/sync_policy.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Wakes one that waits, or counts. */
kern_return_t semaphore_signal(semaphore_t semaphore);
/* Wakes all that wait, and counts nothing. */
kern_return_t semaphore_signal_all(semaphore_t semaphore);
/* Wakes that thread, or with THREAD_NULL any; KERN_NOT_WAITING if it does not wait here. */
kern_return_t semaphore_signal_thread(semaphore_t semaphore, thread_t thread);

kern_return_t semaphore_wait(semaphore_t semaphore);
kern_return_t semaphore_timedwait(semaphore_t semaphore, mach_timespec_t wait_time);
/* Signals the second while it waits for the first. */
kern_return_t semaphore_wait_signal(semaphore_t wait_semaphore, semaphore_t signal_semaphore);
kern_return_t semaphore_timedwait_signal(semaphore_t wait_semaphore, semaphore_t signal_semaphore,
                                         mach_timespec_t wait_time);

#ifdef __cplusplus
}
#endif

#endif
