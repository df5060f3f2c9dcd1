/* Calls on tasks. */
#ifndef PORTUNUS_MACH_TASK_H
#define PORTUNUS_MACH_TASK_H

#include <mach/mach_types.h>
#include <mach/task_special_ports.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Ends the task: its threads, its names and all that they stand for. */
kern_return_t task_terminate(task_t target_task);
/* Counted. While a task is suspended none of its threads runs. */
kern_return_t task_suspend(task_t target_task);
kern_return_t task_resume(task_t target_task);
/* Send rights to its threads, in memory of the caller's that it gives back with vm_deallocate. */
kern_return_t task_threads(task_t target_task, thread_act_array_t* act_list, mach_msg_type_number_t* count);

kern_return_t task_get_special_port(task_t task, int which_port, mach_port_t* special_port);
/* Takes a copy of the caller's send right. */
kern_return_t task_set_special_port(task_t task, int which_port, mach_port_t special_port);

/* `policy` is of SYNC_POLICY_; `value` is how many waits pass at once. */
kern_return_t semaphore_create(task_t task, semaphore_t* semaphore, int policy, int value);
/* Requires: made for that task. Those who wait get KERN_TERMINATED. */
kern_return_t semaphore_destroy(task_t task, semaphore_t semaphore);

#ifdef __cplusplus
}
#endif

#endif
