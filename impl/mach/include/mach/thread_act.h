/* Calls on threads. */
#ifndef PORTUNUS_MACH_THREAD_ACT_H
#define PORTUNUS_MACH_THREAD_ACT_H

#include <mach/mach_types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Ends the thread. Its stack is not unwound. */
kern_return_t thread_terminate(thread_act_t target_act);
/* Counted. */
kern_return_t thread_suspend(thread_act_t target_act);
kern_return_t thread_resume(thread_act_t target_act);
/* A wait of the thread in a Mach call ends: MACH_SEND_INTERRUPTED, MACH_RCV_INTERRUPTED, KERN_ABORTED. */
kern_return_t thread_abort(thread_act_t target_act);
kern_return_t thread_abort_safely(thread_act_t target_act);

#ifdef __cplusplus
}
#endif

#endif
